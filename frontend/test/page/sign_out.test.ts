import assert from "node:assert/strict";
import { test } from "node:test";
import { clearPersonal } from "../../src/page/clear_personal.ts";

/** A Storage as the browser's: its entries are its own keys. */
function storage(entries: Record<string, string>): Storage {
  return Object.assign(
    Object.create({
      removeItem(this: Record<string, string>, key: string) {
        delete this[key];
      },
    }),
    entries,
  ) as Storage;
}

test("signing out takes what one's sessions left, and leaves the device's own settings and other people's", () => {
  const store = storage({
    "good-days.session.maya.1": "{}",
    "good-days.session.maya.2": "{}",
    "good-days.session.safety.maya": "{}",
    "good-days.session.sam.3": "{}",
    "good-days.settings": "{}",
  });
  clearPersonal("maya", () => store);
  assert.deepEqual(Object.keys(store), ["good-days.session.sam.3", "good-days.settings"]);
});

test("a phone that refuses storage signs out all the same", () => {
  clearPersonal("maya", () => {
    throw new DOMException("denied", "SecurityError");
  });
});
