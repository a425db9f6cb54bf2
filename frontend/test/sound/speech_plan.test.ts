import assert from "node:assert/strict";
import { test } from "node:test";
import { speechPlan, type SpeechPlan } from "../../src/page/sound/speech_plan.ts";
import { seeded } from "../player/sample_plan.ts";
import { shortSession, timelineOf, type Written } from "./sample_timeline.ts";

/** Texts like "a3200" last so many ms. */
function planOf(...written: readonly Written[]): SpeechPlan {
  const timeline = timelineOf(...written);
  const texts = timeline.cues.flatMap(({ cue }) => cue.say.map(({ text }) => text));
  return speechPlan(timeline, new Map(texts.map((text) => [text, Number(text.slice(1))])));
}
const said = (plan: SpeechPlan): [number, string][] => plan.said.map(({ atMs, text }) => [atMs, text]);
const leftOut = (plan: SpeechPlan): [number, string][] => plan.leftOut.map(({ atMs, text }) => [atMs, text]);

test("lines of one second follow each other, a little apart", () => {
  const plan = planOf(["change", 10, "a500", "b1000", "c2000"], ["done", 0]);
  assert.deepEqual(said(plan), [[0, "a500"], [620, "b1000"], [1740, "c2000"]]);
});

test("a line waits for the one before it", () => {
  const plan = planOf(["change", 3, "a4000"], ["get_ready", 5, "b500"], ["done", 0]);
  assert.deepEqual(said(plan), [[0, "a4000"], [4120, "b500"]]);
  assert.deepEqual(plan.said.map(({ cueIndex }) => cueIndex), [0, 1]);
});

test("a count is said on its second or not at all", () => {
  const late = (firstMs: number): SpeechPlan => planOf(["move", 9, `a${firstMs}`, [3, "b500!"], [6, "c500!"]], ["done", 0]);
  assert.deepEqual(said(late(3130)), [[0, "a3130"], [3250, "b500"], [6000, "c500"]]);
  assert.deepEqual(said(late(3131)), [[0, "a3131"], [6000, "c500"]]);
  assert.deepEqual(leftOut(late(3131)), [[3000, "b500"]]);
});

test("a line is not said that would go on two seconds after another is due", () => {
  const long = (ms: number): SpeechPlan => planOf(["change", 4, `a${ms}`], ["change", 9, "b500"], ["done", 0]);
  assert.deepEqual(leftOut(long(6000)), []);
  assert.deepEqual(leftOut(long(6001)), [[0, "a6001"]]);
  assert.deepEqual(said(long(6001)), [[4000, "b500"]]);
});

test("counts are not waited for: a line that runs over them silences them", () => {
  const plan = planOf(["move", 30, "a9000", [2, "b300!"], [4, "c300!"], [10, "d300!"]], ["done", 0]);
  assert.deepEqual(said(plan), [[0, "a9000"], [10_000, "d300"]]);
  assert.deepEqual(leftOut(plan), [[2000, "b300"], [4000, "c300"]]);
});

test("work starts on time: later lines of a second before it give way", () => {
  const ready = (sideMs: number): SpeechPlan => planOf(["get_ready", 5, "a1000", `b${sideMs}`], ["hold", 20, "c500"], ["done", 0]);
  assert.deepEqual(said(ready(3760)), [[0, "a1000"], [1120, "b3760"], [5000, "c500"]]);
  assert.deepEqual(said(ready(3761)), [[0, "a1000"], [5000, "c500"]]);
});

test("the first line of a second may make work start late", () => {
  const plan = planOf(["get_ready", 5, "a6000"], ["hold", 20, "b500"], ["done", 0]);
  assert.deepEqual(said(plan), [[0, "a6000"], [6120, "b500"]]);
});

test("the second repetition is not a start of work", () => {
  const plan = planOf(["get_ready", 5], ["rep", 3, "a1000", "b2500"], ["rep", 3, "c400"], ["done", 0]);
  assert.deepEqual(said(plan), [[5000, "a1000"], [6120, "b2500"], [8740, "c400"]]);
});

test("a short line is still said after a long one was left out", () => {
  const plan = planOf(["change", 5, "a300", "b9000", "c400"], ["hold", 20, "d500"], ["done", 0]);
  assert.deepEqual(said(plan), [[0, "a300"], [420, "c400"], [5000, "d500"]]);
  assert.deepEqual(leftOut(plan), [[0, "b9000"]]);
});

test("a line without a clip gets 60 ms a letter", () => {
  const plan = speechPlan(timelineOf(["change", 10, "ten letter", "next"], ["done", 0]), new Map());
  assert.deepEqual(said(plan), [[0, "ten letter"], [720, "next"]]);
});

test("the closing line is said when the session is over", () => {
  const session = shortSession();
  assert.deepEqual(speechPlan(session, new Map()).said.at(-1), { atMs: session.totalMs, text: "That is all for today", cueIndex: 3 });
});

test("whatever is to be said, nobody speaks twice at once, no count is late, every line is either said or left out", () => {
  const random = seeded(11);
  for (let round = 0; round < 200; round += 1) {
    let count = 0;
    const kinds = ["change", "get_ready", "hold", "rep", "rest", "move"] as const;
    const cues = Array.from({ length: 12 }, (): Written => {
      const length = 1 + Math.floor(random() * 12);
      const lines = Array.from({ length: Math.floor(random() * 4) }, (): [number, string] => {
        count += 1;
        // A length, and behind the point what makes it another text than all others.
        const text = `x${Math.floor(random() * 5000)}.${1000 + count}`;
        return [Math.floor(random() * length), random() < 0.4 ? `${text}!` : text];
      });
      return [kinds[Math.floor(random() * kinds.length)] ?? "rest", length, ...lines];
    });
    const timeline = timelineOf(...cues, ["done", 0, "z900"]);
    const due = new Map(timeline.cues.flatMap(({ startMs, index, cue }) => cue.say.map((each) => [`${index} ${each.text}`, { ...each, dueMs: startMs + each.at_s * 1000 }] as const)));
    const plan = planOf(...cues, ["done", 0, "z900"]);
    let freeMs = 0;
    for (const { atMs, text, cueIndex } of plan.said) {
      assert.ok(atMs >= freeMs, `round ${round}: ${text} at ${atMs}, free at ${freeMs}`);
      const line = due.get(`${cueIndex} ${text}`);
      assert.ok(line !== undefined && atMs >= line.dueMs);
      if (line.on_time) assert.ok(atMs - line.dueMs <= 250);
      freeMs = atMs + Number(text.slice(1)) + 120;
    }
    assert.equal(plan.said.length + plan.leftOut.length, timeline.cues.flatMap(({ cue }) => cue.say).length);
  }
});
