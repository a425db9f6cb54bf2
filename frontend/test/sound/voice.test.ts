import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded, FakeServer, FILE, recorded } from "./fake_voice.ts";

const CLIPS = { Hold: 0.6, "Left side": 0.8 };
const broken = (): Promise<Response> => Promise.resolve(new Response("<p>"));
const offline = (): Promise<Response> => Promise.reject(new TypeError("no connection"));

test("a voice knows how long each of its lines is, in ms", async () => {
  assert.deepEqual([...(await new FakeServer(CLIPS).voice().durations())], [["Hold", 600], ["Left side", 800]]);
});

test("a clip is fetched from beside the list and comes as 16-bit samples", async () => {
  const server = new FakeServer(CLIPS);
  const clip = await server.voice().clip("Hold");
  assert.deepEqual([...(clip ?? [])], [...recorded("Hold", 0.6)]);
  assert.deepEqual(server.asked, [FILE.manifest, `${server.path("Hold")}?v=1`]);
});

test("list and clips are fetched once, also when asked for twice at the same time", async () => {
  const server = new FakeServer(CLIPS);
  const voice = server.voice();
  const [one, other] = await Promise.all([voice.clip("Hold"), voice.clip("Hold"), voice.durations()]);
  assert.equal(one, other);
  assert.equal(await voice.clip("Hold"), one);
  assert.equal(server.asked.length, 2);
});

test("a line without a clip is noted as missing, and nothing is fetched for it", async () => {
  const server = new FakeServer(CLIPS);
  const voice = server.voice();
  assert.equal(await voice.clip("Grow tall"), null);
  assert.deepEqual([...voice.missing], ["Grow tall"]);
  assert.equal(server.asked.length, 1);
});

for (const [what, answer] of [["is not found", () => Promise.resolve(new Response("", { status: 404 }))], ["cannot be fetched", offline]] as const) {
  test(`a clip that ${what} is missing until it can be had`, async () => {
    const server = new FakeServer(CLIPS);
    const voice = server.voice();
    server.instead.set(server.path("Hold"), answer);
    assert.equal(await voice.clip("Hold"), null);
    assert.deepEqual([...voice.missing], ["Hold"]);
    server.instead.clear();
    assert.equal((await voice.clip("Hold"))?.length, 14_400);
    assert.deepEqual([...voice.missing], []);
  });
}

test("a broken clip is replaced by the one of the other format, and the next clip is tried as before", async () => {
  const server = new FakeServer(CLIPS);
  const voice = server.voice();
  await voice.clip("Left side");
  server.instead.set(server.path("Hold"), broken);
  assert.equal((await voice.clip("Hold"))?.length, 14_400);
  voice.forget("Left side");
  await voice.clip("Left side");
  assert.ok(server.asked.at(-1)?.startsWith(server.path("Left side", "opus")));
});

test("a browser that cannot decode the first format after all is given the other one from then on", async () => {
  const server = new FakeServer(CLIPS);
  let format = "";
  const voice = server.voice((bytes) => (format === "opus" ? Promise.reject(new Error("cannot decode")) : decoded(bytes)));
  const get = server.get;
  Object.assign(voice, { get: (url: string) => { format = url.includes(".opus") ? "opus" : "m4a"; return get(url); } });
  assert.equal((await voice.clip("Hold"))?.length, 14_400);
  assert.equal((await voice.clip("Left side"))?.length, 19_200);
  assert.deepEqual(server.asked.slice(1).map((url) => url.replace(/\?.*/, "")), [server.path("Hold", "opus"), server.path("Hold", "m4a"), server.path("Left side", "m4a")]);
});

test("a clip that is broken in both formats is missing", async () => {
  const server = new FakeServer(CLIPS);
  const voice = server.voice();
  for (const format of ["opus", "m4a"] as const) server.instead.set(server.path("Hold", format), broken);
  assert.equal(await voice.clip("Hold"), null);
  assert.deepEqual([...voice.missing], ["Hold"]);
});

test("a clip that was cut short is broken", async () => {
  const server = new FakeServer(CLIPS);
  const voice = server.voice();
  for (const format of ["opus", "m4a"] as const) server.instead.set(server.path("Hold", format), () => Promise.resolve(new Response(recorded("Hold", 0.3))));
  assert.equal(await voice.clip("Hold"), null);
});

for (const [what, answer] of [["is not there", () => Promise.resolve(new Response("", { status: 503 }))], ["is no list", () => Promise.resolve(new Response("[]"))], ["cannot be fetched", offline]] as const) {
  test(`a list that ${what} is asked for again the next time`, async () => {
    const server = new FakeServer(CLIPS);
    const voice = server.voice();
    server.instead.set("/static/voice/heart.json", answer);
    await assert.rejects(voice.durations());
    assert.equal(await voice.clip("Hold"), null);
    server.instead.clear();
    assert.equal((await voice.durations()).size, 2);
    assert.equal((await voice.clip("Hold"))?.length, 14_400);
  });
}

test("an entry that cannot be used is a line without a clip", async () => {
  const server = new FakeServer(CLIPS);
  const clips = { Hold: { stem: "../../log-out", duration_s: 1 }, Rest: { stem: "abc", duration_s: "1" }, "Left side": { stem: "abc", duration_s: 0.8 } };
  server.instead.set("/static/voice/heart.json", () => Promise.resolve(Response.json({ clips })));
  assert.deepEqual([...(await server.voice().durations()).keys()], ["Left side"]);
});

test("eight megabytes are remembered, and what was used longest ago is let go", async () => {
  const clips = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`line ${i}`, 40]));
  const server = new FakeServer(clips);
  const voice = server.voice();
  const fetched = async (text: string): Promise<boolean> => {
    const before = server.asked.length;
    await voice.clip(text);
    return server.asked.length > before;
  };
  // 40 s are 1.92 MB: four of them are kept.
  for (let i = 0; i < 4; i += 1) await voice.clip(`line ${i}`);
  assert.equal(await fetched("line 0"), false);
  await voice.clip("line 4");
  assert.equal(await fetched("line 0"), false);
  assert.equal(await fetched("line 1"), true);
});

test("what is forgotten is fetched anew", async () => {
  const server = new FakeServer(CLIPS);
  const voice = server.voice();
  await voice.clip("Hold");
  voice.forget("Hold");
  voice.forget("never had");
  await voice.clip("Hold");
  assert.equal(server.asked.length, 3);
});

test("samples that are too loud are cut off, not turned over", async () => {
  const voice = new FakeServer(CLIPS).voice(() => Promise.resolve(new Float32Array(14_400).fill(1.5).fill(-1.5, 100)));
  const clip = await voice.clip("Hold");
  assert.deepEqual([clip?.[0], clip?.[100]], [32_767, -32_767]);
});
