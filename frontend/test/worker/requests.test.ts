import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { isPageMessage } from "../../src/protocol/page_message.ts";
import { droppedFiles, isBuiltFile, isFormSent, isLibraryFile, isPageVisit, isWriting, versionsBefore, type RequestFacts } from "../../src/worker/requests.ts";

const ORIGIN = "http://localhost:8000";
const at = (path: string): URL => new URL(path, ORIGIN);

function request(mode: string, method = "GET", headers: string[] = []): RequestFacts {
  return { mode, method, headers: { has: (name) => headers.includes(name) } };
}

describe("the worker", () => {
  it("answers somebody opening a page", () => assert.equal(isPageVisit(request("navigate"), at("/today")), true));
  it("never answers htmx, whatever the mode", () => {
    assert.equal(isPageVisit(request("same-origin", "GET", ["HX-Request"]), at("/today")), false);
    assert.equal(isPageVisit(request("navigate", "GET", ["HX-Request"]), at("/today")), false);
  });
  it("never answers a form being sent", () => assert.equal(isPageVisit(request("navigate", "POST"), at("/check-in")), false));
  for (const path of ["/sw.js", "/manifest.webmanifest", "/healthz", "/static/icons/icon-192.png"]) {
    it(`leaves ${path} to the browser`, () => assert.equal(isPageVisit(request("navigate"), at(path)), false));
  }
  it("keeps pictures of the library", () => assert.equal(isLibraryFile(request("no-cors"), at("/static/figures/neck-turns.avif?v=0123456789"), ORIGIN, "figures"), true));
  it("keeps the recorded voice", () => assert.equal(isLibraryFile(request("cors"), at("/static/voice/heart/0123456789ab.opus?v=1"), ORIGIN, "voice"), true));
  it("keeps none that may change behind its address", () => assert.equal(isLibraryFile(request("no-cors"), at("/static/figures/neck-turns.avif"), ORIGIN, "figures"), false));
  it("keeps no other picture", () => {
    assert.equal(isLibraryFile(request("no-cors"), at("/static/icons/icon-192.png"), ORIGIN, "figures"), false);
    assert.equal(isLibraryFile(request("no-cors"), new URL("https://elsewhere.example/static/figures/x.avif?v=1"), ORIGIN, "figures"), false);
    assert.equal(isLibraryFile(request("no-cors", "HEAD"), at("/static/figures/x.avif?v=1"), ORIGIN, "figures"), false);
  });
  it("throws older versions of a picture away, and nothing else", () => {
    const kept = ["/f/a.avif?v=1", "/f/a.avif?v=2", "/f/a.anim.avif?v=1", "/f/b.avif?v=1"];
    assert.deepEqual(versionsBefore("/f/a.avif?v=2", kept), ["/f/a.avif?v=1"]);
  });
});

describe("a message to the worker", () => {
  it("is known by its type", () => {
    assert.equal(isPageMessage({ type: "SKIP_WAITING" }), true);
    assert.equal(isPageMessage({ type: "SEND_ANSWERS" }), true);
  });
  it("is ignored when it is anything else", () => {
    for (const data of [null, undefined, "SKIP_WAITING", {}, { type: "skip" }, 1, []]) assert.equal(isPageMessage(data), false);
  });
});

describe("a form being sent", () => {
  const form = (referrer: string, mode = "navigate", method = "POST") => ({ mode, method, referrer });
  it("of one of our pages is the worker's concern", () => assert.equal(isFormSent(form(`${ORIGIN}/plan`), at("/plan/stop"), ORIGIN), true));
  it("of another site, or of nobody knows which, goes past it: sent on it would count as ours", () => {
    for (const referrer of ["", "https://elsewhere.example/", `${ORIGIN}.example/`, ORIGIN]) {
      assert.equal(isFormSent(form(referrer), at("/plan/stop"), ORIGIN), false, referrer);
    }
  });
  it("by htmx or a script goes past it", () => assert.equal(isFormSent(form(`${ORIGIN}/plan`, "cors"), at("/plan/stop"), ORIGIN), false));
});

describe("what changes kept pages", () => {
  it("is whatever is sent, but what devices tell of themselves", () => {
    assert.equal(isWriting({ method: "POST" }, at("/check-in"), ORIGIN), true);
    assert.equal(isWriting({ method: "POST" }, at("/api/outbox"), ORIGIN), true);
    assert.equal(isWriting({ method: "POST" }, at("/reminders/devices/state"), ORIGIN), false);
    assert.equal(isWriting({ method: "GET" }, at("/check-in"), ORIGIN), false);
  });
});

test("of the files of an older worker those that the new one drops are saved, and nothing else", () => {
  const kept = [`${ORIGIN}/static/dist/page.old.js`, `${ORIGIN}/static/dist/page.new.js`, `${ORIGIN}/offline?__WB_REVISION__=1`];
  assert.deepEqual(droppedFiles(kept, ["/static/dist/page.new.js", "/offline"], ORIGIN), [kept[0]]);
  assert.equal(isBuiltFile({ method: "GET" }, at("/static/dist/page.old.js"), ORIGIN), true);
  assert.equal(isBuiltFile({ method: "GET" }, at("/static/icons/favicon.svg"), ORIGIN), false);
});
