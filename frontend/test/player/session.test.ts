import assert from "node:assert/strict";
import { test } from "node:test";
import { results } from "../../src/page/player/practice_log.ts";
import { isLongAgo, newSession, positionAt, SessionMachine, type SessionEvent, type SessionState } from "../../src/page/player/session.ts";
import { samplePlan, seeded } from "./sample_plan.ts";

const plan = samplePlan();
const usual = plan.variants[0];

/** A session with a clock of its own, in seconds. */
class Practice {
  at = 1_000_000;
  readonly machine = new SessionMachine(plan);
  state: SessionState;

  constructor(variant = "usual") {
    assert.ok(usual);
    this.state = newSession(usual);
    this.send({ type: "begin", variant, painBefore: 2, logId: "id" });
  }

  send(event: SessionEvent): this {
    this.state = this.machine.next(this.state, event, this.at);
    return this;
  }

  /** Let time go by with a tick each second. */
  play(seconds: number): this {
    for (let s = 0; s < seconds; s += 1) {
      this.at += 1000;
      this.send({ type: "tick" });
    }
    return this;
  }

  get position(): number {
    return positionAt(this.state, this.at) / 1000;
  }

  get results() {
    return results(this.machine.timeline(this.state), this.state.log);
  }

  result(item: string) {
    return this.results.find((each) => each.item === item);
  }
}

test("a session played through is done in full and ends by itself", () => {
  const practice = new Practice().play(300);
  assert.equal(practice.state.phase, "finished");
  assert.equal(practice.state.endedAt, 1_000_000 + 273_000);
  assert.deepEqual(practice.results.map((each) => [each.state, each.done_s]), [["done", 105], ["done", 55], ["done", 113]]);
});

test("a pause stops the position, and playing goes on from there", () => {
  const practice = new Practice().play(20).send({ type: "toggle" });
  practice.at += 45_000;
  assert.equal(practice.send({ type: "tick" }).position, 20);
  practice.send({ type: "toggle" }).play(5);
  assert.equal(practice.position, 25);
});

test("a movement that is left with next is skipped or partly done", () => {
  const practice = new Practice().send({ type: "next" }).play(30).send({ type: "next" });
  assert.equal(practice.position, 160);
  assert.deepEqual(practice.result("1"), { item: "1", state: "skipped", easier: false, done_s: 0, reason: null, slug: "1" });
  assert.deepEqual(practice.result("2"), { item: "2", state: "part", easier: false, done_s: 30, reason: null, slug: "2" });
});

test("only hearing the lead-in is not doing it", () => {
  const practice = new Practice().play(14).send({ type: "next" });
  assert.equal(practice.result("1")?.state, "skipped");
  assert.equal(practice.result("1")?.done_s, 0);
});

test("going forward does not count what was leapt over, going back counts nothing twice", () => {
  const practice = new Practice().play(30);
  for (let i = 0; i < 4; i += 1) practice.send({ type: "seek", byMs: 15_000 });
  practice.play(5);
  assert.equal(practice.position, 95);
  assert.equal(practice.result("1")?.done_s, 35);
  practice.send({ type: "seek", byMs: -15_000 }).play(10);
  assert.equal(practice.result("1")?.done_s, 45);
  practice.send({ type: "repeat" }).play(94);
  assert.equal(practice.result("1")?.state, "done");
  practice.play(1);
  assert.equal(practice.result("1")?.state, "done");
  assert.equal(practice.result("1")?.done_s, 105);
});

test("seeking never ends a session", () => {
  const practice = new Practice();
  for (let i = 0; i < 40; i += 1) practice.send({ type: "seek", byMs: 15_000 });
  assert.equal(practice.state.phase, "playing");
  assert.equal(practice.position, 272);
});

test("next on the last movement asks before it finishes", () => {
  const practice = new Practice().send({ type: "next" }).send({ type: "next" }).send({ type: "next" });
  assert.deepEqual(practice.state.sheet, { kind: "leave" });
  practice.send({ type: "close_sheet" });
  assert.equal(practice.state.phase, "playing");
});

test("there is nothing to save until something is done, or a reason is given", () => {
  const practice = new Practice().send({ type: "next" }).send({ type: "next" }).play(12).send({ type: "next" });
  assert.ok(practice.machine.nothingDone(practice.state));
  practice.send({ type: "close_sheet" }).play(20);
  assert.ok(!practice.machine.nothingDone(practice.state));
  const inPain = new Practice().send({ type: "too_much" }).send({ type: "reason", reason: "tired" }).send({ type: "skip" });
  assert.ok(!inPain.machine.nothingDone(inPain.state));
});

