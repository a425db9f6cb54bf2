import assert from "node:assert/strict";
import { test } from "node:test";
import type { Signal } from "../../src/page/player/moment.ts";
import { joinParts, type Timeline } from "../../src/page/player/timeline.ts";
import { compose, type Mix, type Track } from "../../src/page/sound/composer.ts";
import { RATE } from "../../src/page/sound/rate.ts";
import { score } from "../../src/page/sound/score.ts";
import { samplesOf } from "../../src/page/sound/tones.ts";
import type { Voice } from "../../src/page/sound/voice.ts";
import { WorkSlices } from "../../src/page/sound/work_slices.ts";
import { samplePlan } from "../player/sample_plan.ts";
import { FakeServer, recorded } from "./fake_voice.ts";
import { readFlac } from "./flac_reader.ts";
import { readMp4 } from "./mp4_reader.ts";
import { shortSession } from "./sample_timeline.ts";

const CLIPS = { First: 0.5, "Wall slide": 0.8, "Stand with your back to a wall": 2.2, "Get ready": 0.6, "Left side": 0.7, Hold: 0.4, "Ten seconds left": 1, "That is all for today": 1.4 };
const BOTH: Mix = { signals: 0.5, voice: 0.5 };
const NEVER = new AbortController().signal;

async function composed(timeline: Timeline, voice: Voice | null, mix = BOTH): Promise<Track & { samples: Int16Array }> {
  const track = await compose(timeline, voice, mix, NEVER, new WorkSlices(), "flac");
  const { samples, rate } = readFlac(new Uint8Array(await track.blob.arrayBuffer()));
  assert.equal(rate, RATE);
  assert.equal(samples.length, (track.durationMs * RATE) / 1000);
  return { ...track, samples };
}

/** Where, near sample `at`, `wanted` is found: where the least is left when it is taken away. */
function foundAt(samples: Int16Array, wanted: Float32Array, gain: number, at: number): number {
  let [least, place] = [Infinity, -1];
  const length = Math.min(wanted.length, RATE / 2);
  for (let shift = Math.max(0, at - 200); shift <= at + 200; shift += 1) {
    let left = 0;
    for (let i = 0; i < length; i += 1) left += Math.abs((samples[shift + i] ?? 0) - (wanted[i] ?? 0) * gain * 32_767);
    if (left < least) [least, place] = [left, shift];
  }
  return place;
}

/** Whether all is silent from second `from` to `to`. */
const silent = (samples: Int16Array, from: number, to: number): boolean => samples.subarray(from * RATE, to * RATE).every((sample) => sample === 0);

test("each bell of a session starts on its exact sample", async () => {
  const plan = samplePlan();
  const usual = joinParts(plan, plan.variants[0].parts);
  const { samples, sounds } = await composed(usual, null);
  const expected = score(usual, new Map(), { signals: 0.5, voice: 0 });
  assert.deepEqual(sounds, expected);
  const alone = expected.filter(({ at }, i) => at - (expected[i - 1]?.at ?? -Infinity) >= 3 * RATE && i < 40);
  assert.ok(alone.length >= 8);
  for (const { at, what, gain } of alone) assert.equal(foundAt(samples, samplesOf(what as Signal), gain, at), at, what);
});

test("every sample is the sum of what sounds then", async () => {
  const server = new FakeServer(CLIPS);
  const { samples, sounds } = await composed(shortSession(), server.voice());
  const wanted = new Float64Array(samples.length);
  for (const { at, kind, what, gain } of sounds) {
    const source = kind === "signal" ? samplesOf(what as Signal) : recorded(what, CLIPS[what as keyof typeof CLIPS]);
    const scale = kind === "signal" ? 32_767 * gain : gain;
    for (const [i, sample] of source.entries()) wanted[at + i] = (wanted[at + i] ?? 0) + sample * scale;
  }
  const off = wanted.findIndex((sum, i) => Math.abs(sum) < 29_000 && Math.abs(sum - (samples[i] ?? 0)) > 0.51);
  assert.equal(off, -1);
  assert.ok(sounds.filter(({ kind }) => kind === "line").length === 9);
});

test("a session is followed by six seconds, the last of them silent", async () => {
  const session = shortSession();
  const { samples, durationMs } = await composed(session, null);
  assert.equal(durationMs, session.totalMs + 6000);
  assert.ok(!silent(samples, 36, 38));
  assert.ok(silent(samples, 41, 42));
});

