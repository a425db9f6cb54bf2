// Where entries are kept on the phone: one IndexedDB database for each person, written before the network is asked.
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { Kept } from "./entry.ts";

interface Outbox extends DBSchema {
  entries: { key: string; value: Kept };
}

const PREFIX = "good-days-";
const VERSION = 1;
const OF_A_PERSON = /^good-days-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Said to every page and to the worker when an entry came, went or changed. */
export const CHANGED = "good-days-outbox";

/** What a sender and a page need of the place. */
export interface EntryStore {
  /** Keep an entry; resolves once it is on the disk. */
  put(entry: Kept): Promise<void>;
  /** All, in the order in which they were first put. */
  all(): Promise<Kept[]>;
  get(op: string): Promise<Kept | undefined>;
  /** Change an entry that is still there; one that is gone stays gone. */
  change(op: string, fields: Partial<Kept>): Promise<void>;
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
        await writing.store.put(inOrder(entry, await writing.store.getAll()));
        await writing.done;
        tell(user);
      }),
    all: () => using(user, async (outbox) => (await outbox.getAll("entries")).sort(byOrder)),
    get: (op) => using(user, (outbox) => outbox.get("entries", op)),
    change: (op, fields) =>
      using(user, async (outbox) => {
        const writing = outbox.transaction("entries", "readwrite", { durability: "strict" });
        const kept = await writing.store.get(op);
        if (kept) await writing.store.put({ ...kept, ...fields });
        await writing.done;
        if (kept) tell(user);
      }),
    remove: (...ops) =>
      using(user, async (outbox) => {
        const writing = outbox.transaction("entries", "readwrite");
        await Promise.all([...ops.map((op) => writing.store.delete(op)), writing.done]);
        tell(user);
      }),
  };
}

/** Return whose entries this browser may keep: the people by their public ids. Empty where it does not say. */
export async function peopleKept(): Promise<string[]> {
  const named = (await indexedDB.databases?.()) ?? [];
  return named.flatMap(({ name }) => OF_A_PERSON.exec(name ?? "")?.[1] ?? []);
}

/** Take everything of one person out of this browser. */
export function forgetEntries(user: string): Promise<void> {
  return deleteDB(PREFIX + user);
}

/** `entry` behind all that are there, whatever the phone's clock says; one that is there stays at its place. */
export function inOrder(entry: Kept, there: readonly Kept[]): Kept {
  const before = there.find(({ op }) => op === entry.op);
  if (before) return { ...entry, keptAt: before.keptAt };
  const last = Math.max(...there.map(({ keptAt }) => keptAt), -1);
  return entry.keptAt > last ? entry : { ...entry, keptAt: last + 1 };
}

function byOrder(one: Kept, other: Kept): number {
  return one.keptAt - other.keptAt || (one.op < other.op ? -1 : 1);
}

function tell(user: string): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(CHANGED);
  channel.postMessage(user);
  channel.close();
}
