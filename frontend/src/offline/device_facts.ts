// What this device knows besides anybody's entries: a few facts in IndexedDB, which the pages and the worker share.
// Written by hand and not with idb: it is part of what every page loads.

/** Whose answer came last, and when it was asked for. */
export interface Present {
  /** Their public id, or NOBODY. */
  readonly id: string;
  /** Date.now() when the answer was asked for that changed it. */
  readonly began: number;
  /** Their time zone, once a page of theirs was kept. */
  readonly zone?: string;
}

/** How far this device is made ready for having no network. */
export interface Warmed {
  readonly user: string;
  /** The person's own day, 2026-11-23. */
  readonly day: string;
  /** Date.now() at the end. */
  readonly at: number;
  readonly build: string;
  /** Pages that are kept, of those that are wanted. */
  readonly pages: number;
  readonly wanted: number;
}

export interface Facts {
  /** The person does not want anything of theirs to be kept here. */
  keepNothing: boolean;
  warmed: Warmed;
  present: Present;
  /** Date.now() of the last form or entry that went to the server. */
  written: number;
  /** Public id of who signed out here while the server could not be told: see pending_sign_out.ts. */
  leaving: string;
}

/** Whoever is not signed in. */
export const NOBODY = "nobody";

const NAME = "good-days-device";
const STORE = "facts";

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(opening.error as DOMException);
  });
}

/** Open for each use, as a connection left open would hold up a newer version. */
async function using<Got>(mode: IDBTransactionMode, act: (facts: IDBObjectStore, give: (got: Got) => void) => void): Promise<Got> {
  const database = await open();
  try {
    return await new Promise<Got>((done, fail) => {
      let got!: Got;
      const transaction = database.transaction(STORE, mode);
      transaction.oncomplete = () => done(got);
      transaction.onabort = transaction.onerror = () => fail(transaction.error as DOMException);
      act(transaction.objectStore(STORE), (given) => (got = given));
    });
  } finally {
    database.close();
  }
}

/** Return a fact, undefined where nobody knows it. Rejects where the browser refuses storage. */
export function fact<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | undefined> {
  return using("readonly", (facts, give) => {
    const asked = facts.get(name) as IDBRequest<Facts[Name] | undefined>;
    asked.onsuccess = () => give(asked.result);
  });
}

/** Change a fact in one step, whoever else writes. `change` returns what it shall be; the same: nothing is written. */
export function changeFact<Name extends keyof Facts>(
  name: Name,
  change: (before: Facts[Name] | undefined) => Facts[Name] | undefined,
): Promise<Facts[Name] | undefined> {
  return using("readwrite", (facts, give) => {
    const asked = facts.get(name) as IDBRequest<Facts[Name] | undefined>;
    asked.onsuccess = () => {
      const after = change(asked.result);
      give(after);
      if (after === asked.result) return;
      if (after === undefined) facts.delete(name);
      else facts.put(after, name);
    };
  });
}

export async function setFact<Name extends keyof Facts>(name: Name, value: Facts[Name] | undefined): Promise<void> {
  await changeFact(name, () => value);
}
