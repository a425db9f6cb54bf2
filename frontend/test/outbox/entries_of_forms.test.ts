import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saidIn, shownAfter, withOperation } from "../../src/page/outbox/entries_of_forms.ts";
import { valuesOf } from "../../src/page/outbox/form_values.ts";

type Fields = Record<string, string | string[]>;

/** Names and values as a browser sends them; `unchosen` are radios with nothing chosen. */
function read(kind: Parameters<typeof saidIn>[0], fields: Fields, ...unchosen: string[]): ReturnType<typeof saidIn> {
  const sent = Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each) => [name, each] as const));
  return saidIn(kind, sent, [...Object.keys(fields), ...unchosen, ""]);
}

describe("a check-in that is sent", () => {
  it("says what was answered, each in its own kind", () => {
    const fields = { stiffness: "7", good_day: "so_so", flare: "no", pain_in_neck: "0", morning_stiffness_min: " 30 ", sleep: "", note: "  a\r\nb " };
    const said = read("check_in", { operation: "x", which: "quick", more: "yes", shown: "{}", ...fields }, "fatigue");
    assert.deepEqual(said?.data, { answers: { stiffness: 7, good_day: "so_so", flare: false, pain_in_neck: 0, morning_stiffness_min: 30, note: "a\nb" } });
    assert.deepEqual(said?.changed, ["stiffness", "good_day", "flare", "pain_in_neck", "morning_stiffness_min", "note"]);
  });

  it("says only what is other than the form was opened with", () => {
    const shown = JSON.stringify({ stiffness: 7, good_day: "yes", flare: true, note: "a" });
    assert.deepEqual(read("check_in", { shown, stiffness: "7", good_day: "no", flare: "yes", note: "a " })?.data, { answers: { good_day: "no" } });
  });

  it("takes back an answer that was cleared, and one with nothing chosen any more", () => {
    const shown = JSON.stringify({ stiffness: 7, sleep: 2, note: "a" });
    assert.deepEqual(read("check_in", { shown, stiffness: "", note: " " }, "sleep")?.data, { answers: { stiffness: null, sleep: null, note: null } });
  });

  it("leaves alone what the form does not ask, though it was opened with an answer", () => {
    assert.deepEqual(read("check_in", { shown: '{"note": "a"}', stiffness: "1" })?.data, { answers: { stiffness: 1 } });
  });

  it("is nothing when nothing was answered or changed", () => {
    assert.equal(read("check_in", { shown: "{}", stiffness: "" }, "good_day"), null);
    assert.equal(read("check_in", { shown: '{"stiffness": 0}', stiffness: "0" }), null);
  });

  it("names for a text the operations that were on the screen", () => {
    const bases = { note_base: '["op-1", "op-2"]', managed_base: '["op-3"]' };
    assert.deepEqual(read("check_in", { shown: "{}", note: "new", managed: "", ...bases })?.base, { note: ["op-1", "op-2"] });
    assert.deepEqual(read("check_in", { note: "new", note_base: "op-1 op-2" })?.base, { note: ["op-1", "op-2"] });
    assert.deepEqual(read("check_in", { note: "new", note_base: "" })?.base, { note: [] });
    assert.equal(read("check_in", { shown: "{}", stiffness: "1", ...bases })?.base, undefined);
    assert.equal(read("check_in", { note: "from an older page" })?.base, undefined);
  });

  it("sends what is no number as it was typed, so that the server can say what is wrong", () => {
    assert.deepEqual(read("check_in", { morning_stiffness_min: "half an hour" })?.data, { answers: { morning_stiffness_min: "half an hour" } });
  });

  for (const shown of ["", "[]", "{", "7", '{"stiffness": {"a": 1}}']) {
    it(`is not confused by a strange beginning: ${shown}`, () => assert.deepEqual(read("check_in", { shown, stiffness: "1" })?.data, { answers: { stiffness: 1 } }));
  }
});

