import assert from "node:assert/strict";
import { test } from "node:test";
import { ClipQueue } from "../../src/page/sound/clip_queue.ts";
import { FakeServer } from "./fake_voice.ts";

const TEXTS = Array.from({ length: 40 }, (_, i) => `line ${i}`);
const server = (): FakeServer => new FakeServer(Object.fromEntries(TEXTS.map((text) => [text, 0.3])));
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
const NEVER = new AbortController().signal;

test("clips come in order, and never are there more than six requests at once", async () => {
  const from = server();
  const voice = from.voice();
  await voice.durations();
  const queue = new ClipQueue(voice, TEXTS, NEVER);
  for (const text of TEXTS) assert.equal((await queue.take(text))?.length, 7200);
  assert.equal(from.mostOpen, 6);
  assert.deepEqual(from.asked.slice(1).map((url) => url.replace(/\?.*/, "")), TEXTS.map((text) => from.path(text)));
});

test("only the next dozen are had before their time", async () => {
  const from = server();
  const queue = new ClipQueue(from.voice(), TEXTS, NEVER);
  await settled();
  assert.equal(from.asked.length, 1 + 12);
  await queue.take("line 0");
  await settled();
  assert.equal(from.asked.length, 1 + 13);
});

test("a line that is said often is fetched once and stays remembered; one said once does not", async () => {
  const from = server();
  const voice = from.voice();
  const forgotten: string[] = [];
  const watched = { clip: (text: string) => voice.clip(text), forget: (text: string) => forgotten.push(text) };
  const texts = ["line 1", "line 2", "line 1", "line 3", "line 1"];
  const queue = new ClipQueue(watched, texts, NEVER);
  for (const text of texts) assert.ok((await queue.take(text)) !== null);
  assert.deepEqual(forgotten, ["line 2", "line 3"]);
  assert.equal(from.asked.length, 1 + 3);
});

test("a line without a clip holds up nobody", async () => {
  const queue = new ClipQueue(server().voice(), ["line 1", "not recorded", "line 2"], NEVER);
  assert.ok((await queue.take("line 1")) !== null);
  assert.equal(await queue.take("not recorded"), null);
  assert.ok((await queue.take("line 2")) !== null);
});

test("once it is called off, nothing more is asked for", async () => {
  const from = server();
  const voice = from.voice();
  await voice.durations();
  const off = new AbortController();
  new ClipQueue(voice, TEXTS, off.signal);
  off.abort();
  await settled();
  assert.equal(from.asked.length, 1 + 6);
});
