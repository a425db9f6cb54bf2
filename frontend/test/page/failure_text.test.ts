import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureText, type Failure } from "../../src/page/failure_text.ts";

describe("a request that failed", () => {
  const failures: Failure[] = [500, 503, "late", "unreachable"];
  for (const failure of failures) {
    it(`says that nothing typed is lost (${failure})`, () => assert.match(failureText(failure), /still here/));
    it(`says what to do, calmly (${failure})`, () => {
      assert.match(failureText(failure), /try again|needs a network/);
      assert.ok(!failureText(failure).includes("!"));
    });
  }
  it("tells a missing connection from a fault of ours", () => assert.notEqual(failureText("unreachable"), failureText(500)));
});
