import assert from "node:assert/strict";
import { test } from "node:test";
import { isOfToday, stillHolds } from "../../src/page/player/still_so.ts";

const plan = { session: "s", stamp: "abc", day: "2026-03-02", zone: "Pacific/Auckland" };
const answer = (status: number, text: string) => async () => ({ ok: status < 300, status, text: async () => text });

test("a page holds while the server answers its stamp", async () => {
  assert.equal(await stillHolds(plan, answer(200, "abc")), true);
});

for (const [status, text] of [[200, "other"], [200, "closed"], [200, "<html>sign in"], [404, "abc"], [401, ""]] as const) {
  test(`a page does not hold after ${status} ${text}`, async () => {
    assert.equal(await stillHolds(plan, answer(status, text)), false);
  });
}

test("a server that fails or cannot be reached says nothing", async () => {
  assert.equal(await stillHolds(plan, answer(503, "abc")), null);
  assert.equal(await stillHolds(plan, () => Promise.reject(new TypeError("offline"))), null);
});

test("the stamp is asked for at the session's own address, past every cache, with a deadline", async () => {
  await stillHolds(plan, async (url, init) => {
    assert.equal(url, "/sessions/s/stamp");
    assert.equal(init.cache, "no-store");
    assert.ok(init.signal);
    return answer(200, "abc")();
  });
});

test("a page is of today by the person's own calendar", () => {
  assert.equal(isOfToday(plan, Date.UTC(2026, 2, 1, 12)), true);
  assert.equal(isOfToday(plan, Date.UTC(2026, 2, 2, 10)), true);
  assert.equal(isOfToday(plan, Date.UTC(2026, 2, 2, 12)), false);
});

test("where the phone does not know the time zone a page counts as old", () => {
  assert.equal(isOfToday({ ...plan, zone: "No/Where" }, Date.UTC(2026, 2, 2)), false);
});
