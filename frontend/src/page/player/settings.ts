/** Sound, voice, vibration, keys and pictures: each off by itself, kept on the device. */

import type { Store } from "./storage.ts";

export interface Settings {
  readonly sounds: boolean;
  /** 0 to 1. */
  readonly soundVolume: number;
  readonly voice: boolean;
  /** Whether the voice says how each movement is done, once. */
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
  sounds: true,
  soundVolume: 0.7,
  voice: true,
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
    sounds: flag("sounds"),
    soundVolume: volume(stored.soundVolume, DEFAULT_SETTINGS.soundVolume),
    voice: flag("voice"),
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
