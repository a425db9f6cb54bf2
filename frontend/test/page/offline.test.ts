import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { isDue, isWanted } from "../../src/page/offline/due.ts";
import { when } from "../../src/page/offline/kept_line.ts";
import { groups } from "../../src/page/offline/kept_list.ts";

const MINUTE = 60_000;
const HERE = { user: "a", day: "2026-11-23", build: "0a" };
const WARMED = { ...HERE, at: 1_000 * MINUTE, pages: 9, wanted: 9 };
const NOW = WARMED.at + 10 * MINUTE;

describe("what is kept is fetched anew", () => {
  it("at the first time, for somebody else, on another day and in another build", () => {
    assert.equal(isDue(undefined, undefined, HERE, NOW), true);
    for (const other of [{ user: "b" }, { day: "2026-11-24" }, { build: "0b" }]) assert.equal(isDue(WARMED, undefined, { ...HERE, ...other }, NOW), true);
  });
  it("not again within an hour", () => {
    assert.equal(isDue(WARMED, undefined, HERE, NOW), false);
    assert.equal(isDue(WARMED, undefined, HERE, WARMED.at + 61 * MINUTE), true);
  });
  it("after something was written", () => {
    assert.equal(isDue(WARMED, NOW - MINUTE, HERE, NOW), true);
    assert.equal(isDue(WARMED, WARMED.at - MINUTE, HERE, NOW), false);
  });
  it("some minutes later where not all of it came", () => {
    const half = { ...WARMED, pages: 5 };
    assert.equal(isDue(half, undefined, HERE, WARMED.at + MINUTE), false);
    assert.equal(isDue(half, undefined, HERE, NOW), true);
  });
  it("once the clock was set back", () => assert.equal(isDue(WARMED, undefined, HERE, WARMED.at - MINUTE), true));
});

describe("of what is kept a page is fetched", () => {
  const round = { day: HERE.day, build: HERE.build, written: 0, path: "/today", now: NOW };
  const fresh = { at: NOW - MINUTE, made: { day: HERE.day, build: HERE.build } };
  const written = { ...round, written: NOW };

  it("if it is missing, old, of another day or build", () => {
    assert.equal(isWanted("/today", undefined, round), true);
    assert.equal(isWanted("/today", fresh, round), false);
    assert.equal(isWanted("/today", { ...fresh, at: NOW - 61 * MINUTE }, round), true);
    assert.equal(isWanted("/today", { ...fresh, made: { ...fresh.made, day: "2026-11-22" } }, round), true);
    assert.equal(isWanted("/today", { ...fresh, made: { ...fresh.made, build: "0b" } }, round), true);
  });
  it("not because it is made for a coming day", () =>
    assert.equal(isWanted("/sessions/x?on=2026-11-25", { ...fresh, made: { ...fresh.made, day: "2026-11-25" } }, round), false));
  it("after something was written, if it may show that", () => {
    for (const key of ["/today", "/today/ahead", "/progress", "/plan/why", "/check-in", "/sessions/x?on=2026-11-25", "/check-in/2026-11-23"]) {
      assert.equal(isWanted(key, fresh, written), true, key);
    }
    for (const key of ["/worry", "/settings/", "/check-in/2026-11-20", "/progress/sessions/x"]) assert.equal(isWanted(key, fresh, written), false, key);
  });
  it("after something was written about its own day", () => {
    assert.equal(isWanted("/check-in/2026-11-20?change=yes", fresh, { ...written, path: "/check-in/2026-11-20" }), true);
    assert.equal(isWanted("/progress/sessions/x", fresh, { ...written, path: "/progress/sessions/x" }), true);
  });
});

describe("the offline page", () => {
  const made = (day: string) => ({ day, zone: "UTC", build: "0a" });
  const page = (key: string, title: string, day = "2026-11-23") => ({ key, title, at: 0, made: made(day) });
  const id = "0198c7c2-0000-7000-8000-00000000000a";

  it("has nothing to offer where nothing is kept", () => assert.deepEqual(groups([], "2026-11-23"), []));
  it("offers the kept pages in the order in which they are wanted", () => {
    const found = groups(
      [
        page("/movements/neck-turns", "Neck turns"),
        page("/progress", "Progress"),
        page(`/sessions/${id}?on=2026-11-25`, "Main session", "2026-11-25"),
        page("/today", "Today"),
        page("/check-in/2026-11-22", "How was yesterday?"),
      ],
      "2026-11-23",
    );
    assert.deepEqual(found.map(({ title }) => title), ["First of all", "Sessions", "Days", "Movements"]);
    assert.deepEqual(found[0]?.links.map(({ title }) => title), ["Today", "Progress"]);
    assert.deepEqual(found[1]?.links, [{ key: `/sessions/${id}`, title: "Main session, Wednesday 25 November" }]);
    assert.equal(found[2]?.links[0]?.title, "yesterday");
  });
  it("offers Today and today's check-in from what was fetched ahead, and no session of a day that is over", () => {
    const found = groups(
      [page("/today/ahead", "The coming days"), page("/check-in/2026-11-25?on=2026-11-25", "How is today?", "2026-11-25"), page(`/sessions/${id}`, "Main session")],
      "2026-11-25",
    );
    assert.deepEqual(found.map(({ title }) => title), ["First of all"]);
    assert.deepEqual(found[0]?.links.map(({ key }) => key), ["/today", "/check-in", "/today/ahead"]);
  });
});

test("how old a kept page is, in words", () => {
  const now = new Date(2026, 10, 23, 9, 0).getTime();
  assert.equal(when(new Date(2026, 10, 23, 8, 5).getTime(), now), "8:05 today");
  assert.equal(when(new Date(2026, 10, 22, 21, 5).getTime(), now), "yesterday, 21:05");
  assert.equal(when(new Date(2026, 10, 20, 21, 5).getTime(), now), "Friday 20 November");
});
