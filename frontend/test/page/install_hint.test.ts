import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isQuiet, offersOnlyByHand } from "../../src/page/install_hint.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 2, 29);

describe("the install hint", () => {
  it("is not quiet when it was never declined", () => assert.equal(isQuiet(null, NOW), false));
  it("stays away for 60 days after it was declined", () => {
    assert.equal(isQuiet(NOW, NOW), true);
    assert.equal(isQuiet(NOW - 59 * DAY_MS, NOW), true);
    assert.equal(isQuiet(NOW - 60 * DAY_MS, NOW), false);
  });

  const devices: [string, string, string, number, boolean][] = [
    ["an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", "iPhone", 5, true],
    ["an iPad that calls itself a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15", "MacIntel", 5, true],
    ["a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15", "MacIntel", 0, false],
    ["an Android phone", "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Linux armv8l", 5, false],
  ];
  for (const [name, userAgent, platform, maxTouchPoints, byHand] of devices) {
    it(`${byHand ? "gives words" : "waits for the browser's offer"} on ${name}`, () => {
      assert.equal(offersOnlyByHand({ userAgent, platform, maxTouchPoints }), byHand);
    });
  }
});
