import assert from "node:assert/strict";
import { test } from "node:test";
import { clockWords, momentAt, signalBetween, type Moment } from "../../src/page/player/moment.ts";
import { joinParts } from "../../src/page/player/timeline.ts";
import { samplePlan } from "./sample_plan.ts";

const plan = samplePlan();
const usual = joinParts(plan, plan.variants[0]?.parts ?? []);
const at = (seconds: number): Moment => momentAt(usual, seconds * 1000);

test("a moment says what to do, on which side, and for how long", () => {
  const hold = at(176);
  assert.equal(hold.word, "Hold");
  assert.equal(hold.sideWords, "Left side");
  assert.equal(hold.leftS, 19);
  assert.equal(hold.caption, "Hold, left side.");
  assert.equal(hold.nextName, null);
  const turning = at(220 + 1);
  assert.equal(turning.word, "Switch sides");
  assert.equal(turning.sideWords, "Now the right side");
});

test("repetitions are counted, and the time left is that of the whole set", () => {
  const fourth = at(120 + 13);
  assert.equal(fourth.word, "Rep 4 of 10");
  assert.equal(fourth.sideWords, "Right side");
  assert.equal(fourth.leftS, 27);
});

test("breathing is in for 4 s and out for 6 s", () => {
  const words = Array.from({ length: 20 }, (_, s) => at(15 + s).breath);
  const once = [...Array<string>(4).fill("in"), ...Array<string>(6).fill("out")];
  assert.deepEqual(words, [...once, ...once]);
});

test("a rest shows the side that comes", () => {
  const rest = at(195 + 1);
  assert.equal(rest.word, "Rest");
  assert.equal(rest.sideWords, "");
  assert.equal(rest.pictureSide, "left");
});

test("a warning stands before the work, and one for the whole session before its first movement", () => {
  assert.equal(at(5).warning, "");
  assert.equal(at(105).warning, "Slow and small. Keep off bones.");
  assert.equal(at(119).warning, "Slow and small. Keep off bones.");
  assert.equal(at(121).warning, "");
  assert.equal(at(161).warning, "");
  const shorter = joinParts(plan, [{ item: "3", easier: false }]);
  assert.equal(momentAt(shorter, 1000).warning, "Keep off bones.");
});

test("the end is the end", () => {
  const end = at(10_000);
  assert.equal(end.kind, "done");
  assert.equal(end.minutesLeft, 0);
  assert.equal(end.progress, 1);
});

test("each second of a whole session has at most one signal, and these are they", () => {
  const heard: Record<string, number> = {};
  let before: Moment | null = null;
  for (let s = 0; s <= 273; s += 1) {
    const now = at(s);
    const signal = signalBetween(before, now);
    if (signal !== null) heard[signal] = (heard[signal] ?? 0) + 1;
    before = now;
  }
  // 1 breathing, 1 set of repetitions, 4 holds; ends: into 2 changes and 2 rests.
  assert.deepEqual(heard, { count: 3 * (3 + 4 + 2 + 1), start: 6, breath_out: 9, breath_in: 8, end: 4, rep: 9, switch: 1, finish: 1 });
});

test("time is written so that it can be read from afar", () => {
  assert.equal(clockWords(7), "7");
  assert.equal(clockWords(60), "1:00");
  assert.equal(clockWords(125), "2:05");
});
