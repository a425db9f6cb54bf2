/** What is kept on the phone: the session under way and the settings. Storage may be refused at any time. */

import type { ItemResult } from "./practice_log.ts";
import type { StopReason } from "./plan.ts";
import type { SessionState } from "./session.ts";

export const KEPT_SCHEMA = 2;
/** A day after it began a session is not carried on, only saved or thrown away. */
export const OLD_AFTER_MS = 24 * 3600 * 1000;

/** What led a session: the sound track at least in part, the screen, or vibration and flashes. */
export type LedBy = "track" | "screen" | "silent";

/** What the server is sent. */
export interface Result {
  readonly log_id: string;
  readonly variant: string;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  readonly finished_at: string;
  readonly pain_before: number | null;
  readonly stop: StopReason | null;
  /** Missing from what an older version of the app kept. */
  readonly led_by?: LedBy;
  /** Lines without a recording: the phone's own voice said them, if it could. */
  readonly unrecorded_lines?: number;
  readonly results: readonly ItemResult[];
}

export interface Kept {
  readonly schema: typeof KEPT_SCHEMA;
  /** Date.now() when it was kept. The state's anchor is of the same instant. */
  readonly savedAt: number;
  readonly signature: string;
  /** The session's name, for other pages. */
  readonly name: string;
  readonly state: SessionState;
  /** The result so far, so that it can be saved even if the plan has changed since. */
  readonly result: Result;
}

/** The part of the browser's Storage that is used. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** localStorage, or null where even touching it throws. */
export function browserStore(): Store | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

/** Keys of one person start alike, so that their other pages can find what is kept. */
export function sessionKey(user: string, session: string): string {
  return `good-days.session.${user}.${session}`;
}

/** The page of a planned session. */
export function sessionUrl(session: string): string {
  return `/sessions/${session}`;
}

/** Whether a kept session only waits to be saved: it is over, or must not be carried on. */
export function isOver({ state }: Kept): boolean {
  return state.phase === "finished" || state.phase === "stopped" || state.stop !== null;
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== "object" || value === null) return false;
  const kept = value as Partial<Kept>;
  const { state, result } = kept;
  return (
    kept.schema === KEPT_SCHEMA &&
    typeof kept.savedAt === "number" &&
    typeof kept.signature === "string" &&
    typeof kept.name === "string" &&
    typeof state === "object" &&
    state !== null &&
    typeof state.phase === "string" &&
    Array.isArray(state.parts) &&
    typeof state.anchor?.position === "number" &&
    typeof state.log === "object" &&
    typeof result === "object" &&
    result !== null &&
    typeof result.log_id === "string" &&
    Array.isArray(result.results)
  );
}

/** One kept value under one key; null and false where the browser refuses. */
export class Keeper {
  constructor(
    private readonly store: Store | null,
    private readonly key: string,
  ) {}

  load(): Kept | null {
    try {
      const text = this.store?.getItem(this.key) ?? null;
      const value: unknown = text === null ? null : JSON.parse(text);
      return isKept(value) ? value : null;
    } catch {
      return null;
    }
  }

  /** @returns whether it is really kept. */
  save(kept: Kept): boolean {
    try {
      this.store?.setItem(this.key, JSON.stringify(kept));
      return this.store !== null;
    } catch {
      return false;
    }
  }

  clear(): void {
    try {
      this.store?.removeItem(this.key);
    } catch {
      // Nothing was kept then.
    }
  }
}

/** What to do with a kept session when the page opens. */
export type Return =
  | { readonly kind: "none" }
  /** Where the clock says; what went by meanwhile counts as not done. */
  | { readonly kind: "go_on"; readonly state: SessionState }
  /** "Carry on from ..." */
  | { readonly kind: "ask"; readonly state: SessionState }
  /** Too old, or the plan changed: save what was done, or throw it away. */
  | { readonly kind: "old"; readonly result: Result }
  /** Over, but not saved yet. */
  | { readonly kind: "unsaved"; readonly state: SessionState; readonly result: Result };

/**
 * Decide about a kept session whose page was gone.
 *
 * Nobody saw or heard what to do while it was gone, so that time counts as done of nothing: the
 * anchor is set to now, and the log stays as it was kept.
 *
 * @param wall Date.now().
 * @param clock The player's clock at the same instant.
 * @param askAfterMs Gap from which the person is asked.
 */
export function returnTo(
  kept: Kept | null,
  signature: string,
  wall: number,
  clock: number,
  askAfterMs: number,
): Return {
  if (kept === null || kept.state.phase === "before") return { kind: "none" };
  const { state, result } = kept;
  if (state.phase === "finished" || state.phase === "stopped") {
    return { kind: "unsaved", state, result };
  }
  // A clock set back in the meantime makes a gap below zero: how long is unknown, so ask.
  const gap = wall - kept.savedAt;
  const began = Math.min(kept.savedAt, state.startedAt ?? kept.savedAt);
  if (wall - began > OLD_AFTER_MS || kept.signature !== signature) return { kind: "old", result };
  const stood = state.anchor.position;
  const anchor = { at: clock, position: stood };
  if (gap >= 0 && gap < askAfterMs) {
    const position = state.phase === "playing" ? stood + gap : stood;
    return { kind: "go_on", state: { ...state, anchor: { at: clock, position } } };
  }
  if (state.sheet?.kind === "advice") return { kind: "go_on", state: { ...state, anchor } };
  return {
    kind: "ask",
    state: { ...state, phase: "paused", sheet: { kind: "resume" }, playOn: false, anchor },
  };
}
