import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf } from "../../src/page/player/headset.ts";
import { newSession, type Sheet, type SessionState } from "../../src/page/player/session.ts";
import { samplePlan } from "./sample_plan.ts";

const plan = samplePlan();
const before = newSession(plan.variants[0]);
const playing: SessionState = { ...before, phase: "playing" };
const paused = (sheet: Sheet | null = null, playOn = false): SessionState => ({ ...before, phase: "paused", sheet, playOn });
const names = (button: Parameters<typeof meaningOf>[0], state: SessionState, canEase = true, sincePreviousMs: number | null = null): string[] =>
  meaningOf(button, { state, canEase, sincePreviousMs }).map((event) => event.type);

test("play and pause do just that, whatever the state", () => {
  assert.deepEqual(names("pause", playing), ["pause"]);
  assert.deepEqual(names("pause", paused()), []);
  assert.deepEqual(names("play", paused()), ["toggle"]);
  assert.deepEqual(names("play", playing), []);
});

test("next goes to the next movement; after a pause it means too much", () => {
  assert.deepEqual(names("nexttrack", playing), ["next"]);
  assert.deepEqual(names("nexttrack", paused()), ["too_much", "reason", "ease"]);
  assert.deepEqual(names("nexttrack", paused(), false), ["too_much", "reason", "skip"]);
});

test("previous begins the movement again, twice in a moment goes to the one before", () => {
  assert.deepEqual(names("previoustrack", playing), ["repeat"]);
  assert.deepEqual(names("previoustrack", playing, true, 1_000), ["previous"]);
  assert.deepEqual(names("previoustrack", playing, true, 5_000), ["repeat"]);
});

test("stop asks what was too much", () => assert.deepEqual(names("stop", playing), ["too_much"]));

test("after stop advice, while pain is being named, and after a long break no button plays on", () => {
  const sheets: Sheet[] = [{ kind: "advice", stop: "sharp" }, { kind: "pain_kind" }, { kind: "resume" }];
  for (const sheet of sheets) {
    for (const button of ["play", "nexttrack", "previoustrack", "seekforward", "stop"] as const) {
      assert.deepEqual(names(button, paused(sheet)), [], `${button} in ${sheet.kind}`);
    }
  }
});

test("a question that can wait is put away by play", () => {
  assert.deepEqual(names("play", paused({ kind: "leave" }, true)), ["close_sheet"]);
  assert.deepEqual(names("play", paused({ kind: "leave" }, false)), ["close_sheet", "toggle"]);
});

test("before and after a session the buttons do nothing", () => {
  for (const phase of ["before", "finished", "stopped"] as const) {
    for (const button of ["play", "pause", "nexttrack", "stop"] as const) assert.deepEqual(names(button, { ...before, phase }), []);
  }
});
