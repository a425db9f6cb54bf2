import assert from "node:assert/strict";
import { test } from "node:test";
import { guideOf, offerFor, type BrowserFacts, type Guide, type Offer } from "../../../src/page/push/browser.ts";

const AGENTS = {
  chromeAndroid: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
  samsung: "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
  firefoxAndroid: "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0",
  chrome: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  edge: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  chromeOnIphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.0.0 Mobile/15E148 Safari/604.1",
  iphone163: "Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Mobile/15E148 Safari/604.1",
  iphone164: "Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Mobile/15E148 Safari/604.1",
  mac: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
  macOld: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Safari/605.1.15",
};

function facts(userAgent: string, other: Partial<BrowserFacts> = {}): BrowserFacts {
  const able = { hasWorker: true, hasPush: true, permission: "default" as const, installed: false };
  return { userAgent, platform: "Linux", maxTouchPoints: 0, ...able, ...other };
}
const UNABLE = { hasPush: false, permission: "unsupported" as const };
const IPAD = { platform: "MacIntel", maxTouchPoints: 5 };

test("the instructions are those of the browser", () => {
  const expected: [string, Partial<BrowserFacts>, Guide][] = [
    [AGENTS.chromeAndroid, {}, "chrome-android"],
    [AGENTS.samsung, {}, "samsung"],
    [AGENTS.firefoxAndroid, {}, "firefox"],
    [AGENTS.chrome, {}, "chrome"],
    [AGENTS.edge, {}, "chrome"],
    [AGENTS.firefox, {}, "firefox"],
    [AGENTS.iphone, {}, "ios"],
    [AGENTS.chromeOnIphone, {}, "ios"],
    [AGENTS.mac, { platform: "MacIntel" }, "safari-mac"],
    [AGENTS.mac, IPAD, "ios"],
    ["", {}, "chrome"],
  ];
  for (const [agent, other, guide] of expected) assert.equal(guideOf(facts(agent, other)), guide, agent);
});

test("what can be offered follows what the browser can do, not its name", () => {
  const expected: [string, Partial<BrowserFacts>, Offer][] = [
    [AGENTS.chromeAndroid, {}, "ready"],
    [AGENTS.chrome, { permission: "granted" }, "ready"],
    [AGENTS.chrome, { permission: "denied" }, "denied"],
    [AGENTS.iphone, { installed: true }, "ready"],
    [AGENTS.iphone, { ...UNABLE }, "install"],
    [AGENTS.chromeOnIphone, { ...UNABLE }, "install"],
    [AGENTS.mac, { ...UNABLE, ...IPAD }, "install"],
    [AGENTS.iphone163, { ...UNABLE }, "update"],
    [AGENTS.iphone163, { ...UNABLE, installed: true }, "update"],
    [AGENTS.iphone164, { ...UNABLE }, "install"],
    [AGENTS.macOld, { ...UNABLE, ...IPAD }, "update"],
    [AGENTS.iphone, { ...UNABLE, installed: true }, "unsupported"],
    [AGENTS.macOld, { ...UNABLE, platform: "MacIntel" }, "unsupported"],
    [AGENTS.firefox, { hasWorker: false }, "private"],
    [AGENTS.firefoxAndroid, { hasPush: false }, "private"],
    [AGENTS.chromeAndroid, UNABLE, "unsupported"],
  ];
  for (const [agent, other, offer] of expected) assert.equal(offerFor(facts(agent, other)), offer, `${agent} ${JSON.stringify(other)}`);
});
