import assert from "node:assert/strict";
import { test } from "node:test";
import { failureWords } from "../../src/page/player/save.ts";

test("where nothing keeps it, nobody is told that something does", () => {
  assert.match(failureWords({ final: false }, true), /kept on this phone/);
  assert.ok(!failureWords({ final: false }, false).includes("kept on this phone"));
  assert.match(failureWords({ final: false }, false), /leave this page open/);
  assert.match(failureWords({ final: true }, true), /may have been signed out/);
});
