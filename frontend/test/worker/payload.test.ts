// Whatever a push service brings, something is shown, and no address but ours is kept.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addressIn, noticeOf, plainNotice, receiptIn } from "../../src/worker/payload.ts";

const ORIGIN = "https://good.example";
const TOKEN = "/reminders/answer/a.b-c_d";

/** As payload_of writes it for a check-in. */
function sample(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    web_push: 8030,
    notification: {
      title: "Good Days",
      body: "Time for your check-in",
      navigate: ORIGIN + TOKEN,
      tag: "0198c0de-0000-7000-8000-000000000000",
      lang: "en-GB",
      icon: `${ORIGIN}/static/icons/icon-192.png`,
      actions: [
        { action: "good_day", title: "Good day", navigate: `${ORIGIN}${TOKEN}?answer=good_day` },
        { action: "not_today", title: "Not today", navigate: `${ORIGIN}${TOKEN}?answer=not_today` },
        { action: "third", title: "Third", navigate: `${ORIGIN}/today` },
      ],
      data: { kind: "check_in", answer: TOKEN, shown: `${TOKEN}/shown` },
      app_badge: 2,
      ...changes,
    },
    app_badge: 2,
  };
}

const read = (value: unknown, buttons = 2): ReturnType<typeof noticeOf> => noticeOf(JSON.stringify(value), ORIGIN, buttons);

describe("a reminder", () => {
  const notice = read(sample());
  it("is shown as it was written", () => {
    assert.equal(notice.title, "Good Days");
    assert.equal(notice.options.body, "Time for your check-in");
    assert.equal(notice.options.tag, "0198c0de-0000-7000-8000-000000000000");
    assert.equal(notice.options.lang, "en-GB");
    assert.equal(notice.options.icon, `${ORIGIN}/static/icons/icon-192.png`);
    assert.equal(notice.options.badge, `${ORIGIN}/static/icons/badge-96.png`);
  });
  it("rings again when a second one takes its place", () => assert.equal(notice.options.renotify, true));
  it("has as many buttons as the browser shows, the most wanted first", () => {
    assert.deepEqual(notice.options.actions?.map((each) => each.action), ["good_day", "not_today"]);
    assert.deepEqual(read(sample(), 0).options.actions, []);
    assert.equal(read(sample(), 3).options.actions?.length, 3);
  });
  it("keeps what a tap needs", () => {
    assert.equal(notice.options.data.navigate, ORIGIN + TOKEN);
    assert.equal(notice.options.data.answer, ORIGIN + TOKEN);
    assert.equal(notice.options.data.pages["good_day"], `${ORIGIN}${TOKEN}?answer=good_day`);
  });
  it("says where to report it, and what the icon counts", () => {
    assert.equal(notice.receipt, `${ORIGIN}${TOKEN}/shown`);
    assert.equal(notice.badge, 2);
  });
  it("may clear the icon's number", () => assert.equal(read({ ...sample(), app_badge: 0 }).badge, 0));
  it("reads a badge where the first Safari reads it", () => assert.equal(read({ ...sample(), app_badge: undefined }).badge, 2));
  it("is shown with what can be read of it", () => {
    const half = read(sample({ title: 7, actions: "none", icon: null }));
    assert.equal(half.title, "Good Days");
    assert.equal(half.options.body, "Time for your check-in");
    assert.equal(half.options.data.navigate, ORIGIN + TOKEN);
    assert.equal(half.options.icon, `${ORIGIN}/static/icons/icon-192.png`);
  });
  it("writes a language as browsers do", () => assert.equal(read(sample({ lang: "en_GB" })).options.lang, "en-GB"));
  it("has each button once", () => {
    const twice = [{ action: "later", title: "Later" }, { action: "later", title: "Again" }];
    assert.deepEqual(read(sample({ actions: twice })).options.actions, [{ action: "later", title: "Later" }]);
  });
});

const BAD_TEXTS = ["", " ", "null", "true", "1", "-0", '"Good Days"', "[]", "[[[]]]", "{", "}", '{"notification":', "undefined", "NaN", "<html>", "\0", "\ufffd\ufffd", "{}{}",
  "[".repeat(10_000), '{"notification":{"title":"\\ud800"}}', '{"__proto__":{"notification":{"title":"x"}}}', '{"notification":{"data":{"__proto__":null}}}'];
