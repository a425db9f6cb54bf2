import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KEEP_MS, outcomeOf, sendKept, type AnswerStore, type KeptAnswer } from "../../src/worker/answers.ts";

const PAGE = "https://good.example/reminders/answer/token";
const NOW = Date.UTC(2026, 2, 4, 8);

function json(status: number, body: unknown = { state: "done", words: "Words of the server." }): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

function page(status: number): Response {
  return new Response("<!doctype html>", { status, headers: { "Content-Type": "text/html" } });
}

/** A worker's memory and the network as a test has them. */
class Phone {
  kept: KeptAnswer[] = [];
  sent: [string, RequestInit][] = [];
  told: [string, string][] = [];
  triedBeforeSending: boolean[] = [];
  now = NOW;

  constructor(private readonly network: (url: string) => Response | Error) {}

  keep(url: string, more: Partial<KeptAnswer> = {}): this {
    this.kept.push({ id: this.kept.length + 1, url, answer: "good_day", at: new Date(NOW).toISOString(), page: PAGE, keptAt: NOW, tried: false, ...more });
    return this;
  }

  send(): Promise<number> {
    const store: AnswerStore = {
      add: () => Promise.reject(new Error("nothing is added while sending")),
      all: () => Promise.resolve([...this.kept]),
      noteTry: async (id) => {
        this.kept = this.kept.map((each) => (each.id === id ? { ...each, tried: true } : each));
      },
      remove: async (id) => {
        this.kept = this.kept.filter((each) => each.id !== id);
      },
    };
    return sendKept({
      store,
      fetch: async (url, init) => {
        this.sent.push([url, init]);
        this.triedBeforeSending.push(this.kept.every((each) => each.url !== url || each.tried));
        const answer = this.network(url);
        if (answer instanceof Error) throw answer;
        return answer;
      },
      tell: async (words, page) => void this.told.push([words, page]),
      now: () => this.now,
    });
  }
}

describe("answers", () => {
  it("are sent as forms with the time of the tap, and without anybody's cookies", async () => {
    const phone = new Phone(() => json(200)).keep("/a");
    assert.equal(await phone.send(), 0);
    const [[url, init]] = phone.sent as [[string, RequestInit]];
    assert.equal(url, "/a");
    assert.equal(String(init.body), "answer=good_day&at=2026-03-04T08%3A00%3A00.000Z");
    assert.deepEqual([init.method, init.credentials, (init.headers as Record<string, string>)["Accept"]], ["POST", "omit", "application/json"]);
    assert.deepEqual([phone.kept, phone.told], [[], []]);
  });
  it("are known as tried before they are sent: the worker may end meanwhile", async () => {
    const phone = new Phone(() => json(200)).keep("/a");
    await phone.send();
    assert.deepEqual(phone.triedBeforeSending, [true]);
  });
  it("stay where there is no network, and nothing else is tried", async () => {
    const phone = new Phone(() => new TypeError("Failed to fetch")).keep("/a").keep("/b");
    assert.equal(await phone.send(), 2);
    assert.deepEqual(phone.sent.map(([url]) => url), ["/a"]);
    assert.deepEqual(phone.kept.map((each) => each.tried), [true, false]);
  });
  for (const status of [400, 401, 403, 408, 425, 429, 500, 502, 503, 504]) {
    it(`stay after ${status}, and do not hold up the others`, async () => {
      const phone = new Phone((url) => (url === "/a" ? json(status) : json(200))).keep("/a").keep("/b");
      assert.equal(await phone.send(), 1);
      assert.deepEqual(phone.kept.map((each) => each.url), ["/a"]);
      assert.deepEqual(phone.told, []);
    });
  }
  it("stay if a page of somebody else's network answers", async () => {
    const phone = new Phone(() => page(200)).keep("/a");
    assert.equal(await phone.send(), 1);
  });
  for (const status of [404, 409, 410, 422]) {
    it(`are over after ${status}, and the person hears so`, async () => {
      const phone = new Phone(() => json(status)).keep("/a");
      assert.equal(await phone.send(), 0);
      assert.deepEqual([phone.kept, phone.told], [[], [["Words of the server.", PAGE]]]);
    });
    it(`are over after ${status} with words of our own if the server has none`, async () => {
      for (const answer of [page(status), json(status, null), json(status, { words: 7 }), json(status, { words: " " })]) {
        const phone = new Phone(() => answer.clone()).keep("/a");
        await phone.send();
        assert.match(phone.told[0]?.[0] ?? "", /reminder|saved/);
      }
    });
  }
  it("that arrived before are done, without a word", async () => {
    const phone = new Phone(() => json(409)).keep("/a", { tried: true });
    assert.equal(await phone.send(), 0);
    assert.deepEqual([phone.kept, phone.told], [[], []]);
  });
  it("are thrown away after 48 hours, unsent", async () => {
    const phone = new Phone(() => json(200)).keep("/old", { keptAt: NOW - KEEP_MS - 1 }).keep("/new", { keptAt: NOW - KEEP_MS });
    assert.equal(await phone.send(), 0);
    assert.deepEqual(phone.sent.map(([url]) => url), ["/new"]);
    assert.deepEqual(phone.kept, []);
  });
});

describe("what the server says", () => {
  it("is read with its character set", async () => {
    const answer = new Response("{}", { headers: { "Content-Type": "application/json; charset=utf-8" } });
    assert.deepEqual(await outcomeOf(answer, false), { kind: "done" });
  });
  it("is no receipt if it is broken", async () => {
    const answer = new Response("{", { headers: { "Content-Type": "application/json" } });
    assert.deepEqual(await outcomeOf(answer, false), { kind: "later" });
  });
  it("is cut where a phone would cut it", async () => {
    const outcome = await outcomeOf(json(410, { words: "x".repeat(5000) }), false);
    assert.equal(outcome.kind === "refused" && outcome.words.length, 200);
  });
});
