import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { trustedWorkerUrl, WORKER_URL } from "../../src/page/trusted_urls.ts";

type Rules = { createScriptURL: (url: string) => string };

describe("the Trusted Types policy", () => {
  const made: [string, Rules][] = [];
  const scope = globalThis as { trustedTypes?: unknown };
  it("is not needed where the browser has none", () => assert.equal(trustedWorkerUrl(), WORKER_URL));
  it("has the name that the server's header allows", () => {
    scope.trustedTypes = {
      createPolicy: (name: string, rules: Rules) => {
        made.push([name, rules]);
        return rules;
      },
    };
    try {
      assert.equal(trustedWorkerUrl(), "/sw.js");
    } finally {
      delete scope.trustedTypes;
    }
    assert.equal(made[0]?.[0], "good-days");
  });
  it("refuses any address but the worker's", () => {
    for (const url of ["https://elsewhere.example/sw.js", "/sw.js?x", "//sw.js", "data:text/javascript,1", ""]) {
      assert.throws(() => made[0]?.[1].createScriptURL(url), TypeError);
    }
  });
});
