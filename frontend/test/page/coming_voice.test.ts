import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchClips } from "../../src/page/coming_voice.ts";

const voice = { addresses: () => Promise.resolve(new Map([["Hold", "/a"], ["Rest", "/b"], ["Next", "/c"]])) };
const answer = (status: number): Promise<Response> => Promise.resolve(new Response(null, { status }));

test("the clips of the coming lines are fetched one after the other, what has none is left out", async () => {
  const got: string[] = [];
  let under = 0;
  const all = await fetchClips(["Hold", "no such line", "Next"], voice, async (url) => {
    got.push(url);
    under += 1;
    assert.equal(under, 1);
    await Promise.resolve();
    under -= 1;
    return answer(200);
  });
  assert.equal(all, true);
  assert.deepEqual(got, ["/a", "/c"]);
});

test("one that does not come ends it: the next look at Today tries again", async () => {
  const got: string[] = [];
  const all = await fetchClips(["Hold", "Rest", "Next"], voice, (url) => {
    got.push(url);
    return answer(url === "/b" ? 503 : 200);
  });
  assert.equal(all, false);
  assert.deepEqual(got, ["/a", "/b"]);
});
