/** Short vibrations, where the device has any (iPhones have not). */

import type { Signal } from "./moment.ts";

/** On and off times in ms; no entry: no vibration. */
const PATTERNS: Partial<Readonly<Record<Signal, readonly number[]>>> = {
  start: [120],
  end: [60, 60, 60],
  switch: [150, 100, 150],
  finish: [200, 120, 200, 120, 300],
};
/** Felt as well where nothing is heard. */
const INSTEAD_OF_SOUND: Partial<Readonly<Record<Signal, readonly number[]>>> = {
  count: [30],
  rep: [70],
  breath_in: [250],
  breath_out: [60, 80, 60],
};

export function canVibrate(): boolean {
  return "vibrate" in navigator;
}

/** @param instead Whether it stands for the sound: then ticks and breaths are felt too. */
export function vibrate(signal: Signal, instead: boolean): void {
  const pattern = PATTERNS[signal] ?? (instead ? INSTEAD_OF_SOUND[signal] : undefined);
  // Before the first tap (after a reload) browsers refuse, and complain.
  const tapped = (navigator as Partial<Navigator>).userActivation?.hasBeenActive ?? true;
  if (pattern !== undefined && tapped && canVibrate()) navigator.vibrate([...pattern]);
}
