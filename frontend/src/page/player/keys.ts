/** Which key does what. */

export type KeyAction =
  | "pause"
  | "previous"
  | "next"
  | "repeat"
  | "back-15"
  | "forward-15"
  | "too-much"
  | "stop"
  | "open-help";

/** The part of a KeyboardEvent that decides. */
export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  /** Whether the focused element does something of its own with space and arrows (a button, a slider). */
  readonly onControl: boolean;
}

const ALWAYS: Readonly<Record<string, KeyAction>> = {
  ArrowLeft: "back-15",
  ArrowRight: "forward-15",
  Escape: "stop",
};

const SINGLE: Readonly<Record<string, KeyAction>> = {
  k: "pause",
  n: "next",
  p: "previous",
  r: "repeat",
  t: "too-much",
  "?": "open-help",
};

/**
 * The action of a key; null for none.
 *
 * @param single Whether single characters are shortcuts (WCAG 2.1.4: they can be switched off).
 */
export function actionOf(key: Key, single: boolean): KeyAction | null {
  if (key.ctrlKey || key.altKey || key.metaKey) return null;
  if (key.key === " ") return key.onControl ? null : "pause";
  const always = ALWAYS[key.key];
  if (always !== undefined) return always;
  return single ? (SINGLE[key.key.toLowerCase()] ?? null) : null;
}
