/** What this browser can do, each by trying it. Where trying tells nothing, the answer is "unknown". */

import type { Screen } from "../player/wakelock.ts";
import { trackContainer } from "../sound/track_container.ts";

export const ABILITIES = ["track", "voice", "buttons", "screen", "vibration", "quieter", "own_voice", "offline", "installed"] as const;
export type Ability = (typeof ABILITIES)[number];
export type Answer = "yes" | "no" | "unknown";

export interface Finding {
  readonly answer: Answer;
  /** How many or how much, where that says something. */
  readonly number?: string;
}

const YES: Finding = { answer: "yes" };
const NO: Finding = { answer: "no" };
const UNKNOWN: Finding = { answer: "unknown" };

/** How long a browser may take to answer, in ms. */
const PATIENCE_MS = 4_000;

function within<T>(ms: number, answer: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), ms);
    const settle = (value: T): void => {
      clearTimeout(timer);
      resolve(value);
    };
    answer.then(settle, () => settle(otherwise));
  });
}

/** The part of an audio element that is used. */
export type TrialAudio = Pick<HTMLAudioElement, "canPlayType" | "src" | "preload" | "load" | "addEventListener">;

/**
 * Whether one long track in the format of sessions can be played: a short one is opened.
 *
 * Some phones open nothing before a tap: then it is unknown until the sound check was pressed.
 *
 * @param address Of a short track.
 */
export function playsTrack(audio: TrialAudio, address: string, patienceMs = PATIENCE_MS): Promise<Finding> {
  const plain = trackContainer((type) => audio.canPlayType(type)) === "flac";
  if (plain && audio.canPlayType("audio/flac") === "") return Promise.resolve(NO);
  const opened = new Promise<Finding>((resolve) => {
    audio.addEventListener("loadedmetadata", () => resolve(YES), { once: true });
    audio.addEventListener("error", () => resolve(NO), { once: true });
  });
  audio.preload = "auto";
  audio.src = address;
  audio.load();
  return within(patienceMs, opened, UNKNOWN);
}

/** Whether lock screen and headset can steer a session. */
export function hasButtons(browser: object): Finding {
  return "mediaSession" in browser ? YES : NO;
}

/** Whether the screen is kept on: asked for once, and let go at once. */
export async function keepsScreenOn(screen: Pick<Screen, "request">): Promise<Finding> {
  try {
    const lock = await screen.request();
    await lock.release();
    return YES;
  } catch {
    return NO;
  }
}

/** Browsers do not tell whether there is anything in the device that shakes. */
export function canVibrate(browser: object): Finding {
  return "vibrate" in browser ? UNKNOWN : NO;
}

/** Whether the page may ask that the sound of other apps is made quieter. */
export function makesOthersQuieter(browser: object): Finding {
  return "audioSession" in browser ? YES : NO;
}

/** The part of speechSynthesis that is used. */
export type Voices = Pick<SpeechSynthesis, "getVoices" | "addEventListener">;

/** How many English voices the device has itself; some browsers name them only after a while, or never. */
export async function speaksItself(voices: Voices | null, patienceMs = PATIENCE_MS / 2): Promise<Finding> {
  if (voices === null) return NO;
  if (voices.getVoices().length === 0) {
    const named = new Promise<void>((resolve) => voices.addEventListener("voiceschanged", () => resolve(), { once: true }));
    await within(patienceMs, named, undefined);
  }
  const all = voices.getVoices();
  if (all.length === 0) return UNKNOWN;
  const english = all.filter(({ lang }) => /^en\b/i.test(lang.replace("_", "-"))).length;
  return { answer: english > 0 ? "yes" : "no", number: String(english) };
}

/** Where sessions are kept for times without a connection. */
export interface Shelf {
  /** Rejects where nothing can be kept, as in some private windows. */
  tryOut(): Promise<void>;
  /** Bytes that are free; null where the browser does not tell. */
  free(): Promise<number | null>;
}

const MEGABYTE = 1_000_000;
const GIGABYTE = 1_000 * MEGABYTE;

/** A size in words: "640 MB", "2.5 GB". */
export function sizeWords(bytes: number): string {
  if (bytes < MEGABYTE) return "< 1 MB";
  return bytes < GIGABYTE ? `${Math.round(bytes / MEGABYTE)} MB` : `${(bytes / GIGABYTE).toFixed(1)} GB`;
}

/** Whether sessions can be kept for times without a connection, and how much is free. */
export async function keepsOffline(shelf: Shelf | null): Promise<Finding> {
  if (shelf === null) return NO;
  try {
    await shelf.tryOut();
  } catch {
    return NO;
  }
  const free = await shelf.free().catch(() => null);
  return free === null ? YES : { answer: "yes", number: sizeWords(free) };
}

/** @param standalone What an iPhone or iPad says of itself; elsewhere undefined. */
export function isInstalled(matches: (query: string) => boolean, standalone: boolean | undefined): Finding {
  const shown = ["standalone", "minimal-ui", "fullscreen"].some((mode) => matches(`(display-mode: ${mode})`));
  return standalone === true || shown ? YES : NO;
}
