import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceOn, changedFields, faultOf, isRed, saidBy, type AfterFacts, type Said } from "../../src/page/player/after.ts";
import type { ItemResult } from "../../src/page/player/practice_log.ts";

/** As fstpwa/blueprints/sessions/on_the_phone.py writes them for somebody of whom nothing is known yet. */
export const FACTS: AfterFacts = {
  red_kinds: ["sharp", "tingling_numb"],
  red_from: { "": 6, "0": 6, "3": 6, "5": 8, "7": 9 },
  kind_of_stop: { sharp: "sharp", tingling: "tingling_numb", dizzy: "other" },
  help_kind: "other",
  lasting_kind: "tingling_numb", urgent: ["pc_emergency"],
};
const NOTHING: Said = { worst_pain: null, pain_kinds: [], felt_in: null, effort: null, note: "" };

function line(reason: ItemResult["reason"]): ItemResult {
  return { item: "1", state: "part", easier: false, done_s: 10, reason, slug: "cat-cow" };
}

test("a stop says its kind, and the last movement that hurt", () => {
  const results = [line("pain"), line(null), line("pain"), line("tired")];
  assert.deepEqual(saidBy({ stop: "sharp", results }, FACTS), { ...NOTHING, pain_kinds: ["sharp"], felt_in: 2 });
  assert.deepEqual(saidBy({ stop: "dizzy", results }, FACTS), { ...NOTHING, pain_kinds: ["other"] });
  assert.deepEqual(saidBy({ stop: null, results }, FACTS), NOTHING);
});

for (const [worst_pain, before, red] of [[5, null, false], [6, null, true], [6, 3, true], [7, 5, false], [8, 5, true], [8, 7, false], [9, 7, true]] as const) {
  test(`worst pain ${worst_pain} after ${before ?? "no"} pain before is ${red ? "" : "not "}too much`, () => {
    assert.equal(isRed({ worst_pain, pain_kinds: [] }, before, FACTS), red);
  });
}

test("a kind that means stopping is too much whatever the number; an ache is not", () => {
  assert.equal(isRed({ worst_pain: 0, pain_kinds: ["ache", "sharp"] }, 0, FACTS), true);
  assert.equal(isRed({ worst_pain: 2, pain_kinds: ["ache", "other"] }, 0, FACTS), false);
});

test("the advice says what is known: with the movement named it is put away, without it all are", () => {
  const sharp = { ...NOTHING, pain_kinds: ["sharp"] };
  assert.deepEqual([...adviceOn({ ...sharp, felt_in: 1 }, 2, FACTS)], ["sharp named", "red"]);
  assert.deepEqual([...adviceOn(sharp, 2, FACTS)], ["sharp unnamed", "not-named", "red"]);
  assert.deepEqual([...adviceOn({ ...NOTHING, worst_pain: 9 }, 2, FACTS)], ["red"]);
  assert.deepEqual([...adviceOn({ ...NOTHING, worst_pain: 3, pain_kinds: ["ache"] }, 2, FACTS)], []);
});

test("tingling asks whether it has gone; dizziness shows when to get help, red or not", () => {
  assert.deepEqual([...adviceOn({ ...NOTHING, pain_kinds: ["tingling_numb"] }, null, FACTS)], ["tingling_numb unnamed", "not-named", "red", "lasting", "if-gone"]);
  assert.deepEqual([...adviceOn({ ...NOTHING, pain_kinds: ["tingling_numb"], felt_in: 0 }, null, FACTS)], ["tingling_numb named", "red", "lasting"]);
  assert.deepEqual([...adviceOn({ ...NOTHING, pain_kinds: ["other"] }, null, FACTS)], ["help"]);
});

test("only what changed is sent, an answer that was taken back too", () => {
  const before = { ...NOTHING, pain_kinds: ["sharp"], felt_in: 2 };
  assert.deepEqual(changedFields({ ...before, worst_pain: 4, effort: 0 }, before), { worst_pain: 4, effort: 0 });
  assert.deepEqual(changedFields({ ...before, pain_kinds: [], felt_in: null }, before), { pain_kinds: [], felt_in: null });
});

test("nothing said is asked for again, and a note that is too long says by how much", () => {
  assert.match(faultOf(NOTHING, NOTHING), /^Answer at least one question/);
  assert.equal(faultOf({ ...NOTHING, effort: 0 }, NOTHING), "");
  assert.match(faultOf({ ...NOTHING, note: "🙂".repeat(2001) }, NOTHING), /2,001 letters; there is room for 2,000. Please shorten it by 1\./);
  assert.equal(faultOf({ ...NOTHING, note: "🙂".repeat(2000) }, NOTHING), "");
});