test("volume 0 leaves out: nothing is fetched, nothing sounds", async () => {
  const server = new FakeServer(CLIPS);
  const quiet = await composed(shortSession(), server.voice(), { signals: 0, voice: 0 });
  assert.ok(silent(quiet.samples, 0, 42));
  assert.deepEqual(quiet.missing, []);
  assert.deepEqual(server.asked, []);
  const words = await composed(shortSession(), server.voice(), { signals: 0, voice: 1 });
  assert.ok(words.sounds.length > 0 && words.sounds.every(({ kind }) => kind === "line"));
});

test("without a voice there are bells alone, and no words are missed", async () => {
  const { sounds, missing } = await composed(shortSession(), null);
  assert.ok(sounds.length > 0 && sounds.every(({ kind }) => kind === "signal"));
  assert.deepEqual(missing, []);
});

test("a clip that is gone leaves silence in its place and is named", async () => {
  const server = new FakeServer(CLIPS);
  for (const format of ["opus", "m4a"] as const) server.instead.set(server.path("Wall slide", format), () => Promise.resolve(new Response("", { status: 404 })));
  const voice = server.voice();
  const { samples, missing, sounds } = await composed(shortSession(), voice, { signals: 0, voice: 1 });
  assert.deepEqual(missing, ["Wall slide"]);
  assert.deepEqual([...voice.missing], ["Wall slide"]);
  assert.ok(sounds.every(({ what }) => what !== "Wall slide"));
  assert.ok(!silent(samples, 0, 0.5));
  assert.ok(silent(samples, 0.5, 1.54));
  assert.ok(!silent(samples, 1.54, 3.7));
});

test("a line that nobody recorded is named too, once", async () => {
  const { "Left side": _, ...others } = CLIPS;
  const { missing } = await composed(shortSession(), new FakeServer(others).voice());
  assert.deepEqual(missing, ["Left side"]);
});

test("without the list of clips the bells sound, and every line is named", async () => {
  const server = new FakeServer(CLIPS);
  server.instead.set("/static/voice/heart.json", () => Promise.reject(new TypeError("no connection")));
  const { missing, sounds } = await composed(shortSession(), server.voice());
  assert.equal(missing.length, Object.keys(CLIPS).length);
  assert.ok(sounds.some(({ kind }) => kind === "signal"));
  assert.equal(server.asked.length, 1);
});

test("in MP4 the same samples are heard", async () => {
  const track = await compose(shortSession(), new FakeServer(CLIPS).voice(), BOTH, NEVER, new WorkSlices(), "mp4");
  assert.equal(track.blob.type, "audio/mp4");
  const { samples } = readMp4(new Uint8Array(await track.blob.arrayBuffer()));
  const plain = await composed(shortSession(), new FakeServer(CLIPS).voice());
  assert.equal(samples.length, plain.samples.length);
  assert.equal(samples.findIndex((sample, i) => sample !== plain.samples[i]), -1);
});

test("two voices at full volume and a bell do not turn over", async () => {
  const { samples } = await composed(shortSession(), new FakeServer(CLIPS).voice(), { signals: 1, voice: 1 });
  const leap = samples.findIndex((sample, i) => Math.abs(sample - (samples[i - 1] ?? 0)) > 40_000);
  assert.equal(leap, -1);
});

test("others have their turn in between", async () => {
  let rests = 0;
  let now = 0;
  const slices = new WorkSlices(() => { rests += 1; return Promise.resolve(); }, () => (now += 10));
  await compose(shortSession(), null, BOTH, NEVER, slices, "flac");
  assert.ok(rests > 30);
});

test("called off before it begins, it asks for nothing", async () => {
  const server = new FakeServer(CLIPS);
  await assert.rejects(compose(shortSession(), server.voice(), BOTH, AbortSignal.abort()), { name: "AbortError" });
  assert.deepEqual(server.asked, []);
});

test("called off while it works, it stops at the next rest", async () => {
  const off = new AbortController();
  let rests = 0;
  let now = 0;
  const slices = new WorkSlices(() => {
    rests += 1;
    if (rests === 3) off.abort();
    return Promise.resolve();
  }, () => (now += 40));
  await assert.rejects(compose(shortSession(), null, BOTH, off.signal, slices), { name: "AbortError" });
  assert.equal(rests, 3);
});

test("called off while it waits for a clip that never comes, it stops at once", async () => {
  const server = new FakeServer(CLIPS);
  let waits = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (waits = resolve));
  server.instead.set(server.path("First"), () => { waits(); return new Promise<never>(() => undefined); });
  const off = new AbortController();
  const work = compose(shortSession(), server.voice(), BOTH, off.signal);
  void waiting.then(() => off.abort());
  await assert.rejects(work, { name: "AbortError" });
});
