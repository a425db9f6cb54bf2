/** The lock test: one track, what the page saw of it meanwhile, what somebody heard, and what follows from that. */

import { part, setText } from "../player/elements.ts";
import { keepSettings, loadSettings, type Lead } from "../player/settings.ts";
import type { Store } from "../player/storage.ts";
import type { Voice } from "../sound/voice.ts";
import { showLine } from "./lines.ts";
import { keepAnswer, loadAnswer, type LockAnswer } from "./lock_answer.ts";
import { LockMeasure } from "./lock_measure.ts";
import { LOCK_TEST, LOCK_TEST_PASSED, lockTest, markAt, type LockPiece, type Loudness } from "./scores.ts";
import { ShortTrack } from "./short_track.ts";

/** The bells have to be heard, whatever is set for sessions. */
const LOUDNESS: Loudness = { bells: 0.8, voice: 1 };
const PULSE_MS = 1_000;
/** Once in sight again, a browser needs a moment to know where the sound is. */
const SETTLE_MS = 400;
/** A page that is being locked may be paused so long before it is told that nobody sees it. */
const BEING_LOCKED_MS = 1_500;

export class LockTest {
  private readonly track: ShortTrack<LockPiece>;
  private readonly state: HTMLElement;
  private measure: LockMeasure | null = null;
  private pulses: ReturnType<typeof setInterval> | null = null;

  constructor(
    private readonly root: HTMLElement,
    voice: Voice | null,
    private readonly store: Store | null,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.state = part(root, "lock-state");
    this.track = new ShortTrack(voice, [LOCK_TEST, LOCK_TEST_PASSED], (durations) => lockTest(durations, LOUDNESS));
    const { audio } = this.track;
    audio.addEventListener("timeupdate", () => this.goesOn());
    audio.addEventListener("ended", () => this.finish());
    audio.addEventListener("pause", () => this.paused());
    document.addEventListener("visibilitychange", () => this.looked());
    part(root, "lock-start").addEventListener("click", () => void this.start());
    part(root, "lock-stop").addEventListener("click", () => this.stop());
    part(root, "lock-yes").addEventListener("click", () => this.answer(true));
    part(root, "lock-no").addEventListener("click", () => this.answer(false));
    part(root, "choose-dark").addEventListener("click", () => this.choose("dark"));
    part(root, "choose-screen").addEventListener("click", () => this.choose("screen"));
    this.showKept(loadAnswer(store));
  }

  /** Make the track before it is asked for. */
  async prepare(): Promise<void> {
    await this.track.prepare();
  }

  /** To be called in a tap. */
  private async start(): Promise<void> {
    this.clear();
    if (this.track.missing.length > 0) this.track.renew();
    if (this.track.piece === null) showLine(this.state, "making");
    const played = await this.track.play();
    const { piece } = this.track;
    if (played !== "plays" || piece === null) return showLine(this.state, played === "refused" ? "again" : "no_track");
    this.measure = new LockMeasure(piece.bells);
    this.pulses = setInterval(() => this.measure?.pulse(this.now()), PULSE_MS);
    showLine(this.state, this.track.missing.includes(LOCK_TEST) ? "wordless" : "running");
    part(this.root, "lock-start").hidden = true;
    part(this.root, "lock-stop").hidden = false;
    part(this.root, "lock-stop").focus({ preventScroll: true });
    this.nameOnLockScreen();
    this.goesOn();
    // Locked while the track was made.
    this.looked();
  }

  private goesOn(): void {
    const { piece, audio } = this.track;
    if (this.measure === null || piece === null) return;
    this.measure.pulse(this.now());
    const said = part(this.root, "lock-said");
    said.hidden = false;
    showLine(said, markAt(piece, audio.currentTime * 1000));
  }

  /** The page went out of sight, or came back. */
  private looked(): void {
    if (this.measure === null) return;
    if (document.visibilityState === "hidden") {
      this.measure.hidden(this.now(), this.positionMs);
      return;
    }
    if (!this.measure.isHidden) return;
    setTimeout(() => {
      if (this.measure === null || document.visibilityState === "hidden") return;
      this.measure.shown(this.now(), this.positionMs);
      if (this.track.audio.paused) this.finish();
    }, SETTLE_MS);
  }

