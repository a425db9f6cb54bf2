import assert from "node:assert/strict";
import { test } from "node:test";
import { keepChoices, takeChoices } from "../../src/page/player/choices.ts";

function storage() {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
}

test("what was chosen before the questions is there after them, once", () => {
  const store = storage();
  keepChoices(store, "one", { variant: "five", painBefore: 0 });
  assert.equal(takeChoices(store, "another"), null);
  assert.deepEqual(takeChoices(store, "one"), { variant: "five", painBefore: 0 });
  assert.equal(takeChoices(store, "one"), null);
});

test("what somebody else wrote there is not believed", () => {
  const store = storage();
  for (const text of ["", "{", "[]", '{"variant":3}']) {
    store.setItem("good-days.before.one", text);
    assert.equal(takeChoices(store, "one"), null);
  }
});

test("a browser without storage chooses again", () => {
  keepChoices(null, "one", { variant: "five", painBefore: null });
  assert.equal(takeChoices(null, "one"), null);
});
