import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  canVibrate,
  hasButtons,
  isInstalled,
  keepsOffline,
  keepsScreenOn,
  makesOthersQuieter,
  playsTrack,
  sizeWords,
  speaksItself,
  type TrialAudio,
  type Voices,
} from "../../src/page/sound_check/abilities.ts";

const SOON_MS = 5;

/** An audio element that opens a track as told. */
function audio(knows: CanPlayTypeResult, opens: "loadedmetadata" | "error" | null): TrialAudio {
  const target = new EventTarget();
  return {
    canPlayType: () => knows,
    src: "",
    preload: "",
    load: () => void (opens !== null && setTimeout(() => target.dispatchEvent(new Event(opens)))),
    addEventListener: target.addEventListener.bind(target),
  };
}

describe("one track for a whole session", () => {
  it("can be played where one was opened", async () => {
    assert.deepEqual(await playsTrack(audio("probably", "loadedmetadata"), "blob:"), { answer: "yes" });
  });
  it("cannot where its format is unknown, or where opening it fails although the browser hoped so", async () => {
    assert.deepEqual(await playsTrack(audio("", "loadedmetadata"), "blob:"), { answer: "no" });
    assert.deepEqual(await playsTrack(audio("maybe", "error"), "blob:"), { answer: "no" });
  });
  it("is unknown where nothing is opened before a tap", async () => {
    assert.deepEqual(await playsTrack(audio("maybe", null), "blob:", SOON_MS), { answer: "unknown" });
  });
});

describe("what a browser has or has not", () => {
  it("is told by the thing itself", () => {
    assert.equal(hasButtons({ mediaSession: {} }).answer, "yes");
    assert.equal(hasButtons({}).answer, "no");
    assert.equal(makesOthersQuieter({ audioSession: {} }).answer, "yes");
    assert.equal(makesOthersQuieter({}).answer, "no");
  });
  it("leaves open whether the device shakes: that can only be felt", () => {
    assert.equal(canVibrate({ vibrate: () => true }).answer, "unknown");
    assert.equal(canVibrate({}).answer, "no");
  });
  it("is an app when any of the app's ways of being shown holds, or an iPhone says so", () => {
    assert.equal(isInstalled((query) => query === "(display-mode: minimal-ui)", undefined).answer, "yes");
    assert.equal(isInstalled(() => false, true).answer, "yes");
    assert.equal(isInstalled(() => false, false).answer, "no");
    assert.equal(isInstalled((query) => query === "(display-mode: browser)", undefined).answer, "no");
  });
});

describe("the screen", () => {
  it("is asked for once and let go at once", async () => {
    let released = 0;
    const request = async () => ({ released: false, release: async () => void (released += 1) });
    assert.deepEqual(await keepsScreenOn({ request }), { answer: "yes" });
    assert.equal(released, 1);
  });
  it("is not kept on where that is refused, or where there is no such thing", async () => {
    assert.deepEqual(await keepsScreenOn({ request: () => Promise.reject(new Error("battery")) }), { answer: "no" });
    const nothing = {} as { wakeLock: { request(): Promise<never> } };
    assert.deepEqual(await keepsScreenOn({ request: () => nothing.wakeLock.request() }), { answer: "no" });
  });
});

/** Voices that are named at once, or after the event. */
function voices(langs: readonly string[], after: boolean): Voices {
  const target = new EventTarget();
  let named = !after;
  if (after) {
    setTimeout(() => {
      named = true;
      target.dispatchEvent(new Event("voiceschanged"));
    });
  }
  const all = langs.map((lang) => ({ lang })) as SpeechSynthesisVoice[];
  return { getVoices: () => (named ? all : []), addEventListener: target.addEventListener.bind(target) };
}

describe("the device's own voices", () => {
  it("are counted, English ones only, however they are written", async () => {
    assert.deepEqual(await speaksItself(voices(["en-GB", "en_US", "de-DE", "en", "enm"], false)), { answer: "yes", number: "3" });
  });
  it("are waited for where they are named late", async () => {
    assert.deepEqual(await speaksItself(voices(["en-GB"], true)), { answer: "yes", number: "1" });
  });
  it("are none where no English one is named", async () => {
    assert.deepEqual(await speaksItself(voices(["de-DE"], false)), { answer: "no", number: "0" });
    assert.deepEqual(await speaksItself(null), { answer: "no" });
  });
  it("are unknown where the browser names none: it may speak all the same", async () => {
    assert.deepEqual(await speaksItself(voices([], false), SOON_MS), { answer: "unknown" });
  });
});

describe("keeping sessions for times without a connection", () => {
  const works = { tryOut: async () => undefined, free: async () => 2_540_000_000 };
  it("is tried out, and says how much is free", async () => {
    assert.deepEqual(await keepsOffline(works), { answer: "yes", number: "2.5 GB" });
    assert.deepEqual(await keepsOffline({ ...works, free: async () => null }), { answer: "yes" });
    assert.deepEqual(await keepsOffline({ ...works, free: () => Promise.reject(new Error("no")) }), { answer: "yes" });
  });
  it("is refused by a private window", async () => {
    assert.deepEqual(await keepsOffline({ ...works, tryOut: () => Promise.reject(new Error("private")) }), { answer: "no" });
    assert.deepEqual(await keepsOffline(null), { answer: "no" });
  });
  it("says sizes so that they can be read", () => {
    assert.deepEqual([0, 999_999, 1_000_000, 640_400_000, 1_000_000_000].map(sizeWords), ["< 1 MB", "< 1 MB", "1 MB", "640 MB", "1.0 GB"]);
  });
});
