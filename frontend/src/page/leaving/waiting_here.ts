// On the pages where somebody signs in: entries wait on this phone for whoever wrote them. Whose, and what, is not said.
import { entryStore, peopleKept } from "../../outbox/database.ts";

/** Say in `element` how many wait; it stays hidden where none do, or where the browser does not say. */
export async function tellWaiting(element: HTMLElement): Promise<void> {
  const people = await peopleKept();
  const counts = await Promise.all(people.map(async (user) => (await entryStore(user).all()).length));
  const words = waitingWords(counts.filter((count) => count > 0));
  if (words === "") return;
  const place = element.querySelector("span") ?? element;
  place.textContent = words;
  element.hidden = false;
}

/** @param counts How many entries wait, for each person that has any. */
export function waitingWords(counts: readonly number[]): string {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return "";
  const wait = all === 1 ? "One entry waits" : `${all} entries wait`;
  const sent = all === 1 ? "It is sent" : "They are sent";
  return counts.length === 1
    ? `${wait} on this device for the person who wrote ${all === 1 ? "it" : "them"}. ${sent} once that person signs in again, and nobody else sees ${all === 1 ? "it" : "them"}.`
    : `${wait} on this device for the people who wrote them. They are sent once those people sign in again, and nobody else sees them.`;
}
