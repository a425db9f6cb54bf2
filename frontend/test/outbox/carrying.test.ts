import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { carry, type Carrier, type Fate } from "../../src/page/outbox/carrying.ts";
import { broken, entry, MadeUpStore, NOW } from "./made_up_phone.ts";

/** A request of a form under way; time passes when the test says so. */
class UnderWay {
  readonly store = new MadeUpStore();
  readonly said: string[] = [];
  private readonly sleepers: { at: number; wake: () => void }[] = [];
  private clock = NOW;

  carry(send: () => Promise<Response>, before: string[] = []): Promise<Fate> {
    const carrier: Carrier = {
      store: this.store,
      send: () => {
        this.said.push(`sent, kept: ${this.store.ops.join()}`);
        return send();
      },
      abort: () => this.said.push("aborted"),
      acknowledge: () => this.said.push("acknowledged"),
      now: () => this.clock,
      wait: (ms) => new Promise((wake) => this.sleepers.push({ at: this.clock + ms, wake })),
    };
    return carry(entry("a"), before, carrier);
  }

  async passes(ms: number): Promise<void> {
    await new Promise((done) => setTimeout(done));
    this.clock += ms;
    for (const { at, wake } of this.sleepers) if (at <= this.clock) wake();
    await new Promise((done) => setTimeout(done));
  }
}

const ours = (status: number): Promise<Response> => Promise.resolve(new Response("", { status, headers: { "Content-Security-Policy": "default-src 'none'" } }));
const silence = (): Promise<Response> => new Promise(() => undefined);

describe("a form that is kept before it is sent", () => {
  it("is on the disk before the network is asked, and gone when it is saved", async () => {
    const form = new UnderWay();
    const fate = await form.carry(() => ours(200));
    assert.deepEqual([fate.kind, form.said, form.store.ops], ["answered", ["sent, kept: a"], []]);
  });

  it("is held as long as its own request may take", async () => {
    const form = new UnderWay();
    void form.carry(silence);
    await form.passes(0);
    assert.equal(form.store.entries[0]?.heldUntil, NOW + 15_000);
  });

  it("is gone when the form comes back with what is wrong in it", async () => {
    const form = new UnderWay();
    await form.carry(() => ours(422));
    assert.deepEqual(form.store.ops, []);
  });

  for (const status of [401, 404, 429]) {
    it(`stays, and the answer is shown, at ${status}`, async () => {
      const form = new UnderWay();
      const fate = await form.carry(() => ours(status));
      assert.deepEqual([fate.kind, form.store.entries.map(({ op, heldUntil }) => [op, heldUntil])], ["answered", [["a", 0]]]);
    });
  }

  for (const [what, send] of [
    ["there is no network", () => Promise.resolve().then(broken)],
    ["the server fails", () => ours(500)],
    ["its disk is full", () => ours(507)],
    ["somebody else is signed in by now", () => ours(409)],
    ["somebody else's proxy answers", () => Promise.resolve(new Response("<h1>Welcome to our hotel</h1>"))],
  ] as const) {
    it(`waits on the phone when ${what}`, async () => {
      const form = new UnderWay();
      const fate = await form.carry(send);
      assert.deepEqual([fate.kind, form.store.entries.map(({ op, heldUntil }) => [op, heldUntil])], ["kept", [["a", 0]]]);
    });
  }

  it("is acknowledged within a second, and waits on the phone after 15 s of silence", async () => {
    const form = new UnderWay();
    const fate = form.carry(silence);
    await form.passes(899);
    assert.deepEqual(form.said, ["sent, kept: a"]);
    await form.passes(1);
    assert.deepEqual(form.said, ["sent, kept: a", "acknowledged"]);
    await form.passes(14_100);
    assert.deepEqual([(await fate).kind, form.said.at(-1)], ["kept", "aborted"]);
  });

  it("is not acknowledged after it was answered", async () => {
    const form = new UnderWay();
    await form.carry(() => ours(200));
    await form.passes(2_000);
    assert.deepEqual(form.said, ["sent, kept: a"]);
  });

  it("is sent as ever where nothing can be kept", async () => {
    const form = new UnderWay();
    form.store.put = () => Promise.reject(new Error("no storage"));
    assert.equal((await form.carry(() => ours(200))).kind, "answered");
    await assert.rejects(form.carry(() => Promise.resolve().then(broken)), /Failed to fetch/);
  });

  it("takes the place of one that was refused once it is saved or kept, not before", async () => {
    for (const [send, left] of [[() => ours(200), []], [() => ours(422), ["refused"]], [() => ours(500), ["a"]]] as const) {
      const form = new UnderWay();
      form.store.entries = [entry("refused", { state: "rejected", keptAt: NOW - 1 })];
      await form.carry(send, ["refused"]);
      assert.deepEqual(form.store.ops, left);
    }
  });
});
