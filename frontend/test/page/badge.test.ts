import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clearBadge } from "../../src/page/badge.ts";

/** A page at `pathname` whose icon counts how often its number was cleared. */
function pageAt(pathname: string, { refuses = false } = {}) {
  const listeners: (() => void)[] = [];
  const page = {
    cleared: 0,
    document: {
      visibilityState: "visible" as DocumentVisibilityState,
      addEventListener: (_type: string, listener: () => void) => void listeners.push(listener),
    },
    navigator: {
      clearAppBadge: () => {
        page.cleared += 1;
        return refuses ? Promise.reject(new DOMException("not installed", "NotAllowedError")) : Promise.resolve();
      },
    },
    location: { pathname },
    turn: (state: DocumentVisibilityState) => {
      page.document.visibilityState = state;
      for (const listener of listeners) listener();
    },
  };
  return page;
}

function opened(pathname: string, options = {}) {
  const page = pageAt(pathname, options);
  clearBadge(page as unknown as Parameters<typeof clearBadge>[0]);
  return page;
}

describe("the number at the app's icon", () => {
  for (const where of ["/today", "/reminders/answer/abc.def"]) {
    it(`is cleared by opening ${where}`, () => assert.equal(opened(where).cleared, 1));
  }
  for (const where of ["/reminders", "/today/else", "/settings/", "/sessions/1"]) {
    it(`stays when ${where} is opened`, () => assert.equal(opened(where).cleared, 0));
  }
  it("is cleared again by coming back, and not by leaving", () => {
    const page = opened("/today");
    page.turn("hidden");
    assert.equal(page.cleared, 1);
    page.turn("visible");
    assert.equal(page.cleared, 2);
  });
  it("may be refused without anything else failing", async () => {
    assert.equal(opened("/today", { refuses: true }).cleared, 1);
    await new Promise((done) => setTimeout(done));
  });
  it("is no matter where icons have none", () => {
    const page = pageAt("/today");
    clearBadge({ ...page, navigator: {} } as unknown as Parameters<typeof clearBadge>[0]);
    assert.equal(page.cleared, 0);
  });
});