describe("how a session was", () => {
  const fields = { worst_pain: "4", pain_kinds: ["sharp", "ache"], effort: "", note: "", pain_before: "2", felt_in: "1", movement_0: "done", movement_1: "part", held_1: "20", support_1: "one_hand", near_falls: "1" };
  it("says what was answered", () => {
    assert.deepEqual(read("session_said", fields)?.data, {
      worst_pain: 4,
      pain_kinds: ["sharp", "ache"],
      pain_before: 2,
      felt_in: 1,
      near_falls: "1",
      movements: { "0": "done", "1": "part" },
      stances: { "1": { held_s: 20, support: "one_hand" } },
    });
  });

  it("says only what was changed, also in what was done", () => {
    const shown = JSON.stringify({ worst_pain: 4, pain_kinds: ["ache", "sharp"], pain_before: 3, felt_in: 1, near_falls: "1", movements: { "0": "done", "1": "done" }, stances: { "1": { support: "one_hand", held_s: 20 } } });
    assert.deepEqual(read("session_said", { shown, ...fields })?.data, { pain_before: 2, movements: { "1": "part" } });
  });
});

describe("a form that was kept", () => {
  it("is opened with what it said", () => {
    assert.equal(shownAfter("check_in", '{"stiffness": 1, "sleep": 2}', { answers: { stiffness: 3, note: null } }), '{"stiffness":3,"sleep":2,"note":null}');
    const shown = shownAfter("session_said", '{"effort": 1, "movements": {"0": "done"}}', { effort: 2, movements: { "1": "part" } });
    assert.deepEqual(JSON.parse(shown), { effort: 2, movements: { "0": "done", "1": "part" }, stances: {} });
  });

  it("knows its own texts from then on", () => {
    assert.equal(withOperation('["a"]', "b"), '["a","b"]');
    assert.equal(withOperation("a, b", "b"), '["a","b"]');
    assert.equal(withOperation("", "b"), '["b"]');
  });

  it("gets its values back", () => {
    const values = valuesOf("session_said", { worst_pain: 0, felt_in: null, pain_kinds: ["ache"], movements: { "2": "skipped" }, stances: { "1": { held_s: null, support: null } } });
    assert.deepEqual(Object.fromEntries(values), { worst_pain: ["0"], felt_in: ["not-sure"], pain_kinds: ["ache"], movement_2: ["skipped"], held_1: [""], support_1: [""] });
    assert.deepEqual(Object.fromEntries(valuesOf("check_in", { answers: { flare: true, sleep: null, note: "a" } })), { flare: ["yes"], sleep: [""], note: ["a"] });
  });
});

describe("one tap", () => {
  it("says a flare, and how a morning was", () => {
    assert.deepEqual(read("flare", { answer: "yes" })?.data, { answer: "yes" });
    assert.deepEqual(read("morning", { pain: "0" })?.data, { pain: 0 });
    assert.deepEqual(read("morning", { settled: "no" })?.data, { settled: false });
  });
  it("deletes", () => assert.deepEqual(read("check_in_deleted", {})?.data, {}));
});

describe("a message that is sent", () => {
  it("says to whom, what, whether an answer is waited for, and what it is about", () => {
    const fields = { operation: "x", link: "l", until: "m", text: " Does it\r\npull? ", question: "yes", session: "s", movement: "neck-turns" };
    assert.deepEqual(read("message", fields)?.data, { link: "l", text: "Does it\npull?", question: true, session: "s", movement: "neck-turns" });
    assert.deepEqual(read("message", { link: "l", text: "Thanks" }, "question")?.data, { link: "l", text: "Thanks", question: false, session: null, movement: null });
  });

  it("is nothing without a word, whatever is ticked", () => {
    assert.equal(read("message", { link: "l", text: " \n ", question: "yes" }), null);
  });

  it("is put back into its form as it was written", () => {
    const values = valuesOf("message", { link: "l", text: "Does it pull?", question: true, session: null, movement: "neck-turns" });
    assert.deepEqual([values.get("text"), values.get("question"), values.get("movement")], [["Does it pull?"], ["yes"], ["neck-turns"]]);
  });
});
