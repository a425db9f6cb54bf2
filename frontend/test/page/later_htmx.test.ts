import assert from "node:assert/strict";
import { test } from "node:test";
import { loadHtmxLater } from "../../src/page/later_htmx.ts";

const aMoment = (): Promise<void> => new Promise((done) => setTimeout(done, 25));

/** A page that is one form of htmx's, with a field that is the form itself. */
class Page extends EventTarget {
  sent = 0;
  typed = 0;
  loads = 0;

  constructor(private readonly htmx: "comes" | "fails" = "comes") {
    super();
    loadHtmxLater(this as unknown as Document, (act) => (this.paint = act), () => this.load());
    this.addEventListener("submit", () => (this.sent += 1));
    this.addEventListener("input", () => (this.typed += 1));
  }

  paint = (): void => undefined;

  private load(): Promise<void> {
    this.loads += 1;
    return this.htmx === "comes" ? Promise.resolve() : Promise.reject(new Error("no network"));
  }

  matches(): boolean {
    return true;
  }

  closest(): this {
    return this;
  }

  requestSubmit(): void {
    this.dispatchEvent(new Event("submit", { cancelable: true }));
  }
}

test("htmx is loaded once, when the page is painted", async () => {
  const page = new Page();
  assert.equal(page.loads, 0);
  page.paint();
  page.paint();
  await aMoment();
  assert.equal(page.loads, 1);
  page.requestSubmit();
  assert.equal(page.sent, 1);
});

test("a form that is sent before waits for htmx, which is loaded at once", async () => {
  const page = new Page();
  page.requestSubmit();
  page.requestSubmit();
  assert.deepEqual([page.sent, page.loads], [0, 1]);
  await aMoment();
  assert.equal(page.sent, 1);
});

test("without htmx a form is sent by itself", async () => {
  const page = new Page("fails");
  page.requestSubmit();
  await aMoment();
  assert.equal(page.sent, 1);
  page.requestSubmit();
  assert.equal(page.sent, 2);
});

test("what is typed before htmx is there is told to it", async () => {
  const page = new Page();
  page.dispatchEvent(new Event("input"));
  assert.deepEqual([page.typed, page.loads], [1, 1]);
  await aMoment();
  assert.equal(page.typed, 2);
});
