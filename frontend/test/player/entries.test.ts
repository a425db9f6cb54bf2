import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept } from "../../src/outbox/entry.ts";
import { saidEntry, sessionEntry, tickedEntry } from "../../src/page/player/entries.ts";
import { DISK_MS, entriesOf, kept } from "../../src/page/player/keeping.ts";
import type { Result } from "../../src/page/player/storage.ts";

const NOW = Date.UTC(2026, 2, 2, 8);
const OF = { session: "planned", name: "Main session" };
const RESULT: Result = {
  log_id: "log", variant: "usual", started_at: "2026-03-02T07:50:00.000Z", finished_at: "2026-03-02T08:00:00.000Z", pain_before: 3, stop: null,
  results: [{ item: "1", state: "done", easier: false, done_s: 90, reason: null, slug: "cat-cow" }],
};

test("a session is the same entry whenever it is kept: its operation is its own id", () => {
  const one = sessionEntry(OF, RESULT, NOW, NOW + 15_000);
  assert.equal(one.op, "log");
  assert.equal(one.entity, "log");
  assert.equal(one.title, "Main session, Monday 2 March");
  assert.deepEqual(one.data, {
    session: "planned", variant: "usual", started_at: RESULT.started_at, finished_at: RESULT.finished_at, pain_before: 3, stop: null,
    led_by: null, unrecorded_lines: null, results: [{ ...RESULT.results[0] }],
  });
  assert.deepEqual({ ...sessionEntry(OF, RESULT, NOW + 5000), at: one.at, keptAt: one.keptAt, heldUntil: one.heldUntil }, one);
});

test("a note names the notes that it was written over, other answers name none", () => {
  assert.deepEqual(saidEntry(OF, "log", "op", NOW, { note: "x" }, ["before"]).base, { note: ["before"] });
  assert.deepEqual(saidEntry(OF, "log", "op", NOW, { note: "x" }, []).base, { note: [] });
  assert.equal("base" in saidEntry(OF, "log", "op", NOW, { effort: 3 }, null), false);
});

test("ticks are about a day", () => {
  const { kind, entity, data } = tickedEntry(OF, "2026-03-02", "op", NOW, ["pc_flare"]);
  assert.deepEqual([kind, entity, data], ["ticked", "2026-03-02", { items: ["pc_flare"] }]);
});

test("nobody waits for a disk that does not answer, nor is told that it did", async () => {
  const entry = tickedEntry(OF, "2026-03-02", "op", NOW, []);
  const never = new Promise<never>(() => undefined);
  const began = performance.now();
  assert.equal(await kept({ put: () => never }, entry), false);
  assert.deepEqual(await entriesOf({ all: () => never }), []);
  assert.ok(performance.now() - began < 2 * DISK_MS + 300);
});

test("a browser that has no database at all keeps nothing, and breaks nothing", async () => {
  const refuse = (): never => {
    throw new Error("indexedDB is not defined");
  };
  assert.equal(await kept({ put: refuse }, {} as Kept), false);
  assert.deepEqual(await entriesOf({ all: refuse }), []);
});

test("a disk that was slow is told of once it is done", async () => {
  let done = (): void => undefined;
  let late = 0;
  const slow = new Promise<void>((resolve) => (done = resolve));
  assert.equal(await kept({ put: () => slow }, {} as Kept, () => (late += 1)), false);
  assert.equal(late, 0);
  done();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(late, 1);
});
