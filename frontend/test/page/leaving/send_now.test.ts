import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ending } from "../../../src/outbox/sender.ts";
import { endingWords, sendNow } from "../../../src/page/leaving/send_now.ts";

function rounds(...endings: Ending[]): { round: () => Promise<Ending>; left: () => number } {
  return { round: async () => endings.shift() ?? "empty", left: () => endings.length };
}
const atOnce = async (): Promise<void> => undefined;

test("batch after batch is sent until nothing is due", async () => {
  const sender = rounds("sent", "sent", "empty", "later");
  assert.equal(await sendNow(sender, atOnce), "empty");
  assert.equal(sender.left(), 1);
});

test("without a network it ends after one try, and says that everything stays", async () => {
  const sender = rounds("later", "sent");
  const ending = await sendNow(sender, atOnce);
  assert.equal(ending, "later");
  assert.equal(sender.left(), 1);
  assert.match(endingWords(ending), /stay on this device/);
});

test("while another page is sending it waits for that one, but not for ever", async () => {
  assert.equal(await sendNow(rounds("busy", "busy", "empty"), atOnce), "empty");
  assert.equal(await sendNow({ round: async () => "busy" }, atOnce), "busy");
});

test("what needs the person is said: signed out, somebody else, an old version", () => {
  assert.match(endingWords("signed_out"), /Sign in again/);
  assert.match(endingWords("other_user"), /Somebody else is signed in/);
  assert.match(endingWords("reload"), /loaded anew/);
  assert.equal(endingWords("empty"), "");
});
