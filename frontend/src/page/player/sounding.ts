/** Everything that is heard of a session: by one track where there can be one, else sound by sound. */

import { compose, type Mix, type Track } from "../sound/composer.ts";
import { browserVoice, silence } from "../sound/browser_sound.ts";
import type { Voice } from "../sound/voice.ts";
import { savesData } from "../calm.ts";
import type { Signal } from "./moment.ts";
import type { Line, VoiceFile } from "./plan.ts";
import { RecordedVoice } from "./recorded_voice.ts";
import type { Phase } from "./session.ts";
import type { Settings } from "./settings.ts";
import { Sounds } from "./sound.ts";
import { DeviceVoice, type Speaker } from "./speech.ts";
import { withSteps } from "./steps.ts";
import type { LedBy } from "./storage.ts";
import type { Timeline } from "./timeline.ts";
import type { TrackClock } from "./track_clock.ts";
import { TrackLead } from "./track_lead.ts";

/** What the rest of the player is told. */
export interface SoundingEvents {
  /** The track can lead, or does so no longer: look at the session again. */
  readonly changed: () => void;
  /** Something else stopped the sound. */
  readonly interrupted: () => void;
  /** This step of a movement is said now; "" for none. */
  readonly saying: (line: string) => void;
}

/** Between two lines of the track; the phone's own voice waits as long. */
const GAP_MS = 150;
/** The closing words and bells last so long at most. */
const CLOSING_MS = 5_000;

/** The log has room for no more. */
const MOST_GAPS = 1_000;

const MUTED = "Tap anywhere to bring the sound back.";
const NO_TRACK = "The sound could not be put together. The session goes on by the screen.";
const NO_SOUND = "No sound comes out of this device just now. The session goes on by the screen.";
const GAPS = "Some words have no recording.";

