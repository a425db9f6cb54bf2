import assert from "node:assert/strict";
import { it } from "node:test";
import type { Store } from "../../src/page/player/storage.ts";
import { keepAnswer, loadAnswer } from "../../src/page/sound_check/lock_answer.ts";

function memory(text: string | null = null): Store & { kept: () => string | null } {
  let value = text;
  return {
    getItem: (key) => (key === "good-days.player.lock-test" ? value : null),
    setItem: (_key, text) => void (value = text),
    removeItem: () => void (value = null),
    kept: () => value,
  };
}

it("the answer to the lock test is kept where the player finds it, and read again", () => {
  const store = memory();
  const answer = { heard: true, at: "2026-07-01T08:00:00.000Z" };
  assert.equal(keepAnswer(store, answer), true);
  assert.equal(store.kept(), '{"heard":true,"at":"2026-07-01T08:00:00.000Z"}');
  assert.deepEqual(loadAnswer(store), answer);
});

it("an answer that cannot be read is none", () => {
  for (const text of [null, "", "{", "null", "7", "[]", "{}", '{"heard":"yes","at":"2026-07-01"}', '{"heard":true,"at":"soon"}', '{"heard":true}']) {
    assert.equal(loadAnswer(memory(text)), null, String(text));
  }
  assert.equal(loadAnswer(null), null);
});

it("a browser that keeps nothing says so", () => {
  const full: Store = {
    getItem: () => {
      throw new Error("blocked");
    },
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => undefined,
  };
  assert.equal(keepAnswer(full, { heard: false, at: "2026-07-01T08:00:00Z" }), false);
  assert.equal(keepAnswer(null, { heard: false, at: "2026-07-01T08:00:00Z" }), false);
  assert.equal(loadAnswer(full), null);
});
