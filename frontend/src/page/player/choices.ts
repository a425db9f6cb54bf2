/** What is chosen before a session, kept in this tab while the questions of the check are answered. */

import type { Store } from "./storage.ts";

export interface Choices {
  readonly variant: string;
  readonly painBefore: number | null;
}

const key = (session: string): string => `good-days.before.${session}`;

/** Keep `choices` for the page after the questions; a browser without storage asks again. */
export function keepChoices(store: Store | null, session: string, choices: Choices): void {
  try {
    store?.setItem(key(session), JSON.stringify(choices));
  } catch {
    // Full or refused: the person chooses once more.
  }
}

/** Take what was kept, once. */
export function takeChoices(store: Store | null, session: string): Choices | null {
  try {
    const kept = store?.getItem(key(session));
    store?.removeItem(key(session));
    if (kept === null || kept === undefined) return null;
    const { variant, painBefore } = JSON.parse(kept) as Partial<Choices>;
    if (typeof variant !== "string") return null;
    return { variant, painBefore: typeof painBefore === "number" ? painBefore : null };
  } catch {
    return null;
  }
}
