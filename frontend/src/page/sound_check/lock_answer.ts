/** What somebody said about the lock test, kept on the phone. */

import type { Store } from "../player/storage.ts";

export interface LockAnswer {
  /** Whether three bells were heard with the phone locked. */
  readonly heard: boolean;
  /** ISO 8601, UTC. */
  readonly at: string;
}

const KEY = "good-days.player.lock-test";

/** The last answer; null where there is none, or none that can be read. */
export function loadAnswer(store: Store | null): LockAnswer | null {
  try {
    const value: unknown = JSON.parse(store?.getItem(KEY) ?? "null");
    if (typeof value !== "object" || value === null) return null;
    const { heard, at } = value as Partial<LockAnswer>;
    const readable = typeof heard === "boolean" && typeof at === "string" && !Number.isNaN(Date.parse(at));
    return readable ? { heard, at } : null;
  } catch {
    return null;
  }
}

/** @returns whether it is really kept. */
export function keepAnswer(store: Store | null, answer: LockAnswer): boolean {
  try {
    store?.setItem(KEY, JSON.stringify(answer));
    return store !== null;
  } catch {
    return false;
  }
}
