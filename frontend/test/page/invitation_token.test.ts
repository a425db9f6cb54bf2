import assert from "node:assert/strict";
import { test } from "node:test";
import { invitationToken } from "../../src/page/invitation_token.ts";

test("a token behind the # is read", () => {
  assert.equal(invitationToken("#AbC-_0123456789xyzXYZ1"), "AbC-_0123456789xyzXYZ1");
});

test("anything else is left alone", () => {
  for (const hash of ["", "#", "#main", "#AbC-_0123456789xyzXYZ", "#AbC-_0123456789xyzXYZ12", "#AbC-_0123456789xyz<YZ1", "##bC-_0123456789xyzXYZ1"]) {
    assert.equal(invitationToken(hash), "", hash);
  }
});
