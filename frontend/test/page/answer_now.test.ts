import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startAnswerNow } from "../../src/page/answer_now.ts";

// What the component needs of a browser, and no more.
class Form {
  sent: unknown[] = [];
  constructor(private readonly buttons: unknown[]) {}
  querySelector(): unknown {
    return this.buttons[0] ?? null;
  }
  requestSubmit(button: unknown): void {
    this.sent.push([button, world.location.pathname + world.location.search]);
  }
}

const world = {
  HTMLFormElement: Form,
  location: { pathname: "/reminders/answer/abc", search: "?answer=good_day" },
  history: {
    state: null,
    replaceState: (_state: unknown, _title: string, address: string) => {
      [world.location.pathname, world.location.search] = [address.split("?")[0] ?? "", address.split("?")[1] ?? ""];
    },
  },
};

/** Open the page that the browser opened for a tap, with this form on it. */
function open(form: Form): void {
  Object.assign(world.location, { pathname: "/reminders/answer/abc", search: "?answer=good_day" });
  for (const [name, value] of Object.entries(world)) Object.defineProperty(globalThis, name, { value, configurable: true });
  startAnswerNow(form as unknown as HTMLElement);
}

describe("an answer that was tapped on a notification", () => {
  it("is sent by the form's first button, from an address that does not send it once more", () => {
    const form = new Form(["good day", "not today"]);
    open(form);
    assert.deepEqual(form.sent, [["good day", "/reminders/answer/abc"]]);
  });
  it("is not sent where there is no button", () => {
    const form = new Form([]);
    open(form);
    assert.deepEqual(form.sent, []);
    assert.equal(world.location.search, "?answer=good_day");
  });
});
