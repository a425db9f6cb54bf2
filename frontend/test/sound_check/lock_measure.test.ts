import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockMeasure } from "../../src/page/sound_check/lock_measure.ts";

const START = 1_700_000_000_000;
const BELLS = { firstMs: 14_000, lastMs: 18_000, endMs: 25_000 };

/** A test whose track started at START; times in s after it. */
function test() {
  const measure = new LockMeasure(BELLS);
  return {
    hides: (s: number, position = s) => measure.hidden(START + s * 1000, position * 1000),
    runs: (from: number, to: number) => {
      for (let s = from; s <= to; s += 1) measure.pulse(START + s * 1000);
    },
    comesBack: (s: number, position = s) => {
      measure.shown(START + s * 1000, position * 1000);
      return measure.result();
    },
    result: () => measure.result(),
  };
}

describe("a lock test", () => {
  it("in which the page stayed in view says nothing about a locked phone", () => {
    const phone = test();
    phone.runs(0, 25);
    assert.deepEqual(phone.result(), { verdict: "in_view", hiddenS: 0, heardS: 0, asleepS: 0 });
  });
  it("went on when the sound moved as the clock did, with all bells out of sight", () => {
    const phone = test();
    phone.hides(5);
    phone.runs(6, 22);
    assert.deepEqual(phone.comesBack(22, 21.4), { verdict: "went_on", hiddenS: 17, heardS: 16, asleepS: 0 });
  });
  it("went on too when the track was over long before somebody came back", () => {
    const phone = test();
    phone.hides(5);
    phone.runs(6, 25);
    const found = phone.comesBack(125, 25);
    assert.equal(found.verdict, "went_on");
    assert.equal(found.hiddenS, 20, "only the time of the test counts");
  });
  it("went on although the page slept: then the phone plays by itself", () => {
    const phone = test();
    phone.hides(5);
    assert.deepEqual(phone.comesBack(24, 24), { verdict: "went_on", hiddenS: 19, heardS: 19, asleepS: 19 });
  });
  it("stopped when the sound stood still, and says how far it got", () => {
    const phone = test();
    phone.hides(5);
    phone.runs(6, 8);
    assert.deepEqual(phone.comesBack(24, 8), { verdict: "stopped", hiddenS: 19, heardS: 3, asleepS: 16 });
  });
  it("has not shown everything when somebody came back before the third bell, or left after the first", () => {
    const early = test();
    early.hides(5);
    assert.equal(early.comesBack(17).verdict, "partly");
    const late = test();
    late.hides(15);
    assert.equal(late.comesBack(24).verdict, "partly");
  });
  it("adds up when the phone was locked twice", () => {
    const phone = test();
    phone.hides(2);
    phone.comesBack(4);
    phone.hides(6);
    const found = phone.comesBack(24, 24);
    assert.deepEqual([found.verdict, found.hiddenS], ["went_on", 20]);
  });
  it("takes a second word of hiding or coming back for nothing", () => {
    const phone = test();
    phone.comesBack(3);
    phone.hides(5);
    phone.hides(9);
    phone.comesBack(22);
    assert.equal(phone.comesBack(24).hiddenS, 17);
  });
  it("is not fooled by a clock that was set back meanwhile", () => {
    const phone = test();
    phone.hides(5);
    const found = phone.comesBack(-3000, 22);
    assert.deepEqual([found.verdict, found.hiddenS, found.heardS, found.asleepS], ["went_on", 0, 17, 0]);
  });
});
