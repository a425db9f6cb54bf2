import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { choiceOf, meaningOf, type WindowFacts } from "../../src/worker/click_meaning.ts";

const ORIGIN = "https://good.example";
const PAGE = `${ORIGIN}/reminders/answer/token`;
const SESSION = `${ORIGIN}/sessions/0198c0de-0000-7000-8000-000000000000`;
const DATA = { navigate: PAGE, answer: PAGE, pages: { start: SESSION, good_day: `${PAGE}?answer=good_day` } };

describe("a tap", () => {
  it("opens the reminder's page", () => assert.deepEqual(meaningOf(DATA, "", ORIGIN), { does: "open", url: PAGE }));
  for (const answer of ["good_day", "not_today", "later", "skip", "flare"]) {
    it(`on ${answer} answers, and opens nothing`, () => {
      assert.deepEqual(meaningOf(DATA, answer, ORIGIN), { does: "answer", url: PAGE, answer, page: PAGE });
    });
  }
  it("on Start opens the session", () => assert.deepEqual(meaningOf(DATA, "start", ORIGIN), { does: "open", url: SESSION }));
  it("on a button that nobody knows opens the reminder's page", () => {
    for (const action of ["dance", "constructor", "__proto__", "toString"]) assert.deepEqual(meaningOf(DATA, action, ORIGIN), { does: "open", url: PAGE });
  });
  it("on an answer without an address opens that answer's page", () => {
    assert.deepEqual(meaningOf({ ...DATA, answer: null }, "good_day", ORIGIN), { does: "open", url: `${PAGE}?answer=good_day` });
  });
  for (const data of [null, undefined, 1, "x", [], {}, { navigate: 1 }, { navigate: "https://evil.example/", answer: "https://evil.example/", pages: null }, { pages: { good_day: "//evil.example" } }]) {
    it(`with ${JSON.stringify(data)} opens Today`, () => {
      assert.deepEqual(meaningOf(data, "", ORIGIN), { does: "open", url: `${ORIGIN}/today` });
      assert.deepEqual(meaningOf(data, "good_day", ORIGIN), { does: "open", url: `${ORIGIN}/today` });
    });
  }
});

const window = (url: string, visibilityState = "visible", focused = false): WindowFacts => ({ url, visibilityState, focused });

describe("the window for a page", () => {
  it("is a new one where none is open", () => assert.deepEqual(choiceOf([], PAGE), { focus: undefined, lead: [] }));
  it("is the one that the person looks at", () => {
    const [hidden, seen, used] = [window(`${ORIGIN}/you`, "hidden"), window(`${ORIGIN}/today`), window(`${ORIGIN}/progress`, "visible", true)];
    assert.deepEqual(choiceOf([hidden, seen, used], PAGE).lead, [used, seen, hidden]);
  });
  it("is never one with a guided session", () => {
    const today = window(`${ORIGIN}/today`, "hidden");
    assert.deepEqual(choiceOf([window(SESSION, "visible", true), today], PAGE), { focus: undefined, lead: [today] });
    assert.deepEqual(choiceOf([window(`${SESSION}?variant=easier`)], PAGE), { focus: undefined, lead: [] });
  });
  it("is the session's own if that is open already, and it goes on undisturbed", () => {
    const under_way = window(`${SESSION}#player`, "hidden");
    assert.equal(choiceOf([window(`${ORIGIN}/today`), under_way], SESSION).focus, under_way);
    assert.equal(choiceOf([window(SESSION.replace("0198", "0199"))], SESSION).focus, undefined);
  });
  it("is none of another site", () => assert.deepEqual(choiceOf([window("https://evil.example/today"), window("about:blank")], PAGE), { focus: undefined, lead: [] }));
});
