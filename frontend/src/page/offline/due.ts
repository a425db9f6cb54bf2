// When what this phone keeps is to be fetched anew. Pure.
import type { Warmed } from "../../offline/device_facts.ts";

const HOUR_MS = 60 * 60 * 1000;
/** What did not come is tried again, but not at every page. */
const AGAIN_MS = 5 * 60 * 1000;

/** Who is here, when, and in which build. */
export interface Here {
  readonly user: string;
  /** The person's own day. */
  readonly day: string;
  readonly build: string;
}

/**
 * Say whether to fetch: once an hour, and at once for somebody else, another day or build, or after something was written.
 *
 * @param written Date.now() of the last writing, if any.
 */
export function isDue(warmed: Warmed | undefined, written: number | undefined, here: Here, now: number): boolean {
  if (warmed === undefined || warmed.user !== here.user || warmed.day !== here.day || warmed.build !== here.build) return true;
  if ((written ?? 0) > warmed.at) return true;
  const age = now - warmed.at;
  // Below zero: the clock was set back.
  return age < 0 || age > HOUR_MS || (warmed.pages < warmed.wanted && age > AGAIN_MS);
}

/** What is known of a page that is kept already. */
export interface KeptFacts {
  readonly at: number;
  readonly made: { readonly day: string; readonly build: string };
}

/** Pages that show what was written, by the beginning of their path. */
const TOUCHED = ["/today", "/check-in", "/progress", "/plan", "/sessions/", "/safety"];
/** A past day or a session that was done, beyond those that were looked at when it was written. */
const OF_THE_PAST = /^\/(?:check-in|progress\/sessions)\/[^?]+(?:\?change=.*)?$/;

/**
 * Say whether a page has to be fetched.
 *
 * @param key Path and query.
 * @param kept The copy there is, if any.
 * @param round What this round of fetching knows: the list's day and build, the last writing, and the path that the
 *   person looks at, whose day was the one written about.
 */
export function isWanted(
  key: string,
  kept: KeptFacts | undefined,
  round: { day: string; build: string; written: number; path: string; now: number },
): boolean {
  if (kept === undefined || kept.made.build !== round.build || kept.at > round.now) return true;
  if (round.now - kept.at > HOUR_MS) return true;
  if (!key.includes("on=") && kept.made.day !== round.day) return true;
  if (kept.at > round.written) return false;
  const path = key.split("?", 1)[0] ?? key;
  if (OF_THE_PAST.test(key) && !key.includes("on=")) return path === round.path || path === `/check-in/${round.day}`;
  return TOUCHED.some((each) => path.startsWith(each));
}
