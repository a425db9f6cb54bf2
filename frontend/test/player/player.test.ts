import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf } from "../../src/page/player/keys.ts";
import { Player, type Stage } from "../../src/page/player/player.ts";
import { fields, isAccepted, postWithRetry } from "../../src/page/player/save.ts";
import { ASK_AFTER_GONE_MS, newSession, positionAt, SessionMachine, type SessionState } from "../../src/page/player/session.ts";
import { DEFAULT_SETTINGS, readSettings } from "../../src/page/player/settings.ts";
import { Keeper, returnTo, sessionKey, type Result, type Store } from "../../src/page/player/storage.ts";
import { samplePlan } from "./sample_plan.ts";

const plan = samplePlan();
const START = 1_700_000_000_000;

class Memory implements Store {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

/** A phone with one page: time passes only when told, timers fire a little late. */
function phone(store: Store = new Memory(), first: SessionState | null = null, startAt = START) {
  const heard: string[] = [];
  let now = startAt;
  let timer: { at: number; wake: () => void } | null = null;
  let ended: Result | null = null;
  const stage: Stage = {
    show: () => undefined,
    signal: (signal) => heard.push(signal),
    say: (lines, steps) => {
      if (lines.length > 0) heard.push(`"${lines.map(({ text }) => text).join(" / ")}"`);
      if (steps.length > 0) heard.push(`steps: ${steps.join(" ")}`);
    },
    hush: () => undefined,
    advise: (stop) => heard.push(`advice: ${stop}`),
    led: () => ({ led_by: "screen", unrecorded_lines: 0 }),
    ended: (_, result) => {
      ended = result;
    },
  };
  const usual = plan.variants[0];
  assert.ok(usual);
  const machine = new SessionMachine(plan);
  const keeper = new Keeper(store, sessionKey(plan.user, plan.session));
  const player = new Player(plan, machine, { now: () => now, heard: false }, keeper, stage, (ms, wake) => {
    const mine = { at: now + ms, wake };
    timer = mine;
    return () => {
      if (timer === mine) timer = null;
    };
  }, () => now, first ?? newSession(usual));
  const pass = (ms: number, lateMs = 7): void => {
    const until = now + ms;
    while (timer !== null && timer.at + lateMs <= until) {
      const due: { at: number; wake: () => void } = timer;
      timer = null;
      now = Math.max(now, due.at + lateMs);
      due.wake();
    }
    now = until;
  };
  return { player, keeper, machine, heard, pass, now: () => now, result: () => ended, position: () => positionAt(player.current, now) };
}

const BEGIN = { type: "begin", variant: "usual", painBefore: 3, logId: "0190-id" } as const;

test("a whole session plays by itself, timers always 7 ms late, without drift", () => {
  const { player, pass, heard, result } = phone();
  player.send(BEGIN);
  pass(274_000);
  assert.equal(player.current.phase, "finished");
  assert.equal(player.current.endedAt, START + 273_000);
  assert.deepEqual(result()?.results.map((each) => each.state), ["done", "done", "done"]);
  assert.equal(heard[0], '"First: Diaphragmatic breathing."');
  assert.deepEqual(heard.slice(-2), ["finish", '"That is all for today"']);
});

test("each step comes within the lateness of its own timer", () => {
  const { player, pass, machine, now } = phone();
  player.send(BEGIN);
  let worst = 0;
  const timeline = machine.timeline(player.current);
  for (const cue of timeline.cues.slice(0, -1)) {
    pass(START + cue.startMs + 8 - now());
    assert.ok(positionAt(player.current, now()) >= cue.startMs);
    worst = Math.max(worst, player.current.anchor.at - (START + cue.startMs));
  }
  assert.ok(worst <= 8, `${worst} ms`);
});

test("a seek inside a hold says and rings nothing, a leap to a movement names it", () => {
  const { player, pass, heard } = phone();
  player.send(BEGIN);
  pass(20_000);
  heard.length = 0;
  player.send({ type: "seek", byMs: 15_000 });
  assert.deepEqual(heard, []);
  player.send({ type: "next" });
  assert.deepEqual(heard, ['"Next: Active neck turns."']);
});

test("a short reload goes on where the clock says, and what went by meanwhile is not done", () => {
  const store = new Memory();
  const before = phone(store);
  before.player.send(BEGIN);
  before.pass(33_500);
  before.player.keep();
  const later = START + 33_500 + 9_000;
  const back = returnTo(before.keeper.load(), plan.signature, later, later, ASK_AFTER_GONE_MS);
  assert.equal(back.kind, "go_on");
  if (back.kind !== "go_on") return;
  const after = phone(store, back.state, later);
  after.player.open();
  assert.equal(after.position(), 42_500);
  after.pass(300_000);
  assert.deepEqual(after.result()?.results.map((each) => [each.state, each.done_s]), [["part", 96], ["done", 55], ["done", 113]]);
});

test("a page that was gone for longer asks, and counts none of it when it is carried on", () => {
  const store = new Memory();
  const before = phone(store);
  before.player.send(BEGIN);
  before.pass(33_007);
  before.player.leave();
  const later = START + 33_007 + 60_000;
  const back = returnTo(before.keeper.load(), plan.signature, later, later, ASK_AFTER_GONE_MS);
  assert.equal(back.kind, "ask");
  if (back.kind !== "ask") return;
  const after = phone(store, back.state, later);
  after.player.open();
  after.pass(5_000);
  after.player.send({ type: "carry_on" });
  assert.equal(after.position(), 33_007);
  after.player.send({ type: "ask_leave" });
  after.player.send({ type: "stop" });
  assert.equal(after.result()?.results[0]?.done_s, 33);
});

test("a page that was put aside and comes back alive is asked like a new one", () => {
  const { player, pass, keeper, now, position, heard } = phone();
  player.send(BEGIN);
  pass(20_000);
  player.leave();
  heard.length = 0;
  pass(30_000);
  player.send({ type: "tick" });
  const back = returnTo(keeper.load(), plan.signature, now(), now(), ASK_AFTER_GONE_MS);
  assert.ok(back.kind === "ask");
  player.comeBack(back.state);
  assert.deepEqual(player.current.sheet, { kind: "resume" });
  assert.equal(position(), 20_000);
  assert.deepEqual(heard, []);
  player.send({ type: "carry_on" });
  pass(5_000);
  assert.equal(position(), 25_000);
});

test("looking at a page whose session has not begun throws nothing away", () => {
  const store = new Memory();
  const { player, keeper, pass } = phone(store);
  player.send(BEGIN);
  pass(20_000);
  phone(store).player.send({ type: "tick" });
  assert.notEqual(keeper.load(), null);
});

const STEPS = "steps: Grow tall.";

test("the steps are said once for each movement, after the words its work begins with", () => {
  const { player, pass, heard } = phone();
  player.send(BEGIN);
  pass(274_000);
  assert.equal(heard.filter((each) => each === STEPS).length, 3);
  for (const words of ["Breathe slowly", "Begin", "Hold, left side"]) {
    assert.equal(heard[heard.indexOf(`"${words}"`) + 1], STEPS);
  }
});

test("going back within a movement does not say its steps again, repeating it does", () => {
  const { player, pass, heard } = phone();
  player.send(BEGIN);
  pass(20_000);
  heard.length = 0;
  player.send({ type: "seek", byMs: -15_000 });
  pass(15_000);
  assert.ok(heard.includes('"Breathe slowly"'));
  assert.ok(!heard.includes(STEPS));
  player.send({ type: "repeat" });
  pass(6_000);
  assert.equal(heard.filter((each) => each === STEPS).length, 1);
});

test("a page that died is behind by five seconds at most", () => {
  const store = new Memory();
  const { player, pass, keeper } = phone(store);
  player.send(BEGIN);
  for (let s = 1; s < 60; s += 1) {
    pass(1000);
    const kept = keeper.load();
    assert.ok(kept !== null && s * 1000 - kept.state.anchor.position <= 5_000);
  }
});

test("a paused session stays paused over a reload", () => {
  const { player, pass, keeper, now } = phone();
  player.send(BEGIN);
  pass(20_000);
  player.send({ type: "toggle" });
  const back = returnTo(keeper.load(), plan.signature, now() + 6_000, now() + 6_000, ASK_AFTER_GONE_MS);
  assert.ok(back.kind === "go_on" && back.state.phase === "paused" && back.state.anchor.position === 20_000);
});

test("coming back after a while asks, after a day only saves, after the end sends", () => {
  const { player, pass, keeper, now } = phone();
  player.send(BEGIN);
  pass(20_000);
  player.keep();
  const kept = keeper.load();
  const at = (ms: number, signature = plan.signature) => returnTo(kept, signature, now() + ms, now() + ms, ASK_AFTER_GONE_MS);
  assert.equal(at(9_900).kind, "go_on");
  assert.equal(at(10_000).kind, "ask");
  assert.equal(at(23 * 3_600_000).kind, "ask");
  assert.ok(kept);
  const begunYesterday = { ...kept, state: { ...kept.state, startedAt: START - 25 * 3_600_000 } };
  assert.equal(returnTo(begunYesterday, plan.signature, now() + 1_000, now() + 1_000, ASK_AFTER_GONE_MS).kind, "old");
  assert.equal(at(25 * 3_600_000).kind, "old");
  assert.equal(at(1_000, "another plan").kind, "old");
  assert.equal(at(-3_600_000).kind, "ask");
  player.send({ type: "ask_leave" });
  player.send({ type: "stop" });
  assert.equal(returnTo(keeper.load(), plan.signature, now(), now(), ASK_AFTER_GONE_MS).kind, "unsaved");
  assert.equal(returnTo(null, plan.signature, now(), now(), ASK_AFTER_GONE_MS).kind, "none");
});

test("a browser that refuses storage, or holds rubbish, is no obstacle", () => {
  const refusing: Store = {
    getItem: () => { throw new Error("private"); },
    setItem: () => { throw new Error("full"); },
    removeItem: () => { throw new Error("private"); },
  };
  const { player, pass } = phone(refusing);
  player.send(BEGIN);
  pass(300_000);
  assert.equal(player.current.phase, "finished");
  const store = new Memory();
  for (const rubbish of ["", "{", "null", "7", '{"schema":1}', '{"schema":1,"savedAt":1,"signature":"","state":{"phase":"playing"},"result":{}}']) {
    store.setItem("k", rubbish);
    assert.equal(new Keeper(store, "k").load(), null);
  }
  assert.deepEqual(readSettings("rubbish"), DEFAULT_SETTINGS);
  assert.deepEqual(readSettings('{"sounds":false,"voiceVolume":9}'), { ...DEFAULT_SETTINGS, sounds: false });
  assert.deepEqual(readSettings('{"steps":false}'), { ...DEFAULT_SETTINGS, steps: false });
});

test("the result is what the server reads", () => {
  const { player, pass, result } = phone();
  player.send(BEGIN);
  pass(280_000);
  const sent = result();
  assert.ok(sent);
  const form = fields(sent, START + 300_000);
  assert.equal(form.get("sent_at"), "2023-11-14T22:18:20.000Z");
  assert.equal(form.get("stop"), "");
  assert.equal(fields({ ...sent, stop: "tingling" }, START).get("stop"), "tingling");
  assert.equal(form.get("log_id"), "0190-id");
  assert.equal(form.get("pain_before"), "3");
  assert.equal(form.get("started_at"), "2023-11-14T22:13:20.000Z");
  assert.equal(form.get("finished_at"), "2023-11-14T22:17:53.000Z");
  assert.match(form.get("results") ?? "", /^\[\{"item":"1","state":"done","easier":false,"done_s":105,"reason":null,"slug":"1"\}/);
  assert.equal(fields({ ...sent, pain_before: null }, START).get("pain_before"), "");
});

test("only a page about a session counts as saved, not the sign-in page", () => {
  const answer = (path: string, ok = true) => isAccepted({ ok, url: `https://good.example${path}` });
  assert.ok(answer("/progress/sessions/1"));
  assert.ok(answer("/sessions/1/after"));
  assert.ok(!answer("/sign-in?next=/sessions/1"));
  assert.ok(!answer("/"));
  assert.ok(!answer("/sessions/1/log", false));
});

test("sending is tried again while the network or the server fails, not when refused", async () => {
  const { player, pass, result } = phone();
  player.send(BEGIN);
  pass(280_000);
  const sent = result();
  assert.ok(sent);
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  const answers = (...all: (Partial<Response> | Error)[]) => async (): Promise<Response> => {
    const next = all.shift();
    if (next === undefined || next instanceof Error) throw next ?? new Error("asked too often");
    return next as Response;
  };
  const good = { ok: true, status: 200, url: "https://x/progress/sessions/1" };
  assert.deepEqual(await postWithRetry("/l", sent, answers(new Error("offline"), { ok: false, status: 503, url: "https://x/l" }, good), wait), { ok: true, url: good.url });
  assert.deepEqual(waits, [1000, 4000]);
  assert.deepEqual(await postWithRetry("/l", sent, answers({ ok: false, status: 422, url: "https://x/l" }), wait), { ok: false, final: true });
  assert.deepEqual(await postWithRetry("/l", sent, answers(new Error("offline"), new Error("offline"), new Error("offline")), wait), { ok: false, final: false });
});

test("keys: letters can be switched off, a focused button keeps its space", () => {
  const key = (name: string, onControl = false, ctrlKey = false) => ({ key: name, ctrlKey, altKey: false, metaKey: false, onControl });
  assert.equal(actionOf(key(" "), true), "pause");
  assert.equal(actionOf(key(" ", true), true), null);
  assert.equal(actionOf(key("K"), true), "pause");
  assert.equal(actionOf(key("k"), false), null);
  assert.equal(actionOf(key("Escape"), false), "stop");
  assert.equal(actionOf(key("r", false, true), true), null);
  assert.equal(actionOf(key("x"), true), null);
});

test("what is over is kept once: a look at the last screen does not put it back", () => {
  const { player, pass, keeper } = phone();
  player.send(BEGIN);
  pass(20_000);
  player.send({ type: "stop" });
  assert.equal(keeper.load()?.state.phase, "stopped");
  keeper.clear();
  player.send({ type: "tick" });
  player.leave();
  assert.equal(keeper.load(), null);
});
