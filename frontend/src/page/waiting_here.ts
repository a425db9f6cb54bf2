// Looks whether anything may wait on this phone for who signs in; only then what says so is got.
import { whenQuiet } from "./quiet.ts";
import type { GetLeaving } from "./sign_out.ts";

/** Databases of outbox/database.ts: a public id follows. */
const OF_A_PERSON = /^good-days-[0-9a-f-]{36}$/;

export function startWaitingHere(element: HTMLElement, getLeaving: GetLeaving): void {
  whenQuiet(() => void look(element, getLeaving).catch(() => undefined));
}

async function look(element: HTMLElement, getLeaving: GetLeaving): Promise<void> {
  const found = (await indexedDB.databases?.()) ?? [];
  if (found.some(({ name }) => OF_A_PERSON.test(name ?? ""))) await (await getLeaving()).tellWaiting(element);
}
