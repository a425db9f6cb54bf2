// Dropping what waits: never while it is being sent, or else it might arrive all the same.
import { entryStore } from "../../outbox/database.ts";
import type { Kept } from "../../outbox/entry.ts";
import type { Drop } from "./entry_list.ts";

/** A sending that lasts longer is looked at again by the person. */
const PATIENCE_MS = 3000;

/** Return how entries of `user` are dropped. It rejects while another page is sending. */
export function dropFor(user: string): Drop {
  const store = entryStore(user);
  const drop = async (entries: readonly Kept[]): Promise<Kept[]> => {
    const there = new Set((await store.all()).map(({ op }) => op));
    const dropped = entries.filter(({ op }) => there.has(op));
    if (dropped.length) await store.remove(...dropped.map(({ op }) => op));
    return dropped;
  };
  const { locks } = navigator as { locks?: LockManager };
  // The lock of outbox/world.ts: one sends at a time.
  return (entries) => (locks ? locks.request(`good-days-outbox-${user}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => drop(entries)) : drop(entries));
}
