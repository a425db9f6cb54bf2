import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { passkeyFailure } from "../../src/page/passkey_failure.ts";
import { createAnswer, creationOptions, fromBase64Url, requestAnswer, requestOptions, toBase64Url } from "../../src/page/passkey_json.ts";

const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;
const listed = (source: BufferSource): number[] => [...new Uint8Array(source as ArrayBuffer)];

describe("base64url", () => {
  for (const [text, plain] of [["", []], ["AA", [0]], ["__8", [255, 255]], ["-_-_", [251, 255, 191]]] as [string, number[]][]) {
    it(`reads and writes ${text || "nothing"}`, () => {
      assert.deepEqual([...fromBase64Url(text)], plain);
      assert.equal(toBase64Url(Uint8Array.from(plain).buffer), text);
    });
  }
});

describe("what the server asks", () => {
  it("becomes buffers for making a passkey", () => {
    const options = creationOptions({
      challenge: "AQI", rp: { id: "localhost", name: "Good Days" }, pubKeyCredParams: [],
      user: { id: "Aw", name: "a", displayName: "b" }, excludeCredentials: [{ id: "BA", type: "public-key" }],
    });
    assert.deepEqual(listed(options.challenge), [1, 2]);
    assert.deepEqual(listed(options.user.id), [3]);
    assert.deepEqual(listed(options.excludeCredentials![0]!.id), [4]);
    assert.equal(options.rp.id, "localhost");
  });
  it("becomes buffers for showing one, also when none is named", () => {
    const options = requestOptions({ challenge: "AQI", rpId: "localhost" });
    assert.deepEqual(listed(options.challenge), [1, 2]);
    assert.deepEqual(options.allowCredentials, []);
  });
});

describe("what the browser answers", () => {
  const credential = (response: object): PublicKeyCredential =>
    ({ id: "AQ", rawId: bytes(1), type: "public-key", response }) as unknown as PublicKeyCredential;
  it("becomes JSON for a new passkey", () => {
    assert.deepEqual(createAnswer(credential({ clientDataJSON: bytes(2), attestationObject: bytes(3) })), {
      id: "AQ", rawId: "AQ", type: "public-key", response: { clientDataJSON: "Ag", attestationObject: "Aw" },
    });
  });
  it("becomes JSON for one that was shown, with and without whose it is", () => {
    const response = { clientDataJSON: bytes(2), authenticatorData: bytes(3), signature: bytes(4) };
    const plain = { clientDataJSON: "Ag", authenticatorData: "Aw", signature: "BA" };
    const rest = { id: "AQ", rawId: "AQ", type: "public-key" };
    assert.deepEqual(requestAnswer(credential({ ...response, userHandle: null })), { ...rest, response: plain });
    assert.deepEqual(requestAnswer(credential({ ...response, userHandle: bytes(5) })), { ...rest, response: { ...plain, userHandle: "BQ" } });
  });
});

describe("the words for a failure", () => {
  const names = ["NotAllowedError", "AbortError", "InvalidStateError", "NotSupportedError", "SecurityError", "TypeError", "TimeoutError", "OddError", ""];
  for (const name of names) it(`for ${name || "no name"} are a calm sentence`, () => assert.match(passkeyFailure(name, 0), /^[A-Z].*\.$/));
  it("tell a server that counts tries from one that cannot begin", () => {
    assert.match(passkeyFailure("Refused", 429), /wait/);
    assert.match(passkeyFailure("Refused", 500), /load the page again/);
  });
});
