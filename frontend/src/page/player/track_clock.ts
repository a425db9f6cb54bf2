/** The time of a session that a track leads: it goes by as the track sounds. */

import type { Clock } from "./clock.ts";

/** The part of an audio element that tells the time. */
export interface Sounding {
  /** Seconds from the start of the track. */
  readonly currentTime: number;
}

/**
 * While a track leads, time is what was heard of it: a track that stalls, or that a phone call
 * cuts off, stops the session where it stands, and one that plays on in a locked phone counts.
 * Otherwise the time of another clock.
 */
export class TrackClock implements Clock {
  /** At time `at` the track stood at `positionMs`. */
  private leading: { readonly track: Sounding; readonly at: number; readonly positionMs: number } | null = null;
  /** So far the track ran ahead of the other clock; below 0: behind it. */
  private aheadMs = 0;

  constructor(private readonly other: Clock) {}

  get heard(): boolean {
    return this.leading !== null;
  }

  /** Where the track was sent when it began to lead, in ms; null while it does not. */
  get leadsFromMs(): number | null {
    return this.leading?.positionMs ?? null;
  }

  now(): number {
    const { leading } = this;
    if (leading === null) return this.other.now() + this.aheadMs;
    return leading.at + Math.max(0, leading.track.currentTime * 1000 - leading.positionMs);
  }

  /** From now on `track` leads, from `positionMs` of it: to be said before it is sent there. */
  follow(track: Sounding, positionMs: number): void {
    this.leading = { track, at: this.now(), positionMs };
  }

  /** The track leads no longer. Time goes on from where it is: a session that plays on must not leap. */
  release(): void {
    const at = this.now();
    this.leading = null;
    this.aheadMs = at - this.other.now();
  }

  /** Nothing plays: what the track fell behind the other clock is made up for. */
  catchUp(): void {
    if (this.leading === null) this.aheadMs = Math.max(0, this.aheadMs);
  }
}
