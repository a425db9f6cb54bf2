import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kept } from "../../../src/outbox/entry.ts";
import { droppedWith, entryWords, howManyWords } from "../../../src/page/offline_settings/entry_words.ts";

const NOW = new Date(2026, 10, 23, 12).getTime();
const HOUR = 60 * 60 * 1000;

function kept(changes: Partial<Kept> = {}): Kept {
  return {
    op: "a",
    kind: "check_in",
    entity: "2026-11-23",
    at: NOW - HOUR,
    data: {},
    schema: 1,
    state: "waiting",
    title: "Check-in of Monday",
    page: "/check-in/2026-11-23",
    keptAt: NOW - HOUR,
    heldUntil: 0,
    ...changes,
  };
}

test("an entry says when it was written and that it waits", () => {
  const words = entryWords(kept(), NOW);
  assert.equal(words.written, "Written today at 11:00.");
  assert.equal(words.state, "Waits for the network.");
  assert.equal(words.reason, "");
  assert.equal(words.open, "Open it");
});

test("one that its form still carries is being sent; a clock that was set back holds up nothing", () => {
  assert.equal(entryWords(kept({ heldUntil: NOW + 5000 }), NOW).state, "Being sent.");
  assert.equal(entryWords(kept({ heldUntil: NOW + HOUR }), NOW).state, "Waits for the network.");
});

test("after three days it says so with more weight", () => {
  assert.match(entryWords(kept({ keptAt: NOW - 4 * 24 * HOUR }), NOW).state, /waiting for 4 days/);
});

test("a refused one gives the server's reason, or one of its own, and can be mended", () => {
  const words = entryWords(kept({ state: "rejected", words: "That day is too far ahead." }), NOW);
  assert.equal(words.reason, "That day is too far ahead.");
  assert.equal(words.open, "Mend it");
  assert.notEqual(entryWords(kept({ state: "rejected" }), NOW).reason, "");
});

test("dropping a deletion is asked about in other words than dropping what was written", () => {
  assert.match(entryWords(kept(), NOW).question, /nowhere else/);
  assert.match(entryWords(kept({ kind: "check_in_deleted" }), NOW).question, /not deleted/);
});

test("how many wait and how many were refused is one sentence", () => {
  const refused = kept({ state: "rejected" });
  assert.equal(howManyWords([]), "");
  assert.equal(howManyWords([kept()]), "1 entry waits.");
  assert.equal(howManyWords([kept(), kept(), refused]), "2 entries wait, 1 was not taken.");
  assert.equal(howManyWords([refused, refused]), "2 entries were not taken.");
  assert.equal(howManyWords([refused]), "1 entry was not taken.");
});

test("with a session goes what was said of it, and nothing of another", () => {
  const session = kept({ op: "s", kind: "session", entity: "one" });
  const said = kept({ op: "t", kind: "session_said", entity: "one" });
  const other = kept({ op: "u", kind: "session_said", entity: "two" });
  assert.deepEqual(droppedWith(session, [session, said, other]), [session, said]);
  assert.deepEqual(droppedWith(said, [session, said, other]), [said]);
});