test("too much goes on with the easier version after a get-ready", () => {
  const practice = new Practice().send({ type: "next" }).send({ type: "next" }).play(40).send({ type: "too_much" });
  assert.equal(practice.state.phase, "paused");
  practice.at += 30_000;
  practice.send({ type: "reason", reason: "tired" }).send({ type: "ease" });
  assert.equal(practice.state.phase, "playing");
  assert.equal(practice.position, 170);
  assert.equal(practice.machine.timeline(practice.state).totalMs, 213_000);
  practice.play(60);
  assert.equal(practice.state.phase, "finished");
  assert.deepEqual(practice.result("3"), { item: "3", state: "done", easier: true, done_s: 40 + 43, reason: "tired", slug: "3" });
});

test("the easier version leaves the movements before it where they were", () => {
  const practice = new Practice().play(110).send({ type: "too_much" }).send({ type: "reason", reason: "other" }).send({ type: "ease" });
  assert.equal(practice.position, 115);
  assert.equal(practice.result("1")?.state, "done");
  assert.equal(practice.machine.canEase(practice.state), false);
  practice.send({ type: "previous" }).play(1);
  assert.equal(practice.position, 1);
});

test("a movement skipped for pain says so", () => {
  const practice = new Practice().play(30).send({ type: "too_much" }).send({ type: "reason", reason: "pain" });
  assert.deepEqual(practice.state.sheet, { kind: "pain_kind" });
  practice.send({ type: "pain_kind", pain: "mild" }).send({ type: "skip" });
  assert.equal(practice.position, 105);
  assert.deepEqual(practice.result("1"), { item: "1", state: "part", easier: false, done_s: 30, reason: "pain", slug: "1" });
});

test("sharp pain, tingling and dizziness stop the session: nothing but saving is left", () => {
  for (const pain of ["sharp", "tingling", "dizzy"] as const) {
    const practice = new Practice().play(30).send({ type: "too_much" }).send({ type: "reason", reason: "pain" }).send({ type: "pain_kind", pain });
    for (const type of ["toggle", "close_sheet", "carry_on", "ease", "skip", "next", "start_again"] as const) practice.send({ type });
    assert.deepEqual(practice.state.sheet, { kind: "advice", stop: pain });
    practice.send({ type: "stop" });
    assert.equal(practice.state.phase, "stopped");
    assert.equal(practice.state.stop, pain);
    assert.equal(practice.result("1")?.reason, "pain");
    assert.equal(practice.result("3")?.state, "skipped");
  }
});

test("skipping the last movement finishes the session", () => {
  const practice = new Practice("flare").play(20).send({ type: "too_much" }).send({ type: "reason", reason: "tired" }).send({ type: "skip" });
  assert.equal(practice.state.phase, "finished");
  assert.equal(practice.result("f1")?.state, "part");
});

test("a nap of the device under two minutes goes on where the clock says", () => {
  const practice = new Practice().play(10);
  practice.at += 100_000;
  practice.send({ type: "tick" });
  assert.equal(practice.position, 110);
  assert.equal(practice.state.phase, "playing");
});

test("after a longer sleep it asks, and goes on from where it was left", () => {
  const practice = new Practice().play(30);
  practice.at += 600_000;
  practice.send({ type: "next" });
  assert.deepEqual(practice.state.sheet, { kind: "resume" });
  assert.equal(practice.position, 30);
  practice.at += 5_000;
  practice.send({ type: "carry_on" }).play(3);
  assert.equal(practice.position, 33);
  assert.equal(practice.result("1")?.done_s, 33);
});

test("saved after a long absence, a session ended when it was last played", () => {
  const practice = new Practice().play(30);
  practice.at += 6 * 3600 * 1000;
  practice.send({ type: "tick" }).send({ type: "stop" });
  assert.equal(practice.state.endedAt, 1_030_000);
});

test("paused for hours and then finished, a session ended when it was last played", () => {
  const practice = new Practice().play(30).send({ type: "toggle" });
  practice.at += 13 * 3600 * 1000;
  practice.send({ type: "seek", byMs: 15_000 }).send({ type: "ask_leave" }).send({ type: "stop" });
  assert.equal(practice.state.endedAt, 1_030_000);
  const skipping = new Practice("flare").play(20).send({ type: "too_much" });
  skipping.at += 60_000;
  skipping.send({ type: "reason", reason: "tired" }).send({ type: "skip" });
  assert.equal(skipping.state.endedAt, 1_020_000);
});

