import assert from "node:assert/strict";
import { test } from "node:test";
import { DEAF_MS, SheetOpener } from "../../src/page/player/sheet_opener.ts";

const TAP = { detail: 1 };
const KEY = { detail: 0 };

/** Sheets on a phone whose time passes only when told. */
function sheets() {
  const at = { now: 1_000_000, opened: 0 };
  const opener = new SheetOpener({ now: () => at.now });
  const open = (): void => opener.open({ showModal: () => void (at.opened += 1) });
  return { at, opener, open };
}

test("the second tap of a double tap hits nothing in the sheet that the first one opened", () => {
  const { at, opener, open } = sheets();
  open();
  assert.equal(at.opened, 1);
  for (const ms of [0, 120, DEAF_MS - 1]) {
    at.now = 1_000_000 + ms;
    assert.ok(!opener.takes(TAP), `${ms} ms`);
  }
  at.now = 1_000_000 + DEAF_MS;
  assert.ok(opener.takes(TAP));
});

test("a key is taken at once", () => {
  const { opener, open } = sheets();
  open();
  assert.ok(opener.takes(KEY));
});

test("each sheet that follows has its own moment", () => {
  const { at, opener, open } = sheets();
  open();
  at.now += 2_000;
  assert.ok(opener.takes(TAP));
  open();
  assert.ok(!opener.takes(TAP));
});
