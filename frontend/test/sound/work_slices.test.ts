import assert from "node:assert/strict";
import { test } from "node:test";
import { turnOfOthers, WorkSlices } from "../../src/page/sound/work_slices.ts";

test("a slice is over after 10 ms, and a new one begins when others had their turn", async () => {
  let now = 1000;
  let rests = 0;
  const slices = new WorkSlices(() => { rests += 1; now += 500; return Promise.resolve(); }, () => now);
  assert.equal(slices.over, false);
  now += 9;
  assert.equal(slices.over, false);
  now += 1;
  assert.equal(slices.over, true);
  await slices.others();
  assert.equal(rests, 1);
  assert.equal(slices.over, false);
});

test("timers run between slices", async () => {
  let ran = false;
  setTimeout(() => (ran = true), 0);
  for (let i = 0; i < 200 && !ran; i += 1) await turnOfOthers();
  assert.equal(ran, true);
});
