import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { proposed } from "../../src/page/player/pain_proposal.ts";
import type { PainBefore } from "../../src/page/player/plan.ts";

const LIMITS: PainBefore = {
  amber_from: 4,
  red_from: 6,
  amber: { variant: "easier", words: "More than usual." },
  red: { variant: "flare", words: "A lot." },
};

describe("what pain before a session proposes", () => {
  it("is nothing below the person's own limit, without a rating, or in a page without limits", () => {
    for (const rating of [null, 0, 3]) assert.equal(proposed(LIMITS, rating, "usual"), null);
    assert.equal(proposed(null, 10, "usual"), null);
  });

  it("is the easier version from amber on, and the short gentle one or none from red on", () => {
    for (const rating of [4, 5]) {
      assert.deepEqual(proposed(LIMITS, rating, "usual"), { variant: "easier", words: "More than usual.", restIsFine: false });
    }
    for (const rating of [6, 10]) {
      assert.deepEqual(proposed(LIMITS, rating, "usual"), { variant: "flare", words: "A lot.", restIsFine: true });
    }
  });

  it("goes straight to red where nothing is amber", () => {
    const limits = { ...LIMITS, amber_from: 9, red_from: 9 };
    assert.equal(proposed(limits, 8, "usual"), null);
    assert.equal(proposed(limits, 9, "usual")?.variant, "flare");
  });

  it("never proposes more than what is chosen", () => {
    assert.equal(proposed(LIMITS, 4, "flare")?.variant, null);
    assert.equal(proposed(LIMITS, 4, "easier")?.variant, null);
    assert.equal(proposed(LIMITS, 4, "five")?.variant, null);
    assert.equal(proposed(LIMITS, 7, "easier")?.variant, "flare");
  });

  it("says why, also where no version fits better", () => {
    const limits = { ...LIMITS, amber: { variant: null, words: "More than usual." } };
    assert.deepEqual(proposed(limits, 4, "usual"), { variant: null, words: "More than usual.", restIsFine: false });
  });
});
