import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenPlan, parsePlan } from "../../src/page/player/plan.ts";
import { boutEnd, cueAt, joinParts, partAt, repeatFrom } from "../../src/page/player/timeline.ts";
import { sampleJson, samplePlan, seeded } from "./sample_plan.ts";

const plan = samplePlan();
const usual = joinParts(plan, plan.variants[0]?.parts ?? []);

test("a variant becomes one line of cues without gaps, closed by done", () => {
  let at = 0;
  for (const cue of usual.cues) {
    assert.equal(cue.startMs, at);
    at = cue.endMs;
  }
  assert.equal(usual.totalMs, 273_000);
  assert.equal(usual.cues.at(-1)?.cue.kind, "done");
  assert.deepEqual(usual.parts.map((part) => part.startMs), [0, 105_000, 160_000]);
});

test("looking up a position finds the same cue as walking along", () => {
  const random = seeded(1);
  for (let i = 0; i < 2000; i += 1) {
    const position = Math.floor(random() * (usual.totalMs + 2000));
    const walked = usual.cues.filter((cue) => cue.startMs <= position).at(-1);
    assert.equal(cueAt(usual, position), walked);
  }
  assert.equal(cueAt(usual, -5).index, 0);
  assert.equal(partAt(usual, 104_999).item.id, "1");
  assert.equal(partAt(usual, 105_000).item.id, "2");
  assert.equal(partAt(usual, 999_999).item.id, "3");
});

test("a movement is repeated from its get-ready", () => {
  const second = usual.parts[1];
  assert.ok(second);
  assert.equal(repeatFrom(usual, second), 115_000);
});

test("the repetitions of one set end together", () => {
  assert.equal(boutEnd(usual, cueAt(usual, 121_000)), 160_000);
  assert.equal(boutEnd(usual, cueAt(usual, 16_000)), 105_000);
});

test("a plan that cannot be played says where it is broken", () => {
  const broken: readonly (readonly [string, (json: { items: object[]; variants: object[] }) => void])[] = [
    ["plan.schema", (json) => Object.assign(json, { schema: 1 })],
    ["plan.items", (json) => Object.assign(json, { items: "none" })],
    ["plan.variants", (json) => Object.assign(json.variants[0] ?? {}, { parts: [["9", false]] })],
    ["plan.stop_advice", (json) => Object.assign(json, { stop_advice: { sharp: "Stop" } })],
    ["plan.items", (json) => Object.assign(json.items[0] ?? {}, { usual: { duration_s: 4, cues: [] } })],
  ];
  for (const [where, spoil] of broken) {
    const json = sampleJson();
    spoil(json as unknown as { items: object[]; variants: object[] });
    try {
      parsePlan(json);
      assert.fail("not noticed");
    } catch (error) {
      assert.ok(error instanceof BrokenPlan, String(error));
      assert.ok(error.message.startsWith(where) || error.message.includes("duration"), error.message);
    }
  }
  assert.throws(() => parsePlan(null), /not an object/);
});

test("a plan is a preview only where it says so", () => {
  assert.equal(parsePlan(sampleJson()).preview, false);
  assert.equal(parsePlan({ ...sampleJson(), preview: true }).preview, true);
  assert.throws(() => parsePlan({ ...sampleJson(), preview: "yes" }), /preview: not true or false/);
});
