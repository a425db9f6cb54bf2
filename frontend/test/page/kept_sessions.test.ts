import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept as Entry } from "../../src/outbox/entry.ts";
import { keptSessions, moveOver } from "../../src/page/kept_sessions.ts";
import { newSession, type SessionState } from "../../src/page/player/session.ts";
import { isOver, KEPT_SCHEMA, sessionKey, type Kept } from "../../src/page/player/storage.ts";
import { samplePlan } from "../player/sample_plan.ts";

const NOW = 1_700_000_000_000;
const DAY = 24 * 3600 * 1000;
const plan = samplePlan();

/** A Storage as the browser's: its entries are its own keys. */
function storage(entries: Record<string, string>): Storage {
  return Object.assign(
    Object.create({
      getItem(this: Record<string, string>, key: string) {
        return this[key] ?? null;
      },
      removeItem(this: Record<string, string>, key: string) {
        delete this[key];
      },
    }),
    entries,
  ) as Storage;
}

function kept(daysAgo: number, changed: Partial<SessionState> = {}): string {
  const state: SessionState = { ...newSession(plan.variants[0]), phase: "playing", ...changed };
  const value: Kept = {
    schema: KEPT_SCHEMA,
    savedAt: NOW - daysAgo * DAY,
    signature: plan.signature,
    name: plan.name,
    state,
    result: {
      log_id: "id", variant: "usual", started_at: "2023-11-14T22:13:20.000Z", finished_at: "2023-11-14T22:17:53.000Z",
      pain_before: null, stop: null, results: [],
    },
  };
  return JSON.stringify(value);
}

test("what is kept of one person is found, oldest first; what is over waits to be saved", () => {
  const store = storage({
    [sessionKey("maya", "two")]: kept(1),
    [sessionKey("maya", "one")]: kept(2, { phase: "finished" }),
    [sessionKey("maya", "three")]: kept(0, { phase: "paused", stop: "dizzy" }),
    [sessionKey("tom", "four")]: kept(0),
  });
  const found = keptSessions(store, "maya", NOW);
  assert.deepEqual(found.map((each) => [each.session, isOver(each.kept)]), [["one", true], ["two", false], ["three", true]]);
});

test("after 30 days it goes, and so does what nobody can read; other people's stays", () => {
  const store = storage({
    [sessionKey("maya", "old")]: kept(31, { phase: "finished" }),
    [sessionKey("maya", "broken")]: "{",
    [sessionKey("maya", "not begun")]: kept(0, { phase: "before" }),
    [sessionKey("tom", "old")]: kept(31),
    "good-days.player.settings": "{}",
  });
  assert.deepEqual(keptSessions(store, "maya", NOW), []);
  assert.deepEqual(Object.keys(store), [sessionKey("maya", "not begun"), sessionKey("tom", "old"), "good-days.player.settings"]);
});

test("what is over goes to the outbox at once, and only what is there leaves its old place", async () => {
  const key = sessionKey("maya", "one");
  const store = storage({ [key]: kept(2, { phase: "finished" }) });
  const put: Entry[] = [];
  const full = { put: () => Promise.reject(new Error("full")) };
  assert.equal((await moveOver(keptSessions(store, "maya", NOW), full, NOW)).length, 1);
  assert.deepEqual(Object.keys(store), [key]);
  const open = { put: async (entry: Entry) => void put.push(entry) };
  assert.deepEqual(await moveOver(keptSessions(store, "maya", NOW), open, NOW), []);
  assert.deepEqual(put.map(({ op, kind, heldUntil, data }) => [op, kind, heldUntil, data["session"]]), [["id", "session", 0, "one"]]);
  assert.deepEqual(Object.keys(store), []);
});
