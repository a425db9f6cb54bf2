// Takes everything of one person out of this browser: kept pages, entries, sessions under way, reminders.
import { wipePages } from "../../offline/wipe.ts";
import { forgetEntries } from "../../outbox/database.ts";
import { clearPersonal } from "../clear_personal.ts";
import { forgetHere } from "../push/forget_here.ts";
import { LEAVING } from "../quiet.ts";

/** So long the browser may take for each; the server ends its side in any case. */
const PATIENCE_MS = 2000;

/** Said to the other tabs when somebody left; page/offline/left.ts listens. */
export const LEFT = "good-days-left";

/** Wipe. Never throws: a browser that refuses storage has nothing. */
export async function wipePerson(user: string): Promise<void> {
  // What is being fetched ahead ends.
  window.dispatchEvent(new Event(LEAVING));
  clearPersonal(user, () => localStorage);
  await Promise.all([inTime(wipePages()), inTime(forgetEntries(user)), inTime(forgetHere())]);
}

/** Let other tabs load anew, so that none goes on showing what was somebody's. */
export function tellOtherTabs(): void {
  window.dispatchEvent(new Event(LEFT));
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(LEFT);
  channel.postMessage("");
  channel.close();
}

async function inTime(work: Promise<unknown>): Promise<void> {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  await Promise.race([work.catch(() => undefined), late]);
}
