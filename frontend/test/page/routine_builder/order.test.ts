// Where a line goes that is dragged, and which answer belongs to which words.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { placeAt } from "../../../src/page/routine_builder/drag.ts";
import { placeWords } from "../../../src/page/routine_builder/lines.ts";
import { keyOf } from "../../../src/page/routine_builder/search.ts";

describe("a line that is dragged", () => {
  const others = [{ top: 0, height: 100 }, { top: 110, height: 40 }, { top: 160, height: 100 }];
  for (const [y, place] of [[-20, 0], [50, 0], [51, 1], [129, 1], [131, 2], [211, 3], [900, 3]] as const) {
    it(`stands at ${place} where the pointer is at ${y}`, () => assert.equal(placeAt(y, others), place));
  }
  it("stays where it is alone", () => assert.equal(placeAt(5, []), 0));
});

describe("what is said", () => {
  it("names the line and its place", () => assert.equal(placeWords("Neck turns", 2, 3), "Neck turns: 2 of 3."));
});

describe("the words that an answer is for", () => {
  it("are told apart with the part of the body", () => assert.equal(keyOf(" heel ", "foot"), "heel|foot"));
});
