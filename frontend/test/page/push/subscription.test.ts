import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, NO_ADDRESS } from "../../../src/protocol/push_address.ts";
import { bytesOf, post, Refused, subscribeWith } from "../../../src/page/push/subscription.ts";
import { KEY, Manager, OLD_KEY } from "./playing.ts";

test("a subscription is written as the server reads it", async () => {
  const made = await subscribeWith(new Manager().asManager, KEY);
  assert.deepEqual(addressOf(made), { endpoint: "https://push.example/1", p256dh: "BAEC", auth: "AwQ", key: KEY });
  assert.deepEqual(addressOf(null), NO_ADDRESS);
  assert.equal(bytesOf(KEY).length, 65);
});

test("one with the same key stays as it is", async () => {
  const manager = new Manager(KEY);
  assert.equal(await subscribeWith(manager.asManager, KEY), manager.current);
  assert.deepEqual(manager.log, ["subscribe"]);
});

test("one with another key goes first", async () => {
  const manager = new Manager(OLD_KEY);
  assert.equal(addressOf(await subscribeWith(manager.asManager, KEY)).key, KEY);
  assert.deepEqual(manager.log, ["unsubscribe", "subscribe"]);
});

test("one that only shows when subscribing fails goes then", async () => {
  const manager = new Manager(OLD_KEY);
  manager.hides = true;
  assert.equal(addressOf(await subscribeWith(manager.asManager, KEY)).key, KEY);
  assert.deepEqual(manager.log, ["subscribe", "unsubscribe", "subscribe"]);
});

test("what else goes wrong is told, and nothing is ended for it", async () => {
  const manager = new Manager(KEY);
  manager.subscribe = () => Promise.reject(new DOMException("no push service", "AbortError"));
  await assert.rejects(subscribeWith(manager.asManager, KEY), { name: "AbortError" });
  assert.ok(manager.current);
});

async function posting(answer: Response): Promise<unknown> {
  const { fetch } = globalThis;
  globalThis.fetch = () => Promise.resolve(answer);
  try {
    return await post("/reminders/devices", {}, 1000);
  } finally {
    globalThis.fetch = fetch;
  }
}

test("a refusal brings the server's words, if it has any", async () => {
  assert.deepEqual(await posting(Response.json({ state: "kept" })), { state: "kept" });
  assert.equal(await posting(new Response(null, { status: 204 })), null);
  await assert.rejects(posting(Response.json({ words: "No." }, { status: 409 })), (error: Refused) => error.words === "No." && error.status === 409);
  await assert.rejects(posting(new Response("<html>", { status: 401 })), (error: Refused) => error.words === "" && error.status === 401);
});
