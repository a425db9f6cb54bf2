import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept, Kind } from "../../src/outbox/entry.ts";
import { uuid7 } from "../../src/outbox/uuid7.ts";
import type { AfterFacts } from "../../src/page/player/after.ts";
import { OnThisPhone } from "../../src/page/player/closed.ts";
import { SafetyNote } from "../../src/page/player/safety_note.ts";
import type { Store } from "../../src/page/player/storage.ts";
import { dayIn, madeAt, toldOf } from "../../src/page/player/told.ts";

const ZONE = "Pacific/Auckland";
/** 3 March in Auckland, still the 2nd in London. */
const NOW = Date.UTC(2026, 2, 2, 20);
const TODAY = "2026-03-03";
const HOUR = 3_600_000;
const LOG = uuid7(NOW - HOUR);
const FACTS: AfterFacts = {
  red_kinds: ["sharp", "tingling_numb"], red_from: { "": 6, "7": 9 }, kind_of_stop: { sharp: "sharp", tingling: "tingling_numb", dizzy: "other" },
  help_kind: "other", lasting_kind: "tingling_numb", urgent: ["pc_emergency"],
};

function entry(kind: Kind, entity: string, data: Kept["data"]): Kept {
  return { op: uuid7(NOW), kind, entity, at: NOW, data, schema: 1, state: "waiting", title: "", page: "", keptAt: NOW, heldUntil: 0 };
}

function session(data: Kept["data"], at = NOW - HOUR): Kept {
  return entry("session", LOG, { started_at: new Date(at).toISOString(), finished_at: new Date(at + 600_000).toISOString(), pain_before: null, stop: null, ...data });
}

const told = (...entries: Kept[]) => toldOf(entries, TODAY, ZONE, FACTS);

test("a session that was fine holds nothing, one with a stop holds its day", () => {
  assert.deepEqual(told(session({})), { held: false, ticked: false, urgent: false, flare: false });
  for (const stop of ["sharp", "tingling", "dizzy"]) assert.equal(told(session({ stop })).held, true, stop);
});

test("a stop of yesterday holds nothing today, one around midnight both days", () => {
  const midnight = Date.UTC(2026, 2, 2, 11);
  assert.equal(dayIn(ZONE, midnight), TODAY);
  assert.equal(told(session({ stop: "sharp" }, midnight - 24 * HOUR)).held, false);
  assert.equal(told(session({ stop: "sharp" }, midnight - 300_000)).held, true);
  assert.equal(toldOf([session({ stop: "sharp" }, midnight - 300_000)], "2026-03-02", ZONE, FACTS).held, true);
});

test("how it was counts with the session it is about, the last word alone", () => {
  assert.equal(told(session({}), entry("session_said", LOG, { worst_pain: 6 })).held, true);
  assert.equal(told(session({ pain_before: 7 }), entry("session_said", LOG, { worst_pain: 8 })).held, false);
  assert.equal(told(session({}), entry("session_said", LOG, { worst_pain: 9 }), entry("session_said", LOG, { worst_pain: 2 })).held, false);
  assert.equal(told(session({}), entry("session_said", LOG, { pain_kinds: ["sharp"] })).held, true);
});

test("of a session that was sent already the id says the day", () => {
  assert.equal(madeAt(LOG), NOW - HOUR);
  assert.equal(told(entry("session_said", LOG, { pain_kinds: ["sharp"] })).held, true);
  assert.equal(told(entry("session_said", uuid7(NOW - 30 * HOUR), { pain_kinds: ["sharp"] })).held, false);
  assert.equal(told(entry("session_said", "no uuid", { pain_kinds: ["sharp"] })).held, false);
});

test("ticks of today wait, those of another day do not", () => {
  assert.equal(told(entry("ticked", TODAY, { items: ["pc_flare"] })).ticked, true);
  assert.equal(told(entry("ticked", "2026-03-02", { items: ["pc_emergency"] })).ticked, false);
  assert.equal(told(entry("ticked", TODAY, { items: ["pc_flare"] })).urgent, false);
  assert.equal(told(entry("ticked", TODAY, { items: ["pc_flare"] }), entry("ticked", TODAY, { items: ["pc_flare", "pc_emergency"] })).urgent, true);
});

test("the last word about a flare today counts, wherever it was said", () => {
  const yes = entry("flare", TODAY, { answer: "yes" });
  const checkIn = (flare: boolean | null): Kept => entry("check_in", TODAY, { answers: { flare, stiffness: 3 } });
  assert.equal(told(yes).flare, true);
  assert.equal(told(yes, entry("flare", TODAY, { answer: "undo" })).flare, false);
  assert.equal(told(checkIn(true)).flare, true);
  assert.equal(told(checkIn(true), checkIn(null)).flare, false);
  assert.equal(told(yes, entry("check_in", TODAY, { answers: { stiffness: 3 } })).flare, true);
  assert.equal(told(checkIn(true), entry("check_in_deleted", TODAY, {})).flare, false);
  assert.equal(told(entry("flare", "2026-03-02", { answer: "yes" })).flare, false);
});

class Memory implements Store {
  readonly kept = new Map<string, string>();
  getItem = (key: string): string | null => this.kept.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.kept.set(key, value);
  removeItem = (key: string): void => void this.kept.delete(key);
}

function phone(entries: readonly Kept[] | Error, store: Store = new Memory()) {
  const note = new SafetyNote(store, "maya");
  const all = async (): Promise<Kept[]> => {
    if (entries instanceof Error) throw entries;
    return [...entries];
  };
  return { note, phone: new OnThisPhone({ zone: ZONE }, { all }, note, FACTS) };
}

test("what the phone noted holds once the entry was sent, until the server says otherwise", async () => {
  const store = new Memory();
  const { note, phone: sent } = phone([], store);
  note.hold(TODAY, LOG, true);
  assert.equal((await sent.knows(null, NOW)).closed, "held");
  assert.equal((await sent.knows(true, NOW)).closed, null);
  assert.equal((await sent.knows(null, NOW)).closed, null);
  assert.equal(store.kept.size, 0);
});

test("what was not sent yet holds whatever the server says", async () => {
  const { note, phone: unsent } = phone([session({ stop: "sharp" })]);
  note.hold(TODAY, LOG, true);
  assert.equal((await unsent.knows(true, NOW)).closed, "held");
  assert.deepEqual(note.of(TODAY).held, [LOG]);
});

test("ticks come before a day that is held: they may need help now", async () => {
  const { note, phone: both } = phone([session({ stop: "sharp" })]);
  note.tick(TODAY);
  assert.equal((await both.knows(null, NOW)).closed, "ticked");
});

test("a note is of its day, its person and its session", async () => {
  const store = new Memory();
  const { note, phone: other } = phone([], store);
  note.hold("2026-03-02", LOG, true);
  assert.equal((await other.knows(null, NOW)).closed, null);
  note.hold(TODAY, LOG, true);
  note.hold(TODAY, "another", true);
  note.hold(TODAY, LOG, false);
  assert.deepEqual(note.of(TODAY).held, ["another"]);
  assert.deepEqual(new SafetyNote(store, "tom").of(TODAY).held, []);
});

test("a phone without a database, or with a broken note, knows what is left", async () => {
  const store = new Memory();
  const { note, phone: none } = phone(new Error("no database"), store);
  note.tick(TODAY);
  assert.deepEqual(await none.knows(null, NOW), { closed: "ticked", urgent: true, flare: false });
  for (const key of store.kept.keys()) store.setItem(key, "{");
  assert.equal((await none.knows(null, NOW)).closed, null);
});
