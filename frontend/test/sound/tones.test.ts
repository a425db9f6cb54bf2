import assert from "node:assert/strict";
import { test } from "node:test";
import type { Signal } from "../../src/page/player/moment.ts";
import { RATE } from "../../src/page/sound/rate.ts";
import { lengthOf, samplesOf } from "../../src/page/sound/tones.ts";

const SIGNALS: readonly Signal[] = ["start", "end", "switch", "count", "rep", "breath_in", "breath_out", "finish"];

/** How much of `hz` is in a tenth of a second from sample `from` on. */
function strength(samples: Float32Array, hz: number, from: number): number {
  let [cosine, sine] = [0, 0];
  const part = samples.subarray(from, from + RATE / 10);
  for (const [i, sample] of part.entries()) {
    cosine += sample * Math.cos((2 * Math.PI * hz * i) / RATE);
    sine += sample * Math.sin((2 * Math.PI * hz * i) / RATE);
  }
  return (2 * Math.hypot(cosine, sine)) / part.length;
}

function loudest(samples: Float32Array, from = 0, to = samples.length): number {
  return samples.subarray(from, to).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

for (const signal of SIGNALS) {
  test(`${signal} begins and ends without a click`, () => {
    const samples = samplesOf(signal);
    assert.equal(samples.length, lengthOf(signal));
    assert.equal(samples[0], 0);
    assert.ok(Math.abs(samples.at(-1) ?? 1) < 1e-4);
    assert.ok(loudest(samples, samples.length - 12) < 0.001);
  });

  test(`${signal} is heard soon, and is not too loud`, () => {
    const samples = samplesOf(signal);
    assert.ok(loudest(samples, 0, RATE / 5) > 0.001);
    assert.ok(loudest(samples) > 0.15);
    assert.ok(loudest(samples) < 1.2);
  });
}

test("a struck tone is at its loudest within 20 ms, a breath swells for a third of its length", () => {
  const rep = samplesOf("rep");
  assert.ok(loudest(rep, 0, RATE / 50) === loudest(rep));
  const breath = samplesOf("breath_in");
  assert.ok(loudest(breath, 0, RATE / 5) < 0.25 * loudest(breath));
});

test("start and end are bells of different pitch", () => {
  assert.ok(strength(samplesOf("start"), 660, 400) > 5 * strength(samplesOf("start"), 440, 400));
  assert.ok(strength(samplesOf("end"), 440, 400) > 5 * strength(samplesOf("end"), 660, 400));
});

test("a breath in glides up, a breath out down", () => {
  const rises = (signal: Signal): boolean => {
    const samples = samplesOf(signal);
    const third = Math.floor(samples.length / 3);
    const crossings = (from: number): number => samples.subarray(from, from + third).filter((sample, i, part) => i > 0 && (part[i - 1] ?? 0) < 0 && sample >= 0).length;
    return crossings(2 * third) > crossings(0);
  };
  assert.equal(rises("breath_in"), true);
  assert.equal(rises("breath_out"), false);
});

test("a sound is made once", () => assert.equal(samplesOf("switch"), samplesOf("switch")));
