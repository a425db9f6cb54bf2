/** Short vibrations, where the device has any (iPhones have not). */

import type { Signal } from "./moment.ts";

/** On and off times in ms; no entry: no vibration. */
const PATTERNS: Partial<Readonly<Record<Signal, readonly number[]>>> = {
  start: [120],
  end: [60, 60, 60],
  switch: [150, 100, 150],
  finish: [200, 120, 200, 120, 300],
};

export function canVibrate(): boolean {
  return "vibrate" in navigator;
}

export function vibrate(signal: Signal): void {
  const pattern = PATTERNS[signal];
  // Before the first tap (after a reload) browsers refuse, and complain.
  const tapped = (navigator as Partial<Navigator>).userActivation?.hasBeenActive ?? true;
  if (pattern !== undefined && tapped && canVibrate()) navigator.vibrate([...pattern]);
}