test("starting again forgets what was done", () => {
  const practice = new Practice().play(30);
  practice.at += 600_000;
  practice.send({ type: "tick" }).send({ type: "start_again" });
  assert.equal(practice.state.phase, "before");
  assert.deepEqual(practice.state.log, {});
});

/** Seconds in which something is done, for each movement of the usual variant. */
const WORK = [[[15, 105]], [[120, 160]], [[175, 195], [200, 220], [228, 248], [253, 273]]] as const;

/** The same session kept by hand: a set of all tenths of a second that were played. */
function simulate(seed: number): void {
  const random = seeded(seed);
  const practice = new Practice();
  const step = 100;
  const total = 273_000;
  const playedAt = new Set<number>();
  let position = 0;
  let playing = true;
  const over = (): boolean => practice.state.phase === "finished";
  for (let elapsed = 0; elapsed < 600_000 && !over(); ) {
    const choice = random();
    if (choice < 0.5) {
      // Ticks as late and as rare as a browser pleases: a throttled page, a short sleep.
      const ms = (1 + Math.floor(random() * (choice < 0.05 ? 900 : 30))) * step;
      practice.at += ms;
      elapsed += ms;
      practice.send({ type: "tick" });
      if (playing) {
        const to = Math.min(position + ms, total);
        for (let t = position; t < to; t += step) playedAt.add(t);
        position = to;
      }
    } else if (choice < 0.6) {
      practice.send({ type: "toggle" });
      playing = !playing;
    } else if (choice < 0.9) {
      const byMs = choice < 0.8 ? -15_000 : 15_000;
      practice.send({ type: "seek", byMs });
      position = Math.min(Math.max(0, position + byMs), Math.max(position, total - 1000));
    } else {
      practice.send({ type: "repeat" });
      position = [15_000 - 5_000, 115_000, 170_000][position < 105_000 ? 0 : position < 160_000 ? 1 : 2] ?? 0;
    }
    if (over()) break;
    assert.equal(Math.round(practice.position * 1000), position, `seed ${seed}`);
  }
  const borders = [0, 105_000, 160_000, total];
  for (const [i, each] of practice.results.entries()) {
    const inPart = [...playedAt].filter((t) => t >= (borders[i] ?? 0) && t < (borders[i + 1] ?? 0)).length * step;
    if (each.state !== "skipped") assert.equal(each.done_s, Math.round(inPart / 1000), `seed ${seed}, item ${each.item}`);
    const work = (WORK[i] ?? []).flatMap(([from, to]) => Array.from({ length: (to - from) * 10 }, (_, n) => from * 1000 + n * step));
    const missing = work.filter((t) => !playedAt.has(t)).length * step;
    const expected = missing <= 3_000 ? "done" : missing === work.length * step ? "skipped" : "part";
    assert.equal(each.state, expected, `seed ${seed}, item ${each.item}`);
  }
}

test("ten minutes of pauses, seeks, repeats and naps: position and log are exactly what was played", () => {
  for (let seed = 1; seed <= 200; seed += 1) simulate(seed);
});

test("playing on after a pause of more than ten minutes asks first what is new", () => {
  for (const type of ["toggle", "close_sheet"] as const) {
    const practice = new Practice().play(20).send({ type: type === "toggle" ? "toggle" : "too_much" });
    practice.at += 599_000;
    assert.equal(isLongAgo(practice.state, practice.at), false);
    practice.at += 2_000;
    assert.equal(isLongAgo(practice.state, practice.at), true);
    practice.send({ type });
    assert.equal(practice.state.phase, "paused");
    assert.deepEqual(practice.state.sheet, { kind: "resume" });
    assert.equal(practice.send({ type: "carry_on" }).play(3).position, 23);
  }
});

test("on another day what is new is asked after the shortest break", () => {
  const practice = new Practice();
  practice.at = new Date(2026, 2, 2, 23, 59, 50).getTime();
  practice.send({ type: "carry_on" });
  const state = { ...practice.state, playedAt: practice.at };
  assert.equal(isLongAgo(state, practice.at + 5_000), false);
  assert.equal(isLongAgo(state, practice.at + 20_000), true);
});
