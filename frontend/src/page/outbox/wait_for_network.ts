// Asks the browser to wake the worker when there is a network, where it can (Background Sync: Chromium).
import { OUTBOX_SYNC } from "../../protocol/outbox_sync.ts";

interface Syncing {
  sync?: { register(tag: string): Promise<void> };
}

/** What waits is sent even if the app is closed until then. */
export async function waitForNetwork(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = (await navigator.serviceWorker.getRegistration()) as Syncing | undefined;
  // Chromium may refuse; the next start of the app sends it then.
  await registration?.sync?.register(OUTBOX_SYNC).catch(() => undefined);
}
