import assert from "node:assert/strict";
import { test } from "node:test";
import { trackContainer } from "../../src/page/sound/track_container.ts";

test("a track is an MP4 file wherever that is played", () => {
  assert.equal(trackContainer(() => "probably"), "mp4");
  assert.equal(trackContainer((type) => (type.includes("fLaC") ? "maybe" : "")), "mp4");
});

test("elsewhere it is a plain FLAC file", () => {
  assert.equal(trackContainer((type) => (type === "audio/flac" ? "probably" : "")), "flac");
});
