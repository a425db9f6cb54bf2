/** Soft flashes of the whole screen, for sessions without sound: at most one a second. */

import type { Signal } from "./moment.ts";

/** How strong, from 0 to 1; no entry: no flash. */
const STRENGTHS: Partial<Readonly<Record<Signal, number>>> = { start: 0.55, end: 0.4, switch: 0.55, rep: 0.2, finish: 0.7 };
const LENGTH_MS = 700;

/** @param calm Whether less motion is wanted: then the colour stands for a moment and does not fade. */
export function flash(element: HTMLElement, signal: Signal, calm: boolean): void {
  const opacity = STRENGTHS[signal];
  if (opacity === undefined) return;
  const frames = calm ? [{ opacity }, { opacity }] : [{ opacity }, { opacity: 0 }];
  element.animate(frames, { duration: LENGTH_MS, easing: "ease-out" });
}
