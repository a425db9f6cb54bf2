import assert from "node:assert/strict";
import { test } from "node:test";
import { reconcile, type Outcome } from "../../../src/page/push/push_state.ts";
import { KEY, Manager, OLD_KEY } from "./playing.ts";

interface Sent {
  url: string;
  fields: Record<string, string>;
}

/** A server that gives one answer to a state, and keeps what it is sent. */
function server(state: string, key = KEY): { sent: Sent[]; send: (url: string, fields: Record<string, string>) => Promise<unknown> } {
  const sent: Sent[] = [];
  const send = (url: string, fields: Record<string, string>): Promise<unknown> => {
    sent.push({ url, fields });
    return Promise.resolve(url.endsWith("/state") ? { state, key, key_id: "k1", moves: true } : { state: "kept" });
  };
  return { sent, send };
}

async function outcome(state: string, manager: Manager | null, other: { permission?: string; wanted?: boolean; key?: string } = {}): Promise<[Outcome, Sent[]]> {
  const { sent, send } = server(state, other.key);
  const { outcome: found } = await reconcile({ permission: other.permission ?? "granted", manager: manager?.asManager ?? null, wanted: other.wanted ?? true, send });
  return [found, sent];
}

test("what the server has stays, and it is told all that there is", async () => {
  const manager = new Manager(KEY);
  const [found, sent] = await outcome("kept", manager);
  assert.equal(found, "kept");
  assert.deepEqual(sent, [
    {
      url: "/reminders/devices/state",
      fields: { permission: "granted", endpoint: "https://push.example/1", p256dh: "BAEC", auth: "AwQ", key: KEY, wanted: "1" },
    },
  ]);
  assert.deepEqual(manager.log, []);
});

test("one that was lost is made anew with the server's key, and sent", async () => {
  const manager = new Manager();
  const [found, sent] = await outcome("subscribe", manager);
  assert.equal(found, "repaired");
  assert.deepEqual(sent[1], {
    url: "/reminders/devices",
    fields: { endpoint: "https://push.example/1", p256dh: "BAEC", auth: "AwQ", key_id: "k1" },
  });
});

test("one with a key that is no longer the server's is made anew", async () => {
  const manager = new Manager(OLD_KEY);
  const [found] = await outcome("subscribe", manager);
  assert.equal(found, "repaired");
  assert.deepEqual(manager.log, ["unsubscribe", "subscribe"]);
});

test("without leave nothing is asked of the browser, and it is lost until it is allowed again", async () => {
  for (const permission of ["default", "denied"]) {
    const manager = new Manager();
    const [found, sent] = await outcome("subscribe", manager, { permission });
    assert.equal(found, "lost");
    assert.equal(sent.length, 1);
    assert.deepEqual(manager.log, []);
  }
});

test("removed on another device it does not come back", async () => {
  const [found, sent] = await outcome("nothing", new Manager(KEY));
  assert.equal(found, "removed");
  assert.equal(sent.length, 1);
});

test("a server without keys says nothing about anybody's subscription", async () => {
  assert.equal((await outcome("nothing", new Manager(KEY), { key: "" }))[0], "none");
});

test("who never turned them on has nothing to lose", async () => {
  assert.equal((await outcome("nothing", new Manager(), { wanted: false }))[0], "none");
});

test("a browser that cannot do it says so", async () => {
  const [found, sent] = await outcome("nothing", null, { permission: "unsupported" });
  assert.equal(found, "lost");
  assert.equal(sent[0]?.fields["permission"], "unsupported");
});

test("without a worker so far nothing is done, and nothing is lost", async () => {
  assert.equal((await outcome("subscribe", null))[0], "none");
});

test("a server that cannot be reached changes nothing here", async () => {
  const manager = new Manager(KEY);
  const send = (): Promise<never> => Promise.reject(new TypeError("no network"));
  await assert.rejects(reconcile({ permission: "granted", manager: manager.asManager, wanted: true, send }), { name: "TypeError" });
  assert.ok(manager.current);
});
