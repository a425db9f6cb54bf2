import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { NOBODY } from "../../src/offline/device_facts.ts";
import { candidates, dayIn, madeOf, personOf, turnOf } from "../../src/offline/page_choice.ts";

const ANA = "0198c7c2-0000-7000-8000-00000000000a";
const BEN = "0198c7c2-0000-7000-8000-00000000000b";
const TODAY = "2026-11-23";
const keys = (asked: string): string[] => candidates(asked, TODAY).map(({ key, onItsDayOnly }) => key + (onItsDayOnly ? " (of today)" : ""));

describe("who is here after an answer", () => {
  it("is whoever it is for, and the pages of others go", () => {
    assert.deepEqual(turnOf(undefined, ANA, 10, 11), { present: { id: ANA, began: 10 }, wipes: "others" });
    assert.deepEqual(turnOf({ id: ANA, began: 10 }, BEN, 20, 21), { present: { id: BEN, began: 20 }, wipes: "others" });
  });
  it("stays the same for one more answer of theirs, their time zone too", () => {
    const before = { id: ANA, began: 10, zone: "Europe/Lisbon" };
    assert.deepEqual(turnOf(before, ANA, 20, 21), { present: before, wipes: "none" });
  });
  it("is nobody after a sign-out, and all pages go", () => {
    assert.deepEqual(turnOf({ id: ANA, began: 10 }, NOBODY, 20, 21), { present: { id: NOBODY, began: 20 }, wipes: "others" });
  });
  it("is nobody after an answer that was asked for before somebody left or came: it must not bring them back", () => {
    assert.deepEqual(turnOf({ id: NOBODY, began: 20 }, ANA, 10, 30), { present: { id: NOBODY, began: 30 }, wipes: "all" });
    assert.deepEqual(turnOf({ id: BEN, began: 20 }, ANA, 10, 30), { present: { id: NOBODY, began: 30 }, wipes: "all" });
  });
  it("is known again with the next answer, also where the clock was set back", () => {
    const first = turnOf({ id: ANA, began: 1_000_000 }, BEN, 10, 11);
    assert.equal(first.wipes, "all");
    assert.equal(turnOf(first.present, BEN, 12, 13).present.id, BEN);
  });
  it("is never somebody whose pages were kept before somebody else's answer, whatever the order", () => {
    const answers: [string, number][] = [[ANA, 1], [BEN, 2], [ANA, 3], [NOBODY, 4], [ANA, 1], [BEN, 2]];
    for (let seed = 1; seed <= 200; seed += 1) {
      const order = shuffled(answers, seed);
      let present: ReturnType<typeof turnOf>["present"] | undefined;
      let latest = 0;
      for (const [id, began] of order) {
        present = turnOf(present, id, began, latest + 100).present;
        latest += 1;
        // Who is shown pages is the one whose answer came just now, or nobody.
        assert.ok(present.id === id || present.id === NOBODY, JSON.stringify(order));
      }
    }
  });
});

describe("what may be shown for an address", () => {
  it("is Today of today, else the coming days", () => assert.deepEqual(keys("/today"), ["/today (of today)", "/today/ahead"]));
  it("is today's check-in, by whichever address", () =>
    assert.deepEqual(keys("/check-in"), ["/check-in (of today)", `/check-in/${TODAY} (of today)`, `/check-in/${TODAY}?on=${TODAY}`]));
  it("is a day's check-in, best as of today", () =>
    assert.deepEqual(keys(`/check-in/${TODAY}`), [`/check-in/${TODAY} (of today)`, `/check-in/${TODAY}?on=${TODAY}`, `/check-in/${TODAY}`]));
  it("is the form to change it, else the day", () =>
    assert.deepEqual(keys("/check-in/2026-11-20?change=yes").slice(-2), ["/check-in/2026-11-20?change=yes", "/check-in/2026-11-20"]));
  it("is a session as of today, else as it was looked at, else as of a later day", () => {
    const found = keys("/sessions/x");
    assert.deepEqual(found.slice(0, 3), ["/sessions/x (of today)", `/sessions/x?on=${TODAY}`, "/sessions/x"]);
    assert.equal(found.at(-1), "/sessions/x?on=2026-11-29");
  });
  it("is the page without its query where that one is not kept", () => assert.deepEqual(keys("/worry?session=x"), ["/worry?session=x", "/worry"]));
  it("is only the page itself otherwise", () => assert.deepEqual(keys("/settings/devices"), ["/settings/devices"]));
});

describe("the headers of the server", () => {
  it("name a person or nobody", () => {
    assert.equal(personOf(ANA), ANA);
    assert.equal(personOf("nobody"), "nobody");
    for (const other of [null, "", "Nobody", "../x", `${ANA}x`, "0".repeat(36)]) assert.equal(personOf(other), null);
  });
  it("name day, zone and build", () => {
    assert.deepEqual(madeOf("2026-11-23 Europe/Lisbon 0a1b2c3d"), { day: "2026-11-23", zone: "Europe/Lisbon", build: "0a1b2c3d" });
    for (const other of [null, "", "2026-11-23", "2026-11-23 UTC"]) assert.equal(madeOf(other), null);
  });
});

test("a day is that of the person's zone; of an unknown one there is none", () => {
  const at = Date.UTC(2026, 10, 23, 23, 30);
  assert.equal(dayIn("Europe/London", at), "2026-11-23");
  assert.equal(dayIn("Asia/Tokyo", at), "2026-11-24");
  assert.equal(dayIn("Nowhere/At all", at), "");
});

function shuffled<Each>(all: readonly Each[], seed: number): Each[] {
  const left = [...all];
  const found: Each[] = [];
  let random = seed;
  while (left.length > 0) {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    found.push(...left.splice(random % left.length, 1));
  }
  return found;
}
