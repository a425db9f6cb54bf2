// A sign-out that the server has not heard of yet, for want of a network. The sign-in itself lies in a cookie that no script
// can remove, so it is ended as soon as the server can be reached, before any page is shown. Used by the pages and the worker.
import { fact, setFact } from "./device_facts.ts";

const ADDRESS = "/sign-out";
const ANSWER_WITHIN_MS = 8_000;

/** Note that `user`, a public id, is leaving; it stays until the server knows. */
export async function noteLeaving(user: string): Promise<void> {
  await setFact("leaving", user);
}

/** Where the server led after the sign-out; "" if it knew of it already; null if it could not be told. */
export type Told = string | null;

/** Tell the server that `user` leaves. Whoever signed in here since then stays signed in: see home.sign_out. */
export async function tellServer(user: string): Promise<Told> {
  let answer: Response;
  try {
    const body = new URLSearchParams({ user });
    answer = await fetch(ADDRESS, { method: "POST", body, cache: "no-store", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch {
    return null;
  }
  if (!hasTold(answer, user)) return null;
  await setFact("leaving", undefined).catch(() => undefined);
  return answer.redirected ? answer.url : "";
}

/** Somebody else's page, or a refusal: in either case asking again changes nothing. 401: it had been ended already. */
function hasTold({ status, headers }: Response, user: string): boolean {
  const person = headers.get("X-Person");
  return (status >= 400 && status < 500) || (status === 200 && person !== null && person !== user);
}

/**
 * End what is still to be ended.
 *
 * @returns whether nobody is leaving any more; false: no page of theirs may be shown.
 */
export async function finishLeaving(): Promise<boolean> {
  const user = await fact("leaving").catch(() => undefined);
  return user === undefined || (await tellServer(user)) !== null;
}
