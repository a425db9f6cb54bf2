import assert from "node:assert/strict";
import { test } from "node:test";
import { carriedCode } from "../../src/page/carried_code.ts";

test("a code behind the # is read, small letters too", () => {
  assert.equal(carriedCode("#AB3DE-12X45"), "AB3DE-12X45");
  assert.equal(carriedCode("#ab3de-12x45"), "AB3DE-12X45");
});

test("anything else is left alone", () => {
  for (const hash of ["", "#", "#main", "#AB3DE12X45", "#AB3DE-12X45<script>", "AB3DE-12X456", "#AB3DE-12X45#"]) {
    assert.equal(carriedCode(hash), "", hash);
  }
});
