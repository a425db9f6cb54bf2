/** Puts entries on the phone without ever waiting for long: a browser may refuse its storage, or be slow about it. */

import type { EntryStore } from "../../outbox/database.ts";
import type { Kept } from "../../outbox/entry.ts";

/** Longer than this nobody waits for the phone's own disk; a busy phone takes a second. */
export const DISK_MS = 2_000;

/** What `promise` comes to within `ms`; `otherwise` if it fails or is late. */
export function within<Got>(ms: number, promise: Promise<Got>, otherwise: Got): Promise<Got> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(otherwise), ms);
    promise.then(done, () => done(otherwise)).finally(() => clearTimeout(timer));
  });
}

/**
 * @param late Called when it is there after all, after it was not waited for any more.
 * @returns whether the entry is really on the phone.
 */
export async function kept(store: Pick<EntryStore, "put">, entry: Kept, late: () => void = () => undefined): Promise<boolean> {
  const putting = attempt(() => store.put(entry).then(() => true));
  const isKept = await within(DISK_MS, putting, false);
  if (!isKept) putting.then(late, () => undefined);
  return isKept;
}

/** Every entry that the phone has; none where it does not say. */
export function entriesOf(store: Pick<EntryStore, "all">): Promise<readonly Kept[]> {
  return within<readonly Kept[]>(DISK_MS, attempt(() => store.all()), []);
}

/** A browser without a database throws at once. */
async function attempt<Got>(act: () => Promise<Got>): Promise<Got> {
  return act();
}
