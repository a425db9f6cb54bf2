import assert from "node:assert/strict";
import { test } from "node:test";
import { FlacWriter, FRAME, type Container } from "../../src/page/sound/flac.ts";
import { RATE } from "../../src/page/sound/rate.ts";
import { seeded } from "../player/sample_plan.ts";
import { readFlac } from "./flac_reader.ts";
import { boxes, readMp4 } from "./mp4_reader.ts";

async function written(samples: Int16Array, container: Container = "flac"): Promise<Uint8Array> {
  const writer = new FlacWriter(RATE, samples.length, container);
  for (let at = 0; writer.wanted > 0;) {
    const count = writer.wanted;
    writer.write(samples.subarray(at, at + count));
    at += count;
  }
  return new Uint8Array(await writer.blob().arrayBuffer());
}

/** Numbers would be listed one by one, for minutes. */
function same(actual: Int16Array, wanted: Int16Array, what: string): void {
  assert.equal(actual.length, wanted.length, what);
  assert.equal(actual.findIndex((sample, i) => sample !== wanted[i]), -1, what);
}

const random = seeded(5);
const made = (length: number, sample: (i: number) => number): Int16Array => Int16Array.from({ length }, (_, i) => sample(i));
const noise = (loudness: number) => (): number => Math.round((random() * 2 - 1) * loudness);

const SOUNDS: Readonly<Record<string, Int16Array>> = {
  silence: new Int16Array(3 * FRAME),
  "a steady level": new Int16Array(2 * FRAME).fill(-1234),
  "loud noise": made(2 * FRAME, noise(32_767)),
  "soft noise": made(2 * FRAME, noise(3)),
  "a sine": made(3 * FRAME, (i) => Math.round(20_000 * Math.sin(i / 17))),
  "a low sine": made(2 * FRAME, (i) => Math.round(32_767 * Math.sin(i / 300))),
  "the extremes in turn": made(FRAME, (i) => (i % 2 === 0 ? 32_767 : -32_768)),
  "the extremes at random": made(2 * FRAME, () => (random() < 0.5 ? 32_767 : -32_768)),
  "one click in silence": made(2 * FRAME, (i) => (i === 5000 ? -32_768 : 0)),
  "a ramp": made(2 * FRAME, (i) => (i * 7) % 65_536 - 32_768),
  "silence, then noise": made(2 * FRAME, (i) => (i < 2000 ? 0 : noise(9000)())),
};

for (const [name, samples] of Object.entries(SOUNDS)) {
  test(`${name} is read back exactly`, async () => {
    same(readFlac(await written(samples)).samples, samples, name);
  });
}

test("a file of any length is read back exactly", async () => {
  for (const length of [1, 2, 3, 4, 5, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 4112, 8191, 12_289]) {
    for (const loudness of [0, 2, 900, 32_767]) {
      const samples = made(length, noise(loudness));
      const read = readFlac(await written(samples));
      assert.equal(read.total, length);
      same(read.samples, samples, `${length} samples up to ${loudness}`);
    }
  }
});

test("frames of random loudness and shape are read back exactly", async () => {
  for (let round = 0; round < 20; round += 1) {
    const loudness = 2 ** (random() * 15);
    const slow = 1 + random() * 400;
    const rough = random() < 0.5 ? 0 : 2 ** (random() * 10);
    const samples = made(FRAME + Math.floor(random() * FRAME), (i) => {
      const sum = Math.round(loudness * Math.sin(i / slow) + (random() - 0.5) * rough);
      return Math.max(-32_768, Math.min(32_767, sum));
    });
    same(readFlac(await written(samples)).samples, samples, `round ${round}`);
  }
});

test("a minute of silence takes less than five kilobytes", async () => {
  assert.ok((await written(new Int16Array(60 * RATE))).length < 5_000);
});

test("noise that cannot be made smaller grows by less than a hundredth", async () => {
  const samples = SOUNDS["loud noise"] ?? new Int16Array(0);
  assert.ok((await written(samples)).length < samples.length * 2 * 1.01);
});

test("a smooth sound takes less than half of its samples", async () => {
  const samples = SOUNDS["a low sine"] ?? new Int16Array(0);
  assert.ok((await written(samples)).length < samples.length);
});

test("frames beyond the 2048th are numbered in three bytes", async () => {
  const read = readFlac(await written(new Int16Array(2050 * FRAME)));
  assert.equal(read.sizes.length, 2050);
  assert.equal((read.sizes[2049] ?? 0) - (read.sizes[0] ?? 0), 2);
});

test("the seek table points at the frame of every tenth second", async () => {
  const samples = made(35 * RATE, (i) => (i % 90_000 < 10_000 ? noise(500)() : 0));
  const { points, sizes } = readFlac(await written(samples));
  assert.deepEqual(points.map(({ sample }) => Math.round(sample / RATE)), [0, 10, 20, 30]);
  for (const { sample, offset } of points) {
    assert.equal(sample % FRAME, 0);
    assert.equal(offset, sizes.slice(0, sample / FRAME).reduce((sum, size) => sum + size, 0));
  }
});

test("in MP4 the same frames are found by the table", async () => {
  for (const length of [1, 100, FRAME, 3 * FRAME, 3 * FRAME + 77]) {
    const samples = made(length, (i) => (i < FRAME ? noise(700)() : 0));
    const read = readMp4(await written(samples, "mp4"));
    assert.equal(read.codec, "fLaC");
    assert.equal(read.rate, RATE);
    assert.equal(read.lengths.reduce((sum, each) => sum + each, 0), length);
    same(read.samples, samples, `${length} samples`);
  }
});

test("in MP4 the head says the length and comes before the frames", async () => {
  const found = boxes(await written(new Int16Array(5 * RATE), "mp4"));
  const names = [...found.keys()];
  assert.ok(names.indexOf("moov") < names.indexOf("mdat"));
  const mvhd = found.get("mvhd");
  assert.equal((mvhd?.getUint32(16) ?? 0) / (mvhd?.getUint32(12) ?? 1), 5);
});

test("each kind of file names itself", () => {
  assert.equal(new FlacWriter(RATE, 0).blob().type, "audio/flac");
  assert.equal(new FlacWriter(RATE, 0, "mp4").blob().type, "audio/mp4");
});

test("a frame of the wrong length and a file with frames missing are refused", () => {
  const writer = new FlacWriter(RATE, FRAME + 10);
  assert.throws(() => writer.write(new Int16Array(10)), RangeError);
  writer.write(new Int16Array(FRAME));
  assert.equal(writer.wanted, 10);
  assert.throws(() => writer.finish(), RangeError);
  writer.write(new Int16Array(10));
  assert.equal(writer.wanted, 0);
  assert.throws(() => writer.write(new Int16Array(0)), RangeError);
});