export class Sounding {
  readonly own = new DeviceVoice();
  private readonly sounds = new Sounds();
  private readonly lead: TrackLead;
  private voice: Voice | null = null;
  private speaker: Speaker = this.own;
  private settings: Settings;
  private durations: ReadonlyMap<string, number> = new Map();
  private learning: Promise<void> | null = null;
  /** What the track that is made, or being made, is for. */
  private wanted = "";
  private wantedParts = "";
  private making: { readonly abort: AbortController; readonly done: Promise<void> } | null = null;
  private url: string | null = null;
  /** The session whose track lacks clips that there are. */
  private incomplete: Timeline | null = null;
  private trouble = "";
  private led = false;
  private gaps = 0;
  private later: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly voices: readonly VoiceFile[],
    audio: HTMLAudioElement,
    clock: TrackClock,
    settings: Settings,
    private readonly events: SoundingEvents,
  ) {
    this.settings = settings;
    this.lead = new TrackLead(audio, clock, () => performance.now(), silence, {
      ready: () => this.events.changed(),
      interrupted: () => this.events.interrupted(),
      lost: (why) => this.lost(why),
    });
    this.set(settings);
  }

  set(settings: Settings): void {
    const renamed = this.voice === null || settings.voiceName !== this.settings.voiceName;
    this.settings = settings;
    if (renamed) this.choose(settings.voiceName);
    const { signals, voice } = this.mix;
    this.sounds.setVolume(signals);
    this.speaker.setVolume(voice);
    this.own.setVolume(voice);
  }

  /** To be called in a tap or key press: browsers allow sound only from one. */
  unlock(): void {
    if (this.settings.lead === "silent") return;
    tellPhone(this.settings.lead === "music" ? "transient" : "playback");
    this.sounds.unlock(() => this.events.changed());
    this.own.prime();
    if (this.wantsTrack) this.lead.prime();
    if (this.trouble === MUTED) this.trouble = "";
  }

  /** Put the sound of a session together before it begins, unless the phone is to save data. */
  prepare(timeline: Timeline): void {
    if (!savesData()) this.make(timeline);
  }

  /** Settles when the sound is ready, or after `mostMs`. */
  async ready(mostMs: number): Promise<void> {
    this.makeWhole();
    const made = Promise.all([this.making?.done, this.learn()]);
    await Promise.race([made, new Promise((resolve) => setTimeout(resolve, mostMs))]);
  }

  /** Sound as the session stands. To be called at each look at it. */
  follow(phase: Phase, timeline: Timeline, positionMs: number): void {
    const ledBefore = this.lead.leads;
    if (phase === "playing") {
      this.make(timeline);
      void this.learn();
    }
    if (phase === "finished") this.lead.runOut();
    else this.lead.follow(phase === "playing", positionMs);
    // What was being said when the track took over is in the track.
    if (this.lead.leads && !ledBefore) this.hush();
    this.led ||= this.lead.leads;
  }

  signal(signal: Signal): void {
    if (!this.lead.leads) this.sounds.play(signal);
  }

  /** @param steps How the movement is done; said after the lines if that is wanted. */
  say(lines: readonly Line[], steps: readonly string[]): void {
    if (this.mix.voice === 0) return;
    const texts = lines.map(({ text }) => text);
    const more = this.settings.steps ? steps : [];
    this.gaps += this.voice === null ? texts.length : texts.filter((text) => !this.isRecorded(text)).length;
    // The lines are on the screen by themselves, the steps only while they are said.
    const began = (line: string): void => this.events.saying(more.includes(line) ? line : "");
    const mayWait = lines.some(({ on_time }) => !on_time) || more.length > 0;
    if (!this.lead.leads) {
      if (mayWait || !this.speaker.busy) this.speaker.say([...texts, ...more], began);
      return;
    }
    const unrecorded = [...texts.filter((text) => !this.isRecorded(text)), ...more];
    if (unrecorded.length === 0 || document.hidden || (!mayWait && this.own.busy)) return;
    const recorded = texts.filter((text) => this.isRecorded(text));
    const waitMs = recorded.reduce((sum, text) => sum + (this.durations.get(text) ?? 0) + GAP_MS, 0);
    this.notLater();
    this.later = setTimeout(() => this.own.say(unrecorded, began), waitMs);
  }

  /** Say something outside the session: a sound check, advice after stopping. */
  tell(...texts: readonly string[]): void {
    if (this.mix.voice > 0) this.speaker.say(texts);
  }

  hush(): void {
    this.notLater();
    this.speaker.stop();
    this.own.stop();
    this.events.saying("");
  }

  /** Settles when the closing words are over. */
  async closing(): Promise<void> {
    const heard = this.mix.signals + this.mix.voice > 0;
    if (heard) await new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
  }

  /** What the person should know about the sound; "" for nothing. */
  get remark(): string {
    if (this.trouble !== "") return this.trouble;
    const heard = this.mix.signals + this.mix.voice > 0;
    if (heard && !this.lead.leads && this.sounds.blocked) return MUTED;
    if (this.gaps === 0) return "";
    return this.own.available ? `${GAPS} This phone's own voice says them.` : `${GAPS} They are on the screen.`;
  }

  /** Whether the track leads now. */
  get leads(): boolean {
    return this.lead.leads;
  }

  /** How the session was led so far, for its log. */
  get ledBy(): LedBy {
    if (this.led) return "track";
    return this.settings.lead === "silent" ? "silent" : "screen";
  }

  /** How many lines had no recording so far. */
  get unrecordedLines(): number {
    return Math.min(MOST_GAPS, this.gaps);
  }

  private get mix(): Mix {
    const { lead, sounds, soundVolume, voice, voiceVolume } = this.settings;
    if (lead === "silent") return { signals: 0, voice: 0 };
    return { signals: sounds ? soundVolume : 0, voice: voice ? voiceVolume : 0 };
  }

  private get wantsTrack(): boolean {
    const { signals, voice } = this.mix;
    return this.settings.lead !== "music" && signals + voice > 0;
  }

  private isRecorded(text: string): boolean {
    return this.durations.has(text) && this.voice?.missing.has(text) !== true;
  }

  private choose(name: string): void {
    const file = this.voices.find((each) => each.name === name) ?? this.voices[0];
    if (file === undefined) return;
    this.hush();
    const voice = browserVoice(file);
    this.voice = voice;
    this.durations = new Map();
    this.learning = null;
    this.speaker = new RecordedVoice(voice, this.sounds, this.own);
  }

  /** See to it that there is a track of `timeline` as the settings are now. */
  private make(timeline: Timeline): void {
    const parts = timeline.parts.map(({ item, easier }) => `${item.id}${easier ? "e" : ""}`).join(" ");
    const { mix } = this;
    const { voiceName, steps } = this.settings;
    const wanted = this.wantsTrack ? JSON.stringify([parts, mix, voiceName, steps]) : "";
    if (wanted === this.wanted) return;
    this.making?.abort.abort();
    this.making = null;
    // A track of other parts would lead astray; one that is only louder may go on until the new one is there.
    if (parts !== this.wantedParts || wanted === "") this.lead.take(null);
    this.wanted = wanted;
    this.wantedParts = parts;
    if (wanted === "") return;
    const abort = new AbortController();
    this.making = { abort, done: this.compose(timeline, abort.signal) };
  }

  /** A track that lacks what is recorded is made once more: the network may be back. */
  private makeWhole(): void {
    const { incomplete } = this;
    if (incomplete === null) return;
    this.incomplete = null;
    this.learning = null;
    this.wanted = "";
    this.make(incomplete);
  }

  private async compose(timeline: Timeline, signal: AbortSignal): Promise<void> {
    const { mix } = this;
    try {
      if (mix.voice > 0) this.durations = await this.durationsOrNone();
      const said = this.settings.steps ? withSteps(timeline) : timeline;
      const track = await compose(said, mix.voice > 0 ? this.voice : null, mix, signal);
      if (signal.aborted) return;
      this.take(track, timeline.totalMs);
      const lacks = this.voice !== null && (this.durations.size === 0 || track.missing.some((text) => this.durations.has(text)));
      this.incomplete = mix.voice > 0 && lacks ? timeline : null;
    } catch {
      if (signal.aborted) return;
      this.trouble = NO_TRACK;
      this.events.changed();
    }
  }

  /** Which lines are recorded is wanted without a track too, before the first of them is said. */
  private learn(): Promise<void> {
    if (this.mix.voice === 0) return Promise.resolve();
    this.learning ??= this.durationsOrNone().then((durations) => {
      this.durations = durations;
    });
    return this.learning;
  }

  private async durationsOrNone(): Promise<ReadonlyMap<string, number>> {
    try {
      return (await this.voice?.durations()) ?? new Map<string, number>();
    } catch {
      return new Map();
    }
  }

  private take(track: Track, totalMs: number): void {
    const before = this.url;
    this.url = URL.createObjectURL(track.blob);
    this.lead.take({ url: this.url, totalMs, durationMs: track.durationMs });
    if (before !== null) URL.revokeObjectURL(before);
  }

  private lost(why: "refused" | "broken" | "no_sound"): void {
    this.trouble = { refused: MUTED, broken: NO_TRACK, no_sound: NO_SOUND }[why];
    this.events.changed();
  }

  private notLater(): void {
    if (this.later !== null) clearTimeout(this.later);
    this.later = null;
  }
}

/** Tell the phone what kind of sound this is, where it asks: whether other apps' music is to go on. */
function tellPhone(type: "playback" | "transient"): void {
  const session = (navigator as Navigator & { audioSession?: { type: string } }).audioSession;
  if (session !== undefined) session.type = type;
}
