import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept } from "../../../src/outbox/entry.ts";
import { leftWords, sessionsUnderWay } from "../../../src/page/leaving/left_behind.ts";
import { waitingWords } from "../../../src/page/leaving/waiting_here.ts";
import type { Store } from "../../../src/page/player/storage.ts";

const entries = (count: number): Kept[] => Array.from({ length: count }, () => ({}) as Kept);

function session(phase: string): string {
  const state = { phase, parts: [], anchor: { at: 0, position: 0 }, log: {} };
  return JSON.stringify({ schema: 2, savedAt: 1, signature: "s", name: "Main", state, result: { log_id: "x", results: [] } });
}

function store(kept: Record<string, string>): Store {
  return Object.assign(
    Object.create({
      getItem(this: Record<string, string>, key: string) {
        return this[key] ?? null;
      },
    }),
    kept,
  ) as Store;
}

test("what is only here is named in a sentence, and nothing is said where there is nothing", () => {
  assert.equal(leftWords({ entries: [], underWay: 0 }), "");
  assert.equal(leftWords({ entries: entries(1), underWay: 0 }), "One entry is only on this device.");
  assert.equal(leftWords({ entries: entries(12), underWay: 0 }), "12 entries are only on this device.");
  assert.equal(leftWords({ entries: entries(2), underWay: 1 }), "2 entries and a session under way are only on this device.");
  assert.equal(leftWords({ entries: [], underWay: 1 }), "A session under way is only on this device.");
});

test("only sessions of one's own that were begun count", () => {
  const kept = store({
    "good-days.session.maya.1": session("playing"),
    "good-days.session.maya.2": session("before"),
    "good-days.session.maya.3": "{}",
    "good-days.session.sam.4": session("playing"),
    "good-days.settings": "{}",
  });
  assert.equal(sessionsUnderWay(kept, "maya"), 1);
  assert.equal(sessionsUnderWay(null, "maya"), 0);
});

test("on the sign-in page it is said how many wait, and not whose or what", () => {
  assert.equal(waitingWords([]), "");
  assert.match(waitingWords([1]), /^One entry waits on this device for the person who wrote it\. It is sent once/);
  assert.match(waitingWords([3]), /^3 entries wait on this device for the person who wrote them/);
  assert.match(waitingWords([1, 2]), /^3 entries wait on this device for the people/);
});
