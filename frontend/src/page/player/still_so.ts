/** Whether the page of a session still holds: it may be older than what the person told since. */

import type { Plan } from "./plan.ts";
import { sessionUrl } from "./storage.ts";

const DEADLINE_MS = 2_000;

/** @returns what the server says; null where it does not answer in time. */
export async function stillHolds(
  plan: Pick<Plan, "session" | "stamp">,
  ask: (url: string, init: RequestInit) => Promise<Pick<Response, "ok" | "status" | "text">>,
): Promise<boolean | null> {
  try {
    const answer = await ask(`${sessionUrl(plan.session)}/stamp`, { cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) });
    if (answer.status >= 500) return null;
    return answer.ok && (await answer.text()) === plan.stamp;
  } catch {
    return null;
  }
}

/** Whether the page was made on the day that it is now, in the person's time zone. */
export function isOfToday({ day, zone }: Pick<Plan, "day" | "zone">, now: number): boolean {
  try {
    return new Date(now).toLocaleDateString("sv-SE", { timeZone: zone }) === day;
  } catch {
    return false;
  }
}
