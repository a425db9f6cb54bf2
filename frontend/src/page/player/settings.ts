/** How a session leads, sound, voice, vibration, keys and pictures: kept on the device. */

import type { Store } from "./storage.ts";

/**
 * What a session is led by: the screen is kept on and the track sounds; the track alone; voice and
 * bells over the music of other apps; vibration and flashes without any sound.
 */
export const LEADS = ["screen", "dark", "music", "silent"] as const;
export type Lead = (typeof LEADS)[number];

/** The recorded voices, by their file names: a woman's, a man's. */
export const VOICE_NAMES = ["heart", "michael"] as const;
export type VoiceName = (typeof VOICE_NAMES)[number];

export interface Settings {
  readonly lead: Lead;
  readonly sounds: boolean;
  /** 0 to 1. */
  readonly soundVolume: number;
  readonly voice: boolean;
  readonly voiceName: VoiceName;
  /** Whether the phone's own voice says how each movement is done, once. */
  readonly steps: boolean;
  /** 0 to 1. */
  readonly voiceVolume: number;
  readonly vibration: boolean;
  /** Single-letter keys; some people's input software types letters by accident. */
  readonly keys: boolean;
  /** Whether pictures move at all. */
  readonly movingPictures: boolean;
  /** Whether a hold is shown as the still picture. */
  readonly stillInHolds: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  lead: "screen",
  sounds: true,
  soundVolume: 0.7,
  voice: true,
  voiceName: "heart",
  steps: true,
  voiceVolume: 1,
  vibration: true,
  keys: true,
  movingPictures: true,
  stillInHolds: true,
};

type Flag = { [K in keyof Settings]: Settings[K] extends boolean ? K : never }[keyof Settings];

const KEY = "good-days.player.settings";

function volume(value: unknown, otherwise: number): number {
  return typeof value === "number" && value >= 0 && value <= 1 ? value : otherwise;
}

function oneOf<T extends string>(values: readonly T[], value: unknown, otherwise: T): T {
  return values.find((each) => each === value) ?? otherwise;
}

/** Settings from a stored text; what is missing or broken is the default. */
export function readSettings(text: string | null): Settings {
  let stored: Partial<Record<keyof Settings, unknown>> = {};
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    if (typeof value === "object" && value !== null) stored = value;
  } catch {
    // Broken: the defaults.
  }
  const flag = (key: Flag): boolean => {
    const value = stored[key];
    return typeof value === "boolean" ? value : DEFAULT_SETTINGS[key];
  };
  return {
    lead: oneOf(LEADS, stored.lead, DEFAULT_SETTINGS.lead),
    sounds: flag("sounds"),
    soundVolume: volume(stored.soundVolume, DEFAULT_SETTINGS.soundVolume),
    voice: flag("voice"),
    voiceName: oneOf(VOICE_NAMES, stored.voiceName, DEFAULT_SETTINGS.voiceName),
    steps: flag("steps"),
    voiceVolume: volume(stored.voiceVolume, DEFAULT_SETTINGS.voiceVolume),
    vibration: flag("vibration"),
    keys: flag("keys"),
    movingPictures: flag("movingPictures"),
    stillInHolds: flag("stillInHolds"),
  };
}

export function loadSettings(store: Store | null): Settings {
  try {
    return readSettings(store?.getItem(KEY) ?? null);
  } catch {
    return DEFAULT_SETTINGS;
  }
}

/** @returns whether they are really kept; if not, they hold for this page. */
export function keepSettings(store: Store | null, settings: Settings): boolean {
  try {
    store?.setItem(KEY, JSON.stringify(settings));
    return store !== null;
  } catch {
    return false;
  }
}
