import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOf, sizeOfCaches } from "../../../src/page/offline_settings/cache_sizes.ts";
import { readiness, sizeWords, whenWords } from "../../../src/page/offline_settings/kept_things.ts";

test("sizes are said as people read them", () => {
  const said = [0, 1, 999, 1000, 640_400, 999_499, 999_500, 6_234_000, 9_960_000, 123_456_789, 2_500_000_000].map(sizeWords);
  assert.deepEqual(said, ["nothing", "less than 1 kB", "less than 1 kB", "1 kB", "640 kB", "999 kB", "1.0 MB", "6.2 MB", "10 MB", "123 MB", "2.5 GB"]);
});

test("instants are said as near as it matters, by the calendar", () => {
  const now = new Date(2026, 10, 23, 0, 30).getTime();
  assert.equal(whenWords(new Date(2026, 10, 23, 0, 5).getTime(), now), "today at 00:05");
  assert.equal(whenWords(new Date(2026, 10, 22, 23, 55).getTime(), now), "yesterday at 23:55");
  assert.equal(whenWords(new Date(2026, 10, 20, 9, 30).getTime(), now), "on Friday 20 November at 09:30");
});

test("ready is said only when all that was wanted came, for this very person", () => {
  const warmed = { user: "maya", day: "2026-11-23", at: 1, build: "b", pages: 20, wanted: 20 };
  assert.equal(readiness(20, warmed, "maya", false), "ready");
  assert.equal(readiness(19, { ...warmed, pages: 19 }, "maya", false), "partly");
  assert.equal(readiness(20, warmed, "sam", false), "partly");
  assert.equal(readiness(3, undefined, "maya", false), "partly");
  assert.equal(readiness(0, warmed, "maya", false), "not");
  assert.equal(readiness(20, warmed, "maya", true), "unwanted");
});

test("caches are told apart by their names", () => {
  assert.equal(kindOf("pages-0190"), "pages");
  assert.equal(kindOf("figures"), "library");
  assert.equal(kindOf("voice"), "library");
  assert.equal(kindOf("workbox-precache-v2"), "app");
});

test("what does not say how long it is is measured", async () => {
  const answers: Record<string, Response[]> = {
    "pages-1": [new Response("12345")],
    voice: [new Response("x", { headers: { "Content-Length": "700" } }), new Response("xyz")],
  };
  const store = {
    keys: async () => Object.keys(answers),
    open: async (name: string) => ({ matchAll: async () => answers[name] }),
  } as unknown as CacheStorage;
  assert.deepEqual(await sizeOfCaches(store), { pages: 5, library: 703, app: 0 });
});
