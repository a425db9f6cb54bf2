import assert from "node:assert/strict";
import { test } from "node:test";
import { MotionSwitch, type Shown } from "../../src/page/motion_switch.ts";

function motion(load: () => Promise<boolean>) {
  const seen: Shown[] = [];
  return { made: new MotionSwitch(load, (shown) => seen.push(shown)), seen };
}

test("the motion takes the place of the still once it is ready, and gives it back", async () => {
  const { made, seen } = motion(async () => true);
  await made.play();
  await made.toggle();
  await made.toggle();
  assert.deepEqual(seen, ["loading", "motion", "still", "loading", "motion"]);
});

test("what cannot be shown leaves the still, and can be tried again", async () => {
  let works = false;
  const { made, seen } = motion(async () => works);
  await made.play();
  works = true;
  await made.toggle();
  assert.deepEqual(seen, ["loading", "failed", "loading", "motion"]);
});

test("whoever stops it while it loads keeps the still", async () => {
  let arrives: (ready: boolean) => void = () => undefined;
  const { made, seen } = motion(() => new Promise((done) => (arrives = done)));
  const playing = made.play();
  await made.toggle();
  arrives(true);
  await playing;
  assert.deepEqual(seen, ["loading", "still"]);
});
