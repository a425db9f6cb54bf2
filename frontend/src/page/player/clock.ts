/** Where the time comes from. Everything that plays takes a Clock, so tests and an audio track can be one. */

export interface Clock {
  /** Milliseconds since 1970. Never goes backwards. */
  now(): number;
  /** Whether somebody is led by sound as this time goes by: then no look at the screen is needed. */
  readonly heard: boolean;
}

/** What a GuardedClock reads; the browser's own by `browserClock`. */
export interface TimeSources {
  /** Date.now: goes on in sleep, but somebody may set it. */
  readonly wall: () => number;
  /** performance.now: nobody can set it, but it stops in sleep. */
  readonly monotonic: () => number;
  readonly visible: () => boolean;
}

/** A forward jump at least this long in a visible page counts as sleep, a shorter one as a clock being set. */
export const SHORTEST_SLEEP_MS = 5_000;
/**
 * While hidden, less than this is no sleep: Date.now is whole milliseconds, and counting what it
 * rounds up at every look would run ahead by about 0.1 s in ten minutes.
 */
export const ROUNDING_MS = 50;

/**
 * Wall time that a change of the device's clock cannot move.
 *
 * While the page stays visible the monotonic time counts. After the page was hidden, or when the
 * wall clock leapt ahead (a laptop asleep with the page open), the wall time counts. Backwards
 * is always somebody setting the clock, so the monotonic time counts.
 */
export class GuardedClock implements Clock {
  readonly heard = false;
  private value: number;
  private lastWall: number;
  private lastMonotonic: number;
  private wasHidden = false;

  constructor(private readonly sources: TimeSources) {
    this.lastWall = sources.wall();
    this.lastMonotonic = sources.monotonic();
    this.value = this.lastWall;
  }

  /** To be called whenever the page is hidden, even if nobody asks for the time meanwhile. */
  noticeHidden(): void {
    this.now();
    this.wasHidden = true;
  }

  now(): number {
    const wall = this.sources.wall();
    const monotonic = this.sources.monotonic();
    const byWall = wall - this.lastWall;
    const byMonotonic = Math.max(0, monotonic - this.lastMonotonic);
    const hidden = !this.sources.visible();
    const leastSleep = this.wasHidden || hidden ? ROUNDING_MS : SHORTEST_SLEEP_MS;
    this.value += byWall - byMonotonic >= leastSleep ? byWall : byMonotonic;
    this.lastWall = wall;
    this.lastMonotonic = monotonic;
    this.wasHidden = hidden;
    return this.value;
  }
}

/** The clock of this page, told when the page is hidden. */
export function browserClock(): GuardedClock {
  const clock = new GuardedClock({
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    visible: () => document.visibilityState === "visible",
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") clock.noticeHidden();
  });
  return clock;
}
