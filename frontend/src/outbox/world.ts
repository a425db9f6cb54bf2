// The browser as a sender needs it, in a page or in the worker.
import { entryStore } from "./database.ts";
import type { World } from "./sender.ts";

/** What sends the entries of `user` uses. */
export function browserWorld(user: string, wait: World["wait"]): World {
  return {
    user,
    store: entryStore(user),
    fetch: (url, init) => fetch(url, init),
    lock: (act) => alone(`good-days-outbox-${user}`, act),
    now: () => Date.now(),
    random: () => Math.random(),
    wait,
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  };
}

/** Without locks two may send at once: the server carries each entry out once all the same. */
async function alone<Got>(name: string, act: () => Promise<Got>): Promise<Got | null> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return act();
  return locks.request(name, { ifAvailable: true }, (lock) => (lock ? act() : null));
}
