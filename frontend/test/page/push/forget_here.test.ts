import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetHere, type Leaving } from "../../../src/page/push/forget_here.ts";
import { markedFor, markFor } from "../../../src/page/push/mark.ts";
import { Manager, KEY, noStorage, storage } from "./playing.ts";

test("whoever signs out leaves no subscription, no notification, no number and no mark", async () => {
  const manager = new Manager(KEY);
  const closed: string[] = [];
  const shown = ["one", "two"].map((tag) => ({ close: () => closed.push(tag) }));
  let cleared = 0;
  const registration = { pushManager: manager, getNotifications: () => Promise.resolve(shown) };
  const browser = {
    serviceWorker: { getRegistration: () => Promise.resolve(registration) },
    clearAppBadge: () => {
      cleared += 1;
      return Promise.resolve();
    },
  } as unknown as Leaving;
  const kept = storage({ "good-days.reminders": "ana", "good-days.zone-answers": "{}", "good-days.settings": "{}" });
  await forgetHere(browser, () => kept);
  assert.equal(manager.current, null);
  assert.deepEqual(closed, ["one", "two"]);
  assert.equal(cleared, 1);
  assert.deepEqual(Object.keys(kept), ["good-days.settings"]);
});

test("a browser that refuses everything signs out all the same", async () => {
  const no = (): Promise<never> => Promise.reject(new DOMException("no", "SecurityError"));
  await forgetHere({ serviceWorker: { getRegistration: no }, clearAppBadge: no } as Leaving, noStorage);
  await forgetHere({} as Leaving, noStorage);
  const broken = { pushManager: { getSubscription: no }, getNotifications: no };
  await forgetHere({ serviceWorker: { getRegistration: () => Promise.resolve(broken) } } as unknown as Leaving, noStorage);
});

test("the mark says whose reminders were turned on here", () => {
  const kept = storage();
  assert.equal(markedFor(() => kept), "");
  markFor("ana", () => kept);
  assert.equal(markedFor(() => kept), "ana");
  markFor("", () => kept);
  assert.equal(markedFor(() => kept), "");
  markFor("ana", noStorage);
  assert.equal(markedFor(noStorage), "");
});
