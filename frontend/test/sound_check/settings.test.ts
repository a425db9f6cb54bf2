import assert from "node:assert/strict";
import { it } from "node:test";
import { DEFAULT_SETTINGS, LEADS, readSettings, VOICE_NAMES } from "../../src/page/player/settings.ts";

it("a session is led by screen and a woman's voice unless chosen otherwise", () => {
  assert.deepEqual([DEFAULT_SETTINGS.lead, DEFAULT_SETTINGS.voiceName], ["screen", "heart"]);
  assert.deepEqual(readSettings(null), DEFAULT_SETTINGS);
});

it("every way to lead and every voice is read again", () => {
  for (const lead of LEADS) assert.equal(readSettings(JSON.stringify({ lead })).lead, lead);
  for (const voiceName of VOICE_NAMES) assert.equal(readSettings(JSON.stringify({ voiceName })).voiceName, voiceName);
});

it("a way to lead or a voice that is unknown is the default, and the rest still holds", () => {
  for (const odd of ["loud", "", 7, null, { toString: "dark" }, ["dark"]]) {
    const read = readSettings(JSON.stringify({ lead: odd, voiceName: odd, soundVolume: 0.2, steps: false }));
    assert.deepEqual(read, { ...DEFAULT_SETTINGS, soundVolume: 0.2, steps: false });
  }
});
