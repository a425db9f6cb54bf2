import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { base64Url } from "../../src/protocol/push_address.ts";
import { resubscribe, type Browser } from "../../src/worker/subscription_change.ts";

const bytes = (...values: number[]): ArrayBuffer => new Uint8Array(values).buffer;
const [OLD_KEY, NEW_KEY] = [bytes(4, 1, 2), bytes(4, 9, 9)];
const ENDED = "ended";

class Subscription {
  ended = false;
  constructor(
    readonly endpoint: string,
    private readonly key: ArrayBuffer,
  ) {}
  get options(): { applicationServerKey: ArrayBuffer } {
    return { applicationServerKey: this.key };
  }
  getKey(name: string): ArrayBuffer {
    return name === "auth" ? bytes(1) : bytes(2);
  }
  async unsubscribe(): Promise<boolean> {
    this.ended = true;
    return true;
  }
}

const as = (subscription: Subscription | null): PushSubscription | null => subscription as PushSubscription | null;

/** A browser that has `current`, and a server that answers what the test says. */
class Phone implements Browser {
  permission = "granted";
  posted: [string, Record<string, string>][] = [];
  keys: string[] = [];
  refuses = false;

  constructor(
    private readonly answer: unknown,
    public current: Subscription | null = null,
  ) {}

  async subscription(): Promise<PushSubscription | null> {
    return as(this.current);
  }
  async subscribe(key: BufferSource | string): Promise<PushSubscription> {
    if (this.refuses) throw new DOMException(ENDED, "NotAllowedError");
    this.keys.push(typeof key === "string" ? key : base64Url(key as ArrayBuffer));
    this.current = new Subscription(`https://push.example/${this.keys.length}`, typeof key === "string" ? NEW_KEY : (key as ArrayBuffer));
    return as(this.current) as PushSubscription;
  }
  async post(path: string, fields: Record<string, string>): Promise<unknown> {
    this.posted.push([path, fields]);
    return this.answer;
  }
}

const KEPT = { state: "kept", key: base64Url(OLD_KEY), key_id: "1" };
const SUBSCRIBE = { state: "subscribe", key: base64Url(NEW_KEY), key_id: "2" };
const ended = as(new Subscription("https://push.example/old", OLD_KEY));

describe("a subscription that the browser ended", () => {
  it("is made again with its old key, and the server hears of both", async () => {
    const phone = new Phone(KEPT);
    await resubscribe(ended, null, phone);
    assert.deepEqual(phone.keys, [base64Url(OLD_KEY)]);
    assert.deepEqual(phone.posted, [["/reminders/devices/state", {
      permission: "granted", endpoint: "https://push.example/1", p256dh: "Ag", auth: "AQ", key: base64Url(OLD_KEY), wanted: "0", old_endpoint: "https://push.example/old",
    }]]);
  });
  it("is told of where the browser made the new one itself", async () => {
    const phone = new Phone(KEPT);
    await resubscribe(ended, as(new Subscription("https://push.example/new", OLD_KEY)), phone);
    assert.deepEqual(phone.keys, []);
    assert.equal(phone.posted[0]?.[1]["endpoint"], "https://push.example/new");
  });
  it("is made with the server's key where nobody knows the old one", async () => {
    const phone = new Phone(SUBSCRIBE);
    await resubscribe(null, null, phone);
    assert.deepEqual([phone.posted[0]?.[1]["endpoint"], phone.posted[0]?.[1]["old_endpoint"]], ["", ""]);
    assert.deepEqual(phone.keys, [base64Url(NEW_KEY)]);
    assert.deepEqual(phone.posted[1], ["/reminders/devices", { endpoint: "https://push.example/1", p256dh: "Ag", auth: "AQ", key_id: "2", name: "" }]);
  });
  it("changes its key if the server has a new one: the old subscription ends first", async () => {
    const phone = new Phone(SUBSCRIBE);
    const fresh = new Subscription("https://push.example/new", OLD_KEY);
    await resubscribe(ended, as(fresh), phone);
    assert.ok(fresh.ended);
    assert.deepEqual(phone.keys, [base64Url(NEW_KEY)]);
    assert.equal(phone.posted.length, 2);
  });
  it("is handed over as it is if the server only lost sight of it", async () => {
    const phone = new Phone(SUBSCRIBE, new Subscription("https://push.example/mine", NEW_KEY));
    await resubscribe(null, null, phone);
    assert.deepEqual(phone.keys, []);
    assert.equal(phone.posted[1]?.[1]["endpoint"], "https://push.example/mine");
  });
  it("stays ended where nobody is signed in, or the server wants none", async () => {
    for (const answer of [null, undefined, "x", [], { state: "nothing", key: "", key_id: "" }, { state: "subscribe" }, { state: "subscribe", key: 7 }]) {
      const phone = new Phone(answer);
      await resubscribe(null, null, phone);
      assert.deepEqual([phone.posted.length, phone.keys], [1, []]);
    }
  });
  it("is not made again for somebody who wants none, and one of others is left alone", async () => {
    const nothing = { state: "nothing", key: base64Url(NEW_KEY), key_id: "2" };
    const phone = new Phone(nothing);
    await resubscribe(ended, null, phone);
    assert.deepEqual([phone.keys.length, phone.current?.ended], [1, true]);
    const mine = new Subscription("https://push.example/mine", OLD_KEY);
    await resubscribe(ended, null, new Phone(nothing, mine));
    assert.ok(!mine.ended);
  });
  it("stays as it is where the server has no keys", async () => {
    const phone = new Phone({ state: "nothing", key: "", key_id: "" });
    await resubscribe(ended, null, phone);
    assert.equal(phone.current?.ended, false);
  });
  it("is asked about even where the browser refuses a new one", async () => {
    const phone = new Phone(KEPT);
    phone.refuses = true;
    await resubscribe(ended, null, phone);
    assert.equal(phone.posted[0]?.[1]["old_endpoint"], "https://push.example/old");
  });
});

describe("bytes", () => {
  it("are written as base64url", () => assert.deepEqual([base64Url(bytes(251, 255, 254)), base64Url(bytes(1)), base64Url(null)], ["-__-", "AQ", ""]));
});
