import assert from "node:assert/strict";
import { test } from "node:test";
import { addSpan, entryOf, type Span } from "../../src/page/player/practice_log.ts";
import { meaningOf, type HeadsetButton, HEADSET_BUTTONS } from "../../src/page/player/headset.ts";
import { isUnderWay, type SessionEvent } from "../../src/page/player/session.ts";
import { samplePlan, seeded } from "./sample_plan.ts";
import { soundingPhone } from "./sounding_phone.ts";

const plan = samplePlan();
const BEGIN = { type: "begin", variant: "usual", painBefore: null, logId: "id" } as const;

test("a whole session goes by as its track sounds, and the closing words are still heard", () => {
  const { player, audio, pass } = soundingPhone(plan);
  player.send(BEGIN);
  pass(274_000);
  assert.equal(player.current.phase, "finished");
  assert.equal(audio.paused, false);
  assert.deepEqual(player.result().results.map(({ state }) => state), ["done", "done", "done"]);
  pass(6_000);
  assert.equal(audio.ended, true);
});

test("a phone that is locked for the whole session comes back to a complete log, and nobody is asked", () => {
  const { player, sleep, clock } = soundingPhone(plan);
  player.send(BEGIN);
  const began = player.current.startedAt;
  sleep(600_000);
  player.send({ type: "tick" });
  assert.equal(player.current.phase, "finished");
  assert.equal(player.current.endedAt, (began ?? 0) + 273_000);
  assert.deepEqual(player.result().results.map(({ state }) => state), ["done", "done", "done"]);
  assert.ok(clock.now() > 0);
});

test("a track that the browser takes for empty is read again, and given up in the end", () => {
  for (const [misreads, heard] of [[4, true], [20, false]] as const) {
    const { player, audio, pass, clock, lost, position } = soundingPhone(plan);
    audio.misreads = misreads;
    player.send(BEGIN);
    assert.equal(clock.heard, heard);
    assert.deepEqual(lost, heard ? [] : ["broken"]);
    pass(20_000);
    assert.equal(Math.round(position() / 1000), 20);
  }
});

test("a track that is never read is read again while the screen leads", () => {
  const { player, audio, pass, clock, position } = soundingPhone(plan);
  audio.hangs = 2;
  player.send(BEGIN);
  pass(5_000);
  assert.equal(clock.heard, false);
  pass(5_000);
  assert.equal(clock.heard, true);
  assert.equal(Math.round(position() / 1000), 10);
});

test("a phone call while the phone is locked stops the session where the sound stopped", () => {
  const { player, audio, sleep, position } = soundingPhone(plan);
  player.send(BEGIN);
  sleep(60_000);
  audio.paused = true;
  sleep(500_000);
  audio.tell("pause");
  assert.equal(player.current.phase, "paused");
  assert.equal(Math.round(position() / 1000), 60);
  assert.equal(player.result().results[1]?.state, "skipped");
});

test("where the browser lets nothing sound without a tap, the screen leads, and a tap brings the sound", () => {
  const phone = soundingPhone(plan);
  phone.audio.allowed = false;
  phone.player.send(BEGIN);
  return Promise.resolve().then(() => Promise.resolve()).then(() => {
    assert.deepEqual(phone.lost, ["refused"]);
    phone.pass(20_000);
    assert.equal(phone.clock.heard, false);
    assert.equal(Math.round(phone.position() / 1000), 20);
    phone.audio.allowed = true;
    phone.lead.prime();
    phone.pass(2_000);
    assert.equal(phone.clock.heard, true);
    assert.equal(Math.round(phone.audio.currentTime), 22);
  });
});

test("a device from which no sound comes: after a few seconds the screen leads", () => {
  const { player, audio, lost, pass, position } = soundingPhone(plan);
  player.send(BEGIN);
  pass(30_000);
  audio.stalled = true;
  pass(60_000);
  assert.deepEqual(lost, ["no_sound"]);
  assert.ok(position() > 80_000, `${position()}`);
});

test("a broken track loses nothing: the session goes on by the screen", () => {
  const { player, audio, lost, pass } = soundingPhone(plan);
  player.send(BEGIN);
  pass(40_000);
  audio.tell("error");
  assert.deepEqual(lost, ["broken"]);
  pass(234_000);
  assert.deepEqual(player.result().results.map(({ state }) => state), ["done", "done", "done"]);
});

/** What a person may do, on the screen or with a headset. */
const ON_SCREEN: readonly SessionEvent[] = [
  { type: "toggle" }, { type: "next" }, { type: "previous" }, { type: "repeat" }, { type: "too_much" }, { type: "ask_leave" },
  { type: "close_sheet" }, { type: "carry_on" }, { type: "ease" }, { type: "skip" }, { type: "seek", byMs: 15_000 },
  { type: "seek", byMs: -15_000 }, { type: "reason", reason: "tired" }, { type: "pain_kind", pain: "mild" },
];

test("skip, back, repeat, 15 s, too much, locked or not, in any order: position, log and track agree", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = seeded(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const phone = soundingPhone(plan);
    const { player, audio, machine } = phone;
    player.send(BEGIN);
    for (let step = 0; step < 60 && isUnderWay(player.current); step += 1) {
      const choice = random();
      if (choice < 0.4) phone.pass(random() * 20_000);
      else if (choice < 0.5) phone.sleep(random() * 40_000);
      else if (choice < 0.75) player.send(pick(ON_SCREEN));
      else {
        const button: HeadsetButton = pick(HEADSET_BUTTONS);
        const pressed = { state: player.current, canEase: machine.canEase(player.current), sincePreviousMs: random() < 0.5 ? 100 : null };
        for (const event of meaningOf(button, pressed)) player.send(event);
      }
      player.send({ type: "tick" });
      const { phase } = player.current;
      if (phase === "playing") {
        assert.equal(audio.src, phone.url(), `seed ${seed}: the track is of another version`);
        assert.ok(Math.abs(audio.currentTime * 1000 - phone.position()) < 60, `seed ${seed}: track ${audio.currentTime}, session ${phone.position()}`);
      } else if (phase === "paused") assert.equal(audio.paused, true, `seed ${seed}: sounds while paused`);
    }
    // What the log says was played of the present version is what was heard of its track.
    const timeline = machine.timeline(player.current);
    const mine = audio.heard.filter(({ url }) => url === phone.url());
    for (const part of timeline.parts) {
      let heard: readonly Span[] = [];
      for (const { fromMs, toMs } of mine) {
        const from = Math.max(fromMs, part.startMs) - part.startMs;
        const to = Math.min(toMs, part.endMs) - part.startMs;
        heard = addSpan(heard, [from, to]);
      }
      const sum = (spans: readonly Span[]): number => spans.reduce((ms, [from, to]) => ms + to - from, 0);
      const logged = sum(entryOf(player.current.log, part.item.id).spans);
      const eased = timeline.parts.some(({ easier }) => easier);
      // Before an ease the same movements were heard in another track: then the log may only know more.
      if (eased) assert.ok(logged >= sum(heard) - 60, `seed ${seed} ${part.item.id}: heard ${sum(heard)}, logged ${logged}`);
      else assert.ok(Math.abs(logged - sum(heard)) < 60, `seed ${seed} ${part.item.id}: heard ${sum(heard)}, logged ${logged}`);
    }
  }
});
