import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Kept } from "../../src/outbox/entry.ts";
import { linesOf } from "../../src/page/outbox/saved_state.ts";
import { waitingWords, type Hindrance } from "../../src/page/outbox/waiting.ts";
import { entry, NOW } from "./made_up_phone.ts";

const text = (entries: Kept[], hindrance: Hindrance = null): string | null => waitingWords(entries, hindrance, NOW)?.text ?? null;

describe("the line that says what waits", () => {
  it("counts", () => {
    assert.equal(text([]), null);
    assert.equal(text([entry("a")]), "1 entry waits on this phone");
    assert.equal(text([entry("a"), entry("b")]), "2 entries wait on this phone");
  });
  it("does not speak of what its form is just sending", () => assert.equal(text([entry("a", { heldUntil: NOW + 9_000 })]), null));
  it("says what it waits for", () => {
    assert.match(text([entry("a")], "signed_out") ?? "", /Sign in to send it$/);
    assert.match(text([entry("a"), entry("b")], "reload") ?? "", /Load this page again to send them$/);
    assert.match(text([entry("a")], "other_user") ?? "", /Somebody else is signed in/);
  });
  it("speaks first of what needs the person", () => {
    const refused = entry("a", { state: "rejected" });
    assert.equal(text([refused, entry("b")]), "1 entry on this phone needs a look");
    assert.equal(text([refused, refused]), "2 entries on this phone need a look");
  });
  it("says how long, when it is long", () => assert.equal(text([entry("a", { keptAt: NOW - 4 * 86_400_000 })]), "1 entry waits on this phone for 4 days now"));
});

describe("what was answered", () => {
  it("is told once for each question, the last answer of it", () => {
    const lines = linesOf([{ said: [["Stiffness", "3"], ["Flare", "No"]] }, {}, { said: [["Stiffness", "4"]] }]);
    assert.deepEqual(lines, [["Stiffness", "4"], ["Flare", "No"]]);
  });
});
