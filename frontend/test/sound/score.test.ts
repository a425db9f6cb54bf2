import assert from "node:assert/strict";
import { test } from "node:test";
import { momentAt, signalBetween, type Moment } from "../../src/page/player/moment.ts";
import { joinParts } from "../../src/page/player/timeline.ts";
import { RATE, sampleAt } from "../../src/page/sound/rate.ts";
import { score, UNDER_VOICE } from "../../src/page/sound/score.ts";
import { samplePlan } from "../player/sample_plan.ts";
import { shortSession } from "./sample_timeline.ts";

const LOUD = { signals: 0.5, voice: 0.8 };
const plan = samplePlan();
const usual = joinParts(plan, plan.variants[0].parts);

test("second by second, the signals are those of the screen", () => {
  const wanted: [number, string][] = [];
  let before: Moment | null = null;
  for (let s = 0; s <= 273; s += 1) {
    const now = momentAt(usual, s * 1000);
    const signal = signalBetween(before, now);
    if (signal !== null) wanted.push([s * RATE, signal]);
    before = now;
  }
  const signals = score(usual, new Map(), { signals: 1, voice: 0 }).map(({ at, what }): [number, string] => [at, what]);
  assert.ok(wanted.length > 50);
  assert.deepEqual(signals, wanted);
});

test("the session ends with a bell and a word, both on its last second", () => {
  const session = shortSession();
  const last = score(session, new Map([["That is all for today", 1500]]), LOUD).filter(({ at }) => at >= sampleAt(session.totalMs));
  assert.deepEqual(last.map(({ at, what }) => [at, what]).sort(), [[36 * RATE, "That is all for today"], [36 * RATE, "finish"]].sort());
});

test("sounds are in order of time", () => {
  const at = score(usual, new Map(), LOUD).map((sound) => sound.at);
  assert.deepEqual(at, [...at].sort((one, other) => one - other));
});

test("volume 0 leaves out", () => {
  assert.deepEqual(score(usual, new Map(), { signals: 0, voice: 0 }), []);
  assert.ok(score(usual, new Map(), { signals: 0, voice: 1 }).every(({ kind }) => kind === "line"));
  assert.ok(score(usual, new Map(), { signals: 1, voice: 0 }).every(({ kind }) => kind === "signal"));
});

test("a bell steps back while somebody speaks, the voice does not", () => {
  const sounds = score(shortSession(), new Map([["Hold", 600], ["Left side", 700], ["Ten seconds left", 1000]]), LOUD);
  const gainAt = (second: number, what: string): number | undefined => sounds.find((each) => each.what === what && each.at === second * RATE)?.gain;
  assert.equal(gainAt(15, "start"), LOUD.signals * UNDER_VOICE);
  assert.equal(gainAt(15, "Hold"), LOUD.voice);
  assert.equal(gainAt(34, "count"), LOUD.signals);
});

test("a bell does not step back for a line that nobody recorded", () => {
  const bell = score(shortSession(), new Map(), LOUD).find(({ what }) => what === "start");
  assert.equal(bell?.gain, LOUD.signals);
});

test("a bell that rings on into a line steps back too", () => {
  const sounds = score(shortSession(), new Map([["That is all for today", 1500], ["Ten seconds left", 12_000]]), LOUD);
  assert.equal(sounds.find(({ what }) => what === "finish")?.gain, LOUD.signals * UNDER_VOICE);
  assert.ok(sounds.filter(({ what }) => what === "count").slice(-3).every(({ gain }) => gain === LOUD.signals * UNDER_VOICE));
});
