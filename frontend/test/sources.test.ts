// No source may use what the Content Security Policy forbids, or what our rules do.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";

const FORBIDDEN: [string, RegExp][] = [
  ["eval", /\beval\s*\(/],
  ["the Function constructor", /\bnew\s+Function\b|[^\w.]Function\s*\(/],
  ["a timer with a string of code", /\bset(?:Timeout|Interval)\s*\(\s*["'`]/],
  ["hx-on", /hx-on/],
  ["a js: value", /["'`](?:js|javascript):/],
  ["HTML from a string", /\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|setHTMLUnsafe|parseHTMLUnsafe|createContextualFragment/],
  ["a style attribute", /setAttribute\(\s*["'`]style["'`]/],
  ["an inline handler", /setAttribute\(\s*["'`]on\w+["'`]/],
  ["skipWaiting unasked", /install[\s\S]{0,200}skipWaiting\(/],
];

function sources(): string[] {
  return readdirSync(`${FRONTEND}/src`, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
}

describe("the sources", () => {
  it("are found", () => assert.ok(sources().length > 10));
  for (const [what, pattern] of FORBIDDEN) {
    it(`do not use ${what}`, () => {
      const guilty = sources().filter((file) => pattern.test(readFileSync(`${FRONTEND}/src/${file}`, "utf8")));
      assert.deepEqual(guilty, []);
    });
  }
  it("import htmx in one place only, and never in the player", () => {
    const importers = sources().filter((file) => /from "htmx\.org|import "htmx\.org/.test(readFileSync(`${FRONTEND}/src/${file}`, "utf8")));
    assert.deepEqual(importers, ["page/htmx.ts"]);
    const player = sources().filter((file) => file.startsWith("page/player/"));
    const guilty = player.filter((file) => /from "\.\.\/(?:htmx|form_progress|main)\.ts"/.test(readFileSync(`${FRONTEND}/src/${file}`, "utf8")));
    assert.deepEqual(guilty, []);
  });
});

describe("the list of icons", () => {
  const names = readFileSync(`${FRONTEND}/icons.txt`, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  it("is sorted and without doubles", () => assert.deepEqual(names, [...new Set(names)].sort()));
});

describe("package.json and its lock", () => {
  const stated = JSON.parse(readFileSync(`${FRONTEND}/package.json`, "utf8")) as { devDependencies: Record<string, string> };
  const lock = readFileSync(`${FRONTEND}/package-lock.json`, "utf8");
  it("name exact versions", () => {
    for (const [name, version] of Object.entries(stated.devDependencies)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });
  it("name no registry", () => assert.ok(!lock.includes('"resolved"')));
  it("carry a hash for each package", () => {
    const packages = (JSON.parse(lock) as { packages: Record<string, { integrity?: string }> }).packages;
    const bare = Object.entries(packages).filter(([name, entry]) => name !== "" && !entry.integrity);
    assert.deepEqual(bare.map(([name]) => name), []);
  });
});
