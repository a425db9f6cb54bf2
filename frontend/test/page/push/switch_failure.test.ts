import assert from "node:assert/strict";
import { test } from "node:test";
import { switchFailure } from "../../../src/page/push/switch_failure.ts";

test("each failure has words of its own, and says what to do", () => {
  const failures: [string, number][] = [["", 500], ["", 422], ["NotAllowedError", 0], ["AbortError", 0], ["TimeoutError", 0], ["TypeError", 0], ["WorkerError", 0], ["OddError", 0]];
  const words = failures.map(([name, status]) => switchFailure(name, status));
  assert.equal(new Set(words).size, failures.length);
  for (const each of words) assert.match(each, /[Pp]lease|look at|may help/);
});
