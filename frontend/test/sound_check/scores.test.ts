import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RATE } from "../../src/page/sound/rate.ts";
import { LOCK_TEST, LOCK_TEST_PASSED, lockTest, markAt, SOUND_CHECK, soundCheck, type Piece } from "../../src/page/sound_check/scores.ts";

const LOUD = { bells: 0.7, voice: 1 };
const RECORDED = new Map([[SOUND_CHECK, 1_600], [LOCK_TEST, 4_200], [LOCK_TEST_PASSED, 4_600]]);

/** Each sound with its time in ms. */
function sounding({ sounds }: Piece): [string, number][] {
  return sounds.map(({ what, at }) => [what, Math.round((at / RATE) * 1000)]);
}

describe("the sound check", () => {
  it("is a bell, and the voice once the bell has faded", () => {
    const piece = soundCheck(RECORDED, LOUD);
    assert.deepEqual(sounding(piece), [["start", 300], [SOUND_CHECK, 1_700]]);
    assert.equal(piece.durationMs, 4_000);
    assert.deepEqual(piece.sounds.map(({ gain }) => gain), [0.7, 1]);
  });
  it("leaves out what is off, and what was not recorded", () => {
    assert.deepEqual(sounding(soundCheck(RECORDED, { bells: 0, voice: 1 })), [[SOUND_CHECK, 1_700]]);
    assert.deepEqual(sounding(soundCheck(RECORDED, { bells: 1, voice: 0 })), [["start", 300]]);
    assert.deepEqual(sounding(soundCheck(new Map(), LOUD)), [["start", 300]]);
  });
});

describe("the lock test", () => {
  it("keeps what its voice promises: ten seconds, then three bells, two seconds apart", () => {
    const piece = lockTest(RECORDED, LOUD);
    const promised = 300 + 4_200;
    assert.deepEqual(sounding(piece), [
      [LOCK_TEST, 300],
      ["start", promised + 10_000],
      ["start", promised + 12_000],
      ["start", promised + 14_000],
      [LOCK_TEST_PASSED, promised + 16_000],
    ]);
    assert.deepEqual(piece.bells, { firstMs: 14_500, lastMs: 18_500, endMs: piece.durationMs });
    assert.equal(piece.durationMs, 20_500 + 4_600 + 700);
  });
  it("leaves time to read where nothing was recorded, and has the bells all the same", () => {
    const piece = lockTest(new Map(), LOUD);
    assert.deepEqual(sounding(piece), [["start", 15_300], ["start", 17_300], ["start", 19_300]]);
  });
  it("knows what is going on at each moment", () => {
    const piece = lockTest(RECORDED, LOUD);
    const seen = [0, 4_499, 4_500, 14_499, 14_500, 16_500, 18_500, 20_500, 99_000].map((ms) => markAt(piece, ms));
    assert.deepEqual(seen, ["lock", "lock", "silence", "silence", "bell-1", "bell-2", "bell-3", "passed", "passed"]);
  });
});
