/** Makes one audio element lead the session: it sounds where the session stands, and tells the time. */

import type { TrackClock } from "./track_clock.ts";

/** The part of an audio element that is used. */
export type TrackAudio = Pick<HTMLAudioElement, "src" | "currentTime" | "duration" | "paused" | "ended" | "play" | "pause" | "load" | "addEventListener">;

/** What the rest of the player is told. */
export interface TrackEvents {
  /** The track can lead from now on. */
  readonly ready: () => void;
  /** Something else stopped the sound: a phone call, a headset that went out. */
  readonly interrupted: () => void;
  /** The track leads no longer, and why. */
  readonly lost: (why: "refused" | "broken" | "no_sound") => void;
}

/** A track that can be played. */
export interface Playable {
  readonly url: string;
  /** Of the session in it; the closing words come after. */
  readonly totalMs: number;
  /** Of the whole of it; the last half second is silent. */
  readonly durationMs: number;
}

/** Track and session this far apart: the session leapt. */
const APART_MS = 60;
/** From the silent end of a track is played what a tap has to begin. */
const SILENT_END_MS = 300;
/** A track that the browser takes for so much shorter than it is was not understood. */
const SHORT_MS = 1_000;
/** So often it is read, then given up. WebKitGTK takes up to every other one to have no length, or never reads it. */
const MOST_READINGS = 8;
/** A track lies in the phone's own memory: what takes longer to be read than this never is. */
const READING_MS = 3_000;
/** So long without a sound coming out, looked at more than once, and the screen leads. */
const STALLED_MS = 3_000;

export class TrackLead {
  private track: Playable | null = null;
  private loaded = false;
  /** How often the track was read in vain, and since when it is being read. */
  private reading = { misread: 0, since: 0 };
  private primed = false;
  /** The sound is meant to be on: a pause is then somebody else's. */
  private meant = false;
  /** The browser did not let it sound: only a tap changes that. */
  private refused = false;
  private progress = { currentTime: -1, since: 0, looks: 0 };

  constructor(
    private readonly audio: TrackAudio,
    private readonly clock: TrackClock,
    private readonly uptime: () => number,
    private readonly silence: () => string,
    private readonly events: TrackEvents,
  ) {
    audio.addEventListener("loadedmetadata", () => this.nowLoaded());
    audio.addEventListener("playing", () => this.started());
    audio.addEventListener("pause", () => this.stopped());
    audio.addEventListener("error", () => this.failed());
  }

  get leads(): boolean {
    return this.clock.heard;
  }

  /** To be called in a tap: afterwards the element may sound without one. */
  prime(): void {
    this.refused = false;
    if (this.primed) return;
    this.primed = true;
    if (!this.audio.paused) return;
    try {
      if (this.track === null) this.audio.src = this.silence();
      else this.audio.currentTime = (this.track.durationMs - SILENT_END_MS) / 1000;
    } catch {
      // No memory for a second of silence. What was tapped is to be done all the same.
      return;
    }
    this.audio.play().catch(() => {
      this.primed = false;
    });
  }

  /** Take another track, null for none: until it is loaded the screen leads. */
  take(track: Playable | null): void {
    if (this.track?.url === track?.url) return;
    this.rest();
    this.track = track;
    this.loaded = false;
    this.reading = { misread: 0, since: this.uptime() };
    if (track === null) return;
    this.audio.src = track.url;
    this.audio.load();
  }

  /** Sound at `positionMs` if `playing`, else be still. To be called at each look at the session. */
  follow(playing: boolean, positionMs: number): void {
    const { track } = this;
    if (!playing) {
      this.rest();
      return this.clock.catchUp();
    }
    if (track === null || this.refused) return;
    if (!this.loaded) {
      if (this.uptime() - this.reading.since >= READING_MS) this.readAgain();
      return;
    }
    const apart = Math.abs(this.audio.currentTime * 1000 - positionMs);
    if (this.leads && apart < APART_MS) this.watch();
    else this.goTo(positionMs);
  }

  /** The session is over: the closing words are still heard, the time is no longer the track's. */
  runOut(): void {
    const { track } = this;
    if (track === null || !this.loaded || this.refused) return this.rest();
    if (!this.leads) this.sound(track.totalMs);
    this.clock.release();
    this.meant = false;
  }

  private rest(): void {
    this.meant = false;
    if (this.leads) this.clock.release();
    if (!this.audio.paused) this.audio.pause();
  }

  private goTo(positionMs: number): void {
    this.progress = { currentTime: -1, since: this.uptime(), looks: 0 };
    this.meant = true;
    // First the clock: it reads the element, whose time is about to leap.
    this.clock.follow(this.audio, positionMs);
    this.sound(positionMs);
  }

  private sound(positionMs: number): void {
    const { track, audio } = this;
    audio.currentTime = positionMs / 1000;
    if (!audio.paused) return;
    audio.play().catch((reason: unknown) => {
      // Taken back by a pause or by the next track: no news.
      if (this.track !== track || (reason instanceof DOMException && reason.name === "AbortError")) return;
      const notAllowed = reason instanceof DOMException && reason.name === "NotAllowedError";
      this.lose(notAllowed ? "refused" : "broken");
    });
  }

  private lose(why: "refused" | "broken" | "no_sound"): void {
    if (this.track === null) return;
    if (why === "refused") {
      this.refused = true;
      this.primed = false;
    } else this.track = null;
    this.rest();
    this.events.lost(why);
  }

  private nowLoaded(): void {
    if (this.track === null || this.loaded) return;
    // Nowhere past its length could the element be sent.
    if (this.audio.duration * 1000 < this.track.durationMs - SHORT_MS) return this.readAgain();
    this.loaded = true;
    this.events.ready();
  }

  private failed(): void {
    if (this.track !== null && !this.loaded) this.readAgain();
    else this.lose("broken");
  }

  private readAgain(): void {
    this.reading = { misread: this.reading.misread + 1, since: this.uptime() };
    if (this.reading.misread < MOST_READINGS) this.audio.load();
    else this.lose("broken");
  }

  /** Some browsers begin at the start although sent elsewhere before they had read the file. */
  private started(): void {
    const wanted = this.clock.leadsFromMs;
    if (wanted !== null && this.audio.currentTime * 1000 < wanted - 500) this.audio.currentTime = wanted / 1000;
  }

  private stopped(): void {
    if (!this.meant || this.audio.ended) return;
    this.meant = false;
    this.events.interrupted();
  }

  /** A device without sound: the element says that it plays, and nothing moves. */
  private watch(): void {
    const { currentTime } = this.audio;
    if (currentTime !== this.progress.currentTime) {
      this.progress = { currentTime, since: this.uptime(), looks: 0 };
      return;
    }
    this.progress.looks += 1;
    if (this.progress.looks > 2 && this.uptime() - this.progress.since >= STALLED_MS) this.lose("no_sound");
  }
}
