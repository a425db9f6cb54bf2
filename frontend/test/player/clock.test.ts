import assert from "node:assert/strict";
import { test } from "node:test";
import { GuardedClock } from "../../src/page/player/clock.ts";
import { uuid7 } from "../../src/outbox/uuid7.ts";

/** A device whose clocks can be moved apart. */
function device() {
  const at = { wall: 1_000_000, monotonic: 500, visible: true };
  const clock = new GuardedClock({ wall: () => at.wall, monotonic: () => at.monotonic, visible: () => at.visible });
  const pass = (ms: number): void => {
    at.wall += ms;
    at.monotonic += ms;
  };
  return { at, clock, pass };
}

test("a clock that nobody touches keeps wall time", () => {
  const { clock, pass } = device();
  for (let i = 0; i < 100; i += 1) {
    pass(137);
    clock.now();
  }
  assert.equal(clock.now(), 1_000_000 + 13_700);
});

test("setting the device's clock back does not move a session back", () => {
  const { at, clock, pass } = device();
  pass(1000);
  at.wall -= 3_600_000;
  assert.equal(clock.now(), 1_001_000);
  pass(1000);
  assert.equal(clock.now(), 1_002_000);
});

test("a small correction forward of the device's clock is left out while visible", () => {
  const { at, clock, pass } = device();
  pass(1000);
  at.wall += 3_000;
  assert.equal(clock.now(), 1_001_000);
});

test("sleep with the page open counts, though the monotonic time stopped", () => {
  const { at, clock } = device();
  at.wall += 60_000;
  assert.equal(clock.now(), 1_060_000);
});

test("time while hidden is wall time, however short", () => {
  const { at, clock, pass } = device();
  pass(1000);
  at.visible = false;
  clock.noticeHidden();
  at.wall += 3_000;
  at.visible = true;
  assert.equal(clock.now(), 1_004_000);
  pass(500);
  assert.equal(clock.now(), 1_004_500);
});

test("looking often while hidden does not make the clock run ahead", () => {
  const at = { wall: 1_000_000.7, monotonic: 500 };
  const clock = new GuardedClock({ wall: () => Math.floor(at.wall), monotonic: () => at.monotonic, visible: () => false });
  for (let i = 0; i < 600; i += 1) {
    at.wall += 1000.3;
    at.monotonic += 1000.3;
    clock.now();
  }
  assert.ok(Math.abs(clock.now() - at.wall) < 2);
});

test("the clock never goes back, hidden or not", () => {
  const { at, clock } = device();
  let before = clock.now();
  for (const [wall, monotonic, visible] of [[-9e6, 5, false], [0, 0, true], [-1, 3, true], [7e6, 1, false], [-7e6, 1, true]] as const) {
    at.wall += wall;
    at.monotonic += monotonic;
    at.visible = visible;
    const now = clock.now();
    assert.ok(now >= before);
    before = now;
  }
});

test("an id made on the phone is a UUID version 7 that carries its time", () => {
  const id = uuid7(0x0190_1234_5678, new Uint8Array(10).fill(255));
  assert.equal(id, "01901234-5678-7fff-bfff-ffffffffffff");
  assert.ok(uuid7(1_700_000_000_000) < uuid7(1_700_000_000_001));
});
