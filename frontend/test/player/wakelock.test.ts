import assert from "node:assert/strict";
import { test } from "node:test";
import { ScreenKeeper, type Screen, type WakeState } from "../../src/page/player/wakelock.ts";

interface Lock {
  released: boolean;
  release(): Promise<void>;
}

/** A screen that grants or refuses when told. */
function phone() {
  const locks: Lock[] = [];
  const told: WakeState[] = [];
  let asked = 0;
  let answer: (granted: boolean) => void = () => undefined;
  let appear: () => void = () => undefined;
  const screen: Screen = {
    request: () => {
      asked += 1;
      return new Promise<Lock>((grant, refuse) => {
        answer = (granted) => {
          if (!granted) return refuse(new Error("no"));
          const lock: Lock = { released: false, release: async () => void (lock.released = true) };
          locks.push(lock);
          grant(lock);
        };
      });
    },
    visible: () => true,
    whenVisible: (then) => void (appear = then),
  };
  const keeper = new ScreenKeeper((state) => void told.push(state), screen);
  return {
    keeper,
    locks,
    told,
    asked: () => asked,
    appears: () => appear(),
    async answers(granted: boolean) {
      answer(granted);
      await new Promise((done) => setTimeout(done));
    },
  };
}

test("asked at once from two sides, there is one request and one lock", async () => {
  const { keeper, locks, told, asked, appears, answers } = phone();
  keeper.keepOn();
  appears();
  keeper.keepOn();
  await answers(true);
  keeper.keepOn();
  assert.equal(asked(), 1);
  keeper.letGo();
  assert.deepEqual(locks.map((lock) => lock.released), [true]);
  assert.deepEqual(told, ["on", "off"]);
});

test("a lock that came too late is let go", async () => {
  const { keeper, locks, told, answers } = phone();
  keeper.keepOn();
  keeper.letGo();
  await answers(true);
  assert.deepEqual(locks.map((lock) => lock.released), [true]);
  assert.deepEqual(told, ["off"]);
});

test("refused, it asks again after a tap or when the page is seen again, not each second", async () => {
  const { keeper, told, asked, appears, answers } = phone();
  keeper.keepOn();
  await answers(false);
  for (let second = 0; second < 60; second += 1) keeper.keepOn();
  assert.equal(asked(), 1);
  assert.deepEqual(told, ["refused"]);
  keeper.tapped();
  assert.equal(asked(), 2);
  await answers(false);
  appears();
  assert.equal(asked(), 3);
  await answers(true);
  assert.deepEqual(told, ["refused", "refused", "on"]);
});

test("a lock that the system took is asked for again", async () => {
  const { keeper, locks, asked, answers } = phone();
  keeper.keepOn();
  await answers(true);
  const [lock] = locks;
  assert.ok(lock);
  lock.released = true;
  keeper.keepOn();
  assert.equal(asked(), 2);
  await answers(true);
  keeper.letGo();
  keeper.tapped();
  assert.equal(asked(), 2);
});
