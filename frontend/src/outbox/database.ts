// Where entries are kept on the phone: one IndexedDB database for each person, written before the network is asked.
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Kept } from "./entry.ts";

interface Outbox extends DBSchema {
  entries: { key: string; value: Kept };
}

const PREFIX = "good-days-";
const VERSION = 1;

/** Said to every page and to the worker when an entry came, went or changed. */
export const CHANGED = "good-days-outbox";

/** What a sender and a page need of the place. */
export interface EntryStore {
  /** Keep an entry; resolves once it is on the disk. */
  put(entry: Kept): Promise<void>;
  /** All, the oldest first (uuid7 in the order of their making). */
  all(): Promise<Kept[]>;
  get(op: string): Promise<Kept | undefined>;
  remove(...ops: string[]): Promise<void>;
}

/** Open for each use: a connection left open would hold up a newer version, and the wiping. */
async function using<Got>(user: string, act: (outbox: IDBPDatabase<Outbox>) => Promise<Got>): Promise<Got> {
  const outbox = await openDB<Outbox>(PREFIX + user, VERSION, {
    upgrade(fresh) {
      fresh.createObjectStore("entries", { keyPath: "op" });
    },
  });
  try {
    return await act(outbox);
  } finally {
    outbox.close();
  }
}

/** The entries of one person, by their public id. */
export function entryStore(user: string): EntryStore {
  return {
    put: (entry) =>
      using(user, async (outbox) => {
        // "strict": acknowledged only when it is really on the disk.
        const writing = outbox.transaction("entries", "readwrite", { durability: "strict" });
        await Promise.all([writing.store.put(entry), writing.done]);
        tell(user);
      }),
    all: () => using(user, (outbox) => outbox.getAll("entries")),
    get: (op) => using(user, (outbox) => outbox.get("entries", op)),
    remove: (...ops) =>
      using(user, async (outbox) => {
        const writing = outbox.transaction("entries", "readwrite");
        await Promise.all([...ops.map((op) => writing.store.delete(op)), writing.done]);
        tell(user);
      }),
  };
}

/** Take everything of one person out of this browser. */
export function forgetEntries(user: string): Promise<void> {
  return deleteDB(PREFIX + user);
}

function tell(user: string): void {
  const channel = new BroadcastChannel(CHANGED);
  channel.postMessage(user);
  channel.close();
}