  /** Somebody wants no more of it. */
  private stop(): void {
    this.end();
    this.track.audio.pause();
    showLine(this.state, "ended");
  }

  /** Not at its end: a phone that is being locked, before it says so, or a button of a headset. */
  private paused(): void {
    const { audio } = this.track;
    if (this.measure === null || audio.ended || this.measure.isHidden) return;
    setTimeout(() => {
      if (this.measure === null || this.measure.isHidden || !audio.paused) return;
      this.stop();
    }, BEING_LOCKED_MS);
  }

  /** The track is over, or stands still; while nobody looks, it waits until somebody does. */
  private finish(): void {
    const { measure } = this;
    if (measure === null || document.visibilityState === "hidden") return;
    measure.shown(this.now(), this.positionMs);
    this.end();
    const { verdict, hiddenS, heardS, asleepS } = measure.result();
    showLine(this.state, verdict);
    part(this.root, "lock-facts").hidden = verdict === "in_view";
    for (const [name, seconds] of [["hidden", hiddenS], ["heard", heardS], ["asleep", asleepS]] as const) {
      setText(part(this.root, `lock-${name}`), String(seconds));
    }
    const question = part(this.root, "lock-question");
    question.hidden = false;
    question.scrollIntoView({ block: "nearest" });
  }

  private end(): void {
    this.measure = null;
    if (this.pulses !== null) clearInterval(this.pulses);
    part(this.root, "lock-said").hidden = true;
    const stop = part(this.root, "lock-stop");
    const start = part(this.root, "lock-start");
    const focused = document.activeElement === stop;
    start.hidden = false;
    stop.hidden = true;
    if (focused) start.focus({ preventScroll: true });
    this.nameless();
  }

  /** Nothing of a test before this one. */
  private clear(): void {
    for (const name of ["facts", "question", "choice", "kept"]) part(this.root, `lock-${name}`).hidden = true;
    for (const name of ["advice", "chosen"]) showLine(part(this.root, `lock-${name}`), "");
  }

  private answer(heard: boolean): void {
    const kept = keepAnswer(this.store, { heard, at: new Date(this.now()).toISOString() });
    part(this.root, "lock-question").hidden = true;
    showLine(part(this.root, "lock-advice"), heard ? "heard" : "unheard");
    const lead = heard ? "dark" : "screen";
    const chosen = loadSettings(this.store).lead === lead;
    part(this.root, "lock-choice").hidden = chosen;
    for (const each of ["dark", "screen"]) part(this.root, `choose-${each}`).hidden = each !== lead;
    part(this.root, chosen ? "lock-start" : `choose-${lead}`).focus({ preventScroll: true });
    showLine(part(this.root, "lock-chosen"), chosen ? lead : kept ? "" : "not_kept");
  }

  private choose(lead: Extract<Lead, "dark" | "screen">): void {
    const kept = keepSettings(this.store, { ...loadSettings(this.store), lead });
    part(this.root, "lock-choice").hidden = kept;
    showLine(part(this.root, "lock-chosen"), kept ? lead : "not_kept");
    if (kept) part(this.root, "lock-start").focus({ preventScroll: true });
  }

  private showKept(answer: LockAnswer | null): void {
    const box = part(this.root, "lock-kept");
    if (answer === null) return;
    box.hidden = false;
    showLine(box, answer.heard ? "heard" : "unheard");
    const time = part<HTMLTimeElement>(box, "lock-kept-at");
    time.dateTime = answer.at;
    time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" }).format(new Date(answer.at));
  }

  private get positionMs(): number {
    return this.track.audio.currentTime * 1000;
  }

  /** The name that a locked phone shows is that of the test, not of the page. */
  private nameOnLockScreen(): void {
    if (!("mediaSession" in navigator)) return;
    const title = document.getElementById("lock-test")?.textContent ?? "";
    const artwork = [{ src: "/static/icons/icon-512.png", type: "image/png", sizes: "512x512" }];
    navigator.mediaSession.metadata = new MediaMetadata({ title, artist: "Good Days", artwork });
  }

  private nameless(): void {
    if ("mediaSession" in navigator) navigator.mediaSession.metadata = null;
  }
}
