/** What the page itself sees of a lock test: was it out of sight, did it sleep, did the sound go on. */

/**
 * `in_view`: never out of sight, so it says nothing. `stopped`: the sound stood still meanwhile.
 * `partly`: it went on, but not all bells fell into that time. `went_on`: all of them did.
 */
export type Verdict = "in_view" | "stopped" | "partly" | "went_on";

export interface Measured {
  readonly verdict: Verdict;
  /** Whole seconds out of sight while the test lasted. */
  readonly hiddenS: number;
  /** Whole seconds of the track that went by meanwhile. */
  readonly heardS: number;
  /** The longest stretch, in whole seconds, in which nothing of the page ran; 0 if it stayed awake. */
  readonly asleepS: number;
}

/** Where the sound may be behind the clock: browsers tell its position only a few times a second. */
const LAG_MS = 1_500;
/** A hidden page is woken once a second. */
const ASLEEP_MS = 3_000;

/** The times in the track between which "all bells" lie, and its length, in ms. */
export interface Bells {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly endMs: number;
}

export class LockMeasure {
  private hiddenAt: { readonly at: number; readonly positionMs: number } | null = null;
  private wasHidden = false;
  private lastPulse = 0;
  private hiddenMs = 0;
  private heardMs = 0;
  private asleepMs = 0;
  private stopped = false;
  private allBells = false;

  constructor(private readonly bells: Bells) {}

  /** Whether nobody has come back yet. */
  get isHidden(): boolean {
    return this.hiddenAt !== null;
  }

  /** The page is out of sight from now on. @param at Date.now() */
  hidden(at: number, positionMs: number): void {
    if (this.hiddenAt !== null) return;
    this.hiddenAt = { at, positionMs };
    this.wasHidden = true;
    this.lastPulse = at;
  }

  /** Something of the page ran: it does not sleep. */
  pulse(at: number): void {
    if (this.hiddenAt === null) return;
    this.asleepMs = Math.max(this.asleepMs, at - this.lastPulse);
    this.lastPulse = at;
  }

  /** The page is in sight again, or the test is over. */
  shown(at: number, positionMs: number): void {
    const from = this.hiddenAt;
    if (from === null) return;
    this.pulse(at);
    this.hiddenAt = null;
    const left = this.bells.endMs - from.positionMs;
    const away = Math.min(Math.max(0, at - from.at), left);
    const heard = positionMs - from.positionMs;
    this.hiddenMs += away;
    this.heardMs += heard;
    if (away - heard > LAG_MS) this.stopped = true;
    if (from.positionMs <= this.bells.firstMs && positionMs >= this.bells.lastMs) this.allBells = true;
  }

  result(): Measured {
    return {
      verdict: this.verdict(),
      hiddenS: Math.round(this.hiddenMs / 1000),
      heardS: Math.round(this.heardMs / 1000),
      asleepS: this.asleepMs > ASLEEP_MS ? Math.round(this.asleepMs / 1000) : 0,
    };
  }

  private verdict(): Verdict {
    if (!this.wasHidden) return "in_view";
    if (this.stopped) return "stopped";
    return this.allBells ? "went_on" : "partly";
  }
}
