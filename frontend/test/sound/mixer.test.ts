import assert from "node:assert/strict";
import { test } from "node:test";
import { Mixer } from "../../src/page/sound/mixer.ts";
import { seeded } from "../player/sample_plan.ts";

const WINDOW = 64;

/** `count` samples of what was added, window by window. */
function mixed(mixer: Mixer, count: number): Int16Array {
  const all = new Int16Array(count);
  for (let from = 0; from < count; from += WINDOW) all.set(mixer.window(from, Math.min(WINDOW, count - from)), from);
  return all;
}

test("without a sound there is silence", () => {
  assert.ok(mixed(new Mixer(WINDOW), 200).every((sample) => sample === 0));
});

test("a sound starts on its sample, also across windows, and silence follows", () => {
  const mixer = new Mixer(WINDOW);
  mixer.add(Int16Array.from({ length: 100 }, (_, i) => i + 1), 50, 1);
  const heard = mixed(mixer, 256);
  assert.deepEqual([...heard.subarray(49, 52)], [0, 1, 2]);
  assert.deepEqual([...heard.subarray(148, 151)], [99, 100, 0]);
  assert.ok(heard.subarray(150).every((sample) => sample === 0));
});

test("samples of 16 bit keep their value, floats are scaled, both by their gain", () => {
  const mixer = new Mixer(WINDOW);
  mixer.add(Int16Array.of(1000, -1000), 0, 1);
  mixer.add(Int16Array.of(1000, -1001), 4, 0.5);
  mixer.add(Float32Array.of(0.5, -0.5), 8, 1);
  assert.deepEqual([...mixer.window(0, 10)], [1000, -1000, 0, 0, 500, -501, 0, 0, 16_384, -16_384]);
});

test("sounds at the same time are added up", () => {
  const random = seeded(3);
  const mixer = new Mixer(WINDOW);
  const wanted = new Float64Array(300);
  for (let k = 0; k < 6; k += 1) {
    const at = Math.floor(random() * WINDOW);
    const samples = Int16Array.from({ length: 150 }, () => Math.round((random() - 0.5) * 4000));
    mixer.add(samples, at, 1);
    samples.forEach((sample, i) => (wanted[at + i] = (wanted[at + i] ?? 0) + sample));
  }
  assert.deepEqual([...mixed(mixer, 300)], [...wanted]);
});

test("loud sums are bent, never turned over, and stay in order", () => {
  const mixer = new Mixer(WINDOW);
  mixer.add(Float32Array.from({ length: WINDOW }, (_, i) => (i - 32) / 10), 0, 1);
  const heard = [...mixer.window(0, WINDOW)];
  assert.deepEqual(heard, [...heard].sort((one, other) => one - other));
  assert.equal(heard.at(-1), 32_767);
  assert.equal(heard[0], -32_767);
});
