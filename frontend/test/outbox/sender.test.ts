import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inOrder } from "../../src/outbox/database.ts";
import { backoff, nextDue } from "../../src/outbox/sender.ts";
import { broken, entry, json, MadeUpPhone, MadeUpServer, NOW, USER } from "./made_up_phone.ts";

function phoneWith(...ops: string[]): MadeUpPhone {
  const phone = new MadeUpPhone(new MadeUpServer());
  phone.store.entries = ops.map((op, place) => entry(op, { keptAt: NOW + place }));
  return phone;
}

describe("the sender", () => {
  it("sends what waits, oldest first, and forgets it when it is answered", async () => {
    const phone = phoneWith("a", "b");
    assert.equal(await phone.page().run(), "empty");
    assert.deepEqual([phone.server.done, phone.store.ops], [["a", "b"], []]);
    const [batch] = phone.server.batches;
    assert.deepEqual(Object.keys(batch ?? {}), ["schema", "user", "tz", "sent", "ops"]);
    assert.deepEqual(batch?.ops[0], { op: "a", kind: "check_in", entity: "2026-11-23", at: NOW, data: { answers: { stiffness: 3 } } });
    assert.deepEqual([batch?.user, batch?.sent], [USER, NOW]);
  });

  it("sends again after a lost answer, and the server counts it once", async () => {
    const phone = phoneWith("a");
    phone.server.troubles.push((answer) => (answer(), broken()));
    assert.equal(await phone.page().run(), "empty");
    assert.deepEqual([phone.server.done, phone.server.batches.length, phone.store.ops], [["a"], 2, []]);
  });

  it("sends at the next start what was kept when the app was killed before it was sent", async () => {
    const phone = phoneWith();
    await phone.store.put(entry("a", { heldUntil: NOW + 15_000 }));
    // Its form may still be about to carry it.
    assert.equal(await phone.page().run(), "empty");
    assert.equal(nextDue(phone.store.entries, phone.clock), NOW + 15_000);
    phone.clock = NOW + 15_001;
    await phone.page().run();
    assert.deepEqual(phone.server.done, ["a"]);
  });

  it("never sends what comes after an entry that its form still carries: it may be about the same", async () => {
    const phone = phoneWith("a", "c");
    phone.store.entries.splice(1, 0, entry("b", { keptAt: NOW, heldUntil: NOW + 9_000 }));
    await phone.page().run();
    assert.deepEqual([phone.server.done, phone.store.ops], [["a"], ["b", "c"]]);
  });

  it("lets two pages send at once and nothing goes twice", async () => {
    const phone = phoneWith("a", "b");
    phone.server.troubles.push(async (answer) => {
      await new Promise((done) => setTimeout(done, 5));
      return answer();
    });
    const endings = await Promise.all([phone.page().run(), phone.page().run()]);
    assert.deepEqual([endings, phone.server.done, phone.server.batches.length], [["empty", "empty"], ["a", "b"], 1]);
  });

  it("works where two pages cannot know of each other: the server counts once", async () => {
    const phone = phoneWith("a");
    const unlocked = { lock: <Got>(act: () => Promise<Got>) => act() };
    await Promise.all([phone.page(unlocked).run(), phone.page(unlocked).run()]);
    assert.deepEqual([phone.server.done, phone.store.ops], [["a"], []]);
  });

  it("keeps everything and tells when nobody is signed in", async () => {
    const phone = phoneWith("a");
    phone.server.troubles.push(() => json(401, { error: "signed_out", words: "" }));
    assert.equal(await phone.page().run(), "signed_out");
    assert.deepEqual([phone.store.ops, phone.waits], [["a"], []]);
  });

  it("keeps everything and tells when somebody else is signed in", async () => {
    const phone = phoneWith("a");
    phone.server.troubles.push(() => json(409, { error: "other_user", words: "" }));
    assert.equal(await phone.page().run(), "other_user");
    assert.deepEqual([phone.store.ops, phone.server.done], [["a"], []]);
  });

  it("sends half as much when it was too much, and refuses what alone is too long", async () => {
    const phone = phoneWith("a", "b", "c");
    const tooLarge = (): Response => json(413, { error: "too_large", words: "" });
    phone.server.troubles.push(tooLarge, tooLarge);
    await phone.page().run();
    assert.deepEqual([phone.store.entries.map(({ op, state }) => [op, state]), phone.server.done], [[["a", "rejected"]], ["b", "c"]]);
    assert.match(phone.store.entries[0]?.words ?? "", /too long/);
  });

  it("takes away only what an answer names", async () => {
    const phone = phoneWith("a", "b");
    phone.server.troubles.push(
      () => json(200, { user: USER, answers: [{ op: "b", result: "applied" }, { op: "x", result: "applied" }, { op: null, result: "rejected" }, 7] }),
      broken,
    );
    phone.patience = 0;
    await assert.rejects(phone.page().run(), /closed/);
    assert.deepEqual(phone.store.ops, ["a"]);
  });

  it("does not hurry when an answer names nothing of it", async () => {
    const phone = phoneWith("a");
    phone.server.troubles.push(() => json(200, { user: USER, answers: [] }));
    await phone.page().run();
    assert.deepEqual([phone.waits, phone.server.done], [[2_000], ["a"]]);
  });

  it("believes no answer about somebody else", async () => {
    const phone = phoneWith("a");
    phone.server.troubles.push(() => json(200, { user: "other", answers: [{ op: "a", result: "applied" }] }));
    await phone.page().run();
    assert.deepEqual(phone.server.done, ["a"]);
  });

  it("keeps what was refused, with the reason, and goes on with the rest", async () => {
    const phone = phoneWith("a", "b");
    phone.server.rejects.set("a", "That day is in the future.");
    assert.equal(await phone.page().run(), "empty");
    assert.deepEqual(phone.store.entries.map(({ op, state, words }) => [op, state, words]), [["a", "rejected", "That day is in the future."]]);
    assert.deepEqual(phone.server.done, ["b"]);
    await phone.page().run();
    assert.equal(phone.server.batches.length, 1);
  });

  it("does not put an entry back that was dropped while it was under way", async () => {
    const phone = phoneWith("a");
    phone.server.rejects.set("a", "No.");
    phone.server.troubles.push((answer) => {
      phone.store.entries = [];
      return answer();
    });
    await phone.page().run();
    assert.deepEqual(phone.store.entries, []);
  });

  it("keeps what a server does not understand yet, and offers it once more at the next start", async () => {
    const phone = phoneWith("a", "b");
    phone.store.entries = [entry("a", { schema: 2 }), entry("b", { keptAt: NOW + 1 })];
    assert.equal(await phone.page().run(), "reload");
    assert.deepEqual([phone.store.entries.map(({ op, state }) => [op, state]), phone.server.done], [[["a", "unknown_schema"]], ["b"]]);
    phone.server.newest = 2;
    assert.equal(await phone.page().run(), "empty");
    assert.deepEqual([phone.store.ops, phone.server.done], [[], ["b", "a"]]);
  });

  for (const [what, trouble] of [
    ["there is no network", broken],
    ["the server is restarting", () => json(503, { error: "busy", words: "" })],
    ["the disk of the server is full", () => json(507, { error: "full", words: "" })],
    ["the answer is the page of somebody's proxy", () => new Response("<h1>Welcome to our hotel</h1>", { status: 200 })],
    ["a proxy asks for its own password", () => new Response("", { status: 401 })],
    ["the address is unknown to an old server", () => json(404, { error: "not_found" })],
  ] as const) {
    it(`tries again, later each time, when ${what}`, async () => {
      const phone = phoneWith("a");
      phone.server.troubles.push(trouble, trouble, trouble);
      assert.equal(await phone.page().run(), "empty");
      assert.deepEqual([phone.waits, phone.server.done], [[2_000, 4_000, 8_000], ["a"]]);
    });
  }

  it("sends at most 50 at a time, and stays below what the server takes", async () => {
    const phone = phoneWith(...Array.from({ length: 120 }, (_, place) => `op-${place}`));
    await phone.page().run();
    assert.deepEqual(phone.server.batches.map(({ ops }) => ops.length), [50, 50, 20]);
    const long = phoneWith("a", "b", "c");
    long.store.entries = long.store.entries.map((each) => ({ ...each, data: { note: "é".repeat(50_000) } }));
    await long.page().run();
    assert.deepEqual(long.server.batches.map(({ ops }) => ops.length), [2, 1]);
    for (const batch of long.server.batches) assert.ok(new TextEncoder().encode(JSON.stringify(batch)).length < 256 * 1024);
  });

  it("is not held up by a clock that was set back", async () => {
    const phone = phoneWith();
    await phone.store.put(entry("late", { keptAt: NOW + 86_400_000, heldUntil: NOW + 86_415_000 }));
    await phone.store.put(entry("after", { keptAt: NOW }));
    await phone.page().run();
    assert.deepEqual(phone.server.done, ["late", "after"]);
  });
});

describe("the order of entries", () => {
  it("is that of their making, whatever the clock says", () => {
    const there = [entry("a", { keptAt: NOW })];
    assert.equal(inOrder(entry("b", { keptAt: NOW - 1000 }), there).keptAt, NOW + 1);
    assert.equal(inOrder(entry("c", { keptAt: NOW + 5 }), there).keptAt, NOW + 5);
    assert.equal(inOrder(entry("a", { keptAt: NOW + 9 }), there).keptAt, NOW);
  });
});

describe("the wait between two tries", () => {
  it("is anything up to a limit that doubles to five minutes", () => {
    assert.deepEqual([0, 1, 2, 7, 8, 5000].map((failed) => backoff(failed, 1)), [2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
    assert.deepEqual([backoff(3, 0), backoff(3, 0.5)], [0, 8_000]);
  });
});
