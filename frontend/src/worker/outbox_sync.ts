// Background Sync (Chromium): sends what waits on the phone when there is a network, even with the app closed.
import { setFact } from "../offline/device_facts.ts";
import { peopleKept } from "../outbox/database.ts";
import { Sender, type Ending } from "../outbox/sender.ts";
import { browserWorld } from "../outbox/world.ts";
import { OUTBOX_SYNC } from "../protocol/outbox_sync.ts";
import type { SyncEvent } from "./browser_types.ts";

declare const self: ServiceWorkerGlobalScope;

/** Send entries when the browser says that there is a network. */
export function sendEntriesOnSync(): void {
  self.addEventListener("sync" as keyof ServiceWorkerGlobalScopeEventMap, (event) => {
    const sync = event as SyncEvent;
    if (sync.tag === OUTBOX_SYNC) sync.waitUntil(sendOrFail());
  });
}

/** Whose they are the server decides: those of somebody who is not signed in stay as they are. */
async function sendOrFail(): Promise<void> {
  const endings = await Promise.all((await peopleKept()).map(sendAll));
  // No page heard of it: what is kept of them is fetched anew with the next one.
  await setFact("written", Date.now()).catch(() => undefined);
  // The browser comes again some minutes later.
  if (endings.includes("later")) throw new Error("Not everything could be sent yet.");
}

async function sendAll(user: string): Promise<Ending> {
  const sender = new Sender(browserWorld(user, () => Promise.resolve()));
  let ending: Ending;
  do ending = await sender.round();
  while (ending === "sent");
  return ending;
}