const BAD_VALUES: unknown[] = [null, true, 0, -1, 1e309, "", " ", "x".repeat(100_000), [], [null], {}, { title: {} }];
const MEMBERS = ["title", "body", "navigate", "tag", "lang", "icon", "actions", "data"];

describe("a message of bad shape", () => {
  const all: [string, string][] = [
    ...BAD_TEXTS.map((text): [string, string] => [JSON.stringify(text.slice(0, 40)), text]),
    ...BAD_VALUES.map((value): [string, string] => [`notification ${JSON.stringify(value).slice(0, 40)}`, JSON.stringify({ notification: value, app_badge: value })]),
    ...MEMBERS.flatMap((member) =>
      BAD_VALUES.map((value): [string, string] => [`${member} ${JSON.stringify(value).slice(0, 40)}`, JSON.stringify(sample({ [member]: value }))]),
    ),
    ...BAD_VALUES.map((value): [string, string] => [`action ${JSON.stringify(value).slice(0, 40)}`, JSON.stringify(sample({ actions: [{ action: value, title: value, navigate: value }] }))]),
    ...BAD_VALUES.map((value): [string, string] => [`addresses ${JSON.stringify(value).slice(0, 40)}`, JSON.stringify(sample({ data: { answer: value, shown: value } }))]),
  ];
  it("comes in more than sixty kinds here", () => assert.ok(all.length > 60));
  for (const [name, text] of all) {
    it(`is shown all the same: ${name}`, () => {
      const { title, options, badge, receipt } = noticeOf(text, ORIGIN, 2);
      assert.ok(title.trim() !== "" && title.length <= 300);
      assert.ok((options.body ?? "").length <= 300);
      assert.ok(typeof options.tag === "string" && options.tag !== "" && options.tag.length <= 100, "renotify without a tag is a TypeError");
      assert.ok(options.lang === undefined || typeof options.lang === "string");
      assert.ok((options.actions ?? []).every((each) => typeof each.action === "string" && typeof each.title === "string"));
      assert.ok(badge === null || (Number.isInteger(badge) && badge >= 0));
      const addresses = [options.icon, options.badge, options.data.navigate, options.data.answer, receipt, ...Object.values(options.data.pages)];
      for (const each of addresses) assert.ok(each === null || each?.startsWith(`${ORIGIN}/`), String(each));
      structuredClone(options);
    });
  }
  it("opens Today where it says nothing", () => {
    const plain = noticeOf("", ORIGIN, 2);
    assert.equal(plain.title, "Good Days");
    assert.equal(plain.options.data.navigate, `${ORIGIN}/today`);
    assert.equal(plain.receipt, null);
    assert.equal(plain.badge, null);
  });
});

const FOREIGN = ["https://evil.example/", "//evil.example/x", "/\\evil.example", "\\\\evil.example", "http://good.example/", "https://good.example:444/", "https://good.example.evil.example/",
  "https://u@good.example/", "javascript:alert(1)", "data:text/html,x", "blob:https://good.example/1", "about:blank", "https://", "http://[", "filesystem:https://good.example/x"];

describe("an address of somebody else's", () => {
  for (const address of FOREIGN) {
    it(`is not kept: ${address}`, () => {
      assert.equal(addressIn(address, ORIGIN), null);
      const notice = read(sample({ navigate: address, data: { answer: address, shown: address }, actions: [{ action: "start", title: "Start", navigate: address }] }));
      assert.equal(notice.options.data.navigate, `${ORIGIN}/today`);
      assert.deepEqual([notice.options.data.answer, notice.receipt, notice.options.data.pages], [null, null, {}]);
    });
  }
});

describe("a notification that the browser shows by itself", () => {
  it("says where to report it", () => assert.equal(receiptIn({ shown: `${TOKEN}/shown` }, ORIGIN), `${ORIGIN}${TOKEN}/shown`));
  for (const data of [null, undefined, "x", [], {}, { shown: 1 }, { shown: "https://evil.example/" }]) {
    it(`is not reported with ${JSON.stringify(data)}`, () => assert.equal(receiptIn(data, ORIGIN), null));
  }
});

describe("a notification of our own", () => {
  const notice = plainNotice("This reminder is over.", ORIGIN + TOKEN, ORIGIN);
  it("says it in words, opens the page, and takes no answer", () => {
    assert.equal(notice.options.body, "This reminder is over.");
    assert.equal(notice.options.data.navigate, ORIGIN + TOKEN);
    assert.deepEqual([notice.options.data.answer, notice.receipt, notice.badge], [null, null, null]);
  });
});
