// A phone with an audio element: time passes only when told, and the track sounds as time passes.
import { Player, type Stage } from "../../src/page/player/player.ts";
import type { Plan } from "../../src/page/player/plan.ts";
import { newSession, positionAt, SessionMachine, type SessionState } from "../../src/page/player/session.ts";
import { Keeper } from "../../src/page/player/storage.ts";
import { TrackClock } from "../../src/page/player/track_clock.ts";
import { TrackLead, type TrackAudio } from "../../src/page/player/track_lead.ts";
import type { Clock } from "../../src/page/player/clock.ts";

/** What of a track was really heard, in ms of the track. */
export interface Heard {
  readonly url: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export class FakeAudio implements TrackAudio {
  src = "";
  paused = true;
  stalled = false;
  allowed = true;
  durationMs = Infinity;
  /** So often its track is taken for empty. */
  misreads = 0;
  /** So often nothing comes of reading it. */
  hangs = 0;
  readonly heard: Heard[] = [];
  private positionMs = 0;
  private readonly listeners = new Map<string, (() => void)[]>();

  get currentTime(): number {
    return this.positionMs / 1000;
  }
  set currentTime(seconds: number) {
    this.positionMs = seconds * 1000;
  }
  get duration(): number {
    return this.misreads > 0 ? 0 : this.durationMs / 1000;
  }
  get ended(): boolean {
    return this.positionMs >= this.durationMs;
  }
  load(): void {
    this.paused = true;
    this.positionMs = 0;
    this.hangs -= 1;
    if (this.hangs >= 0) return;
    this.misreads = Math.max(0, this.misreads - 1);
    this.tell("loadedmetadata");
  }
  play(): Promise<void> {
    if (!this.allowed) return Promise.reject(new DOMException("no tap", "NotAllowedError"));
    this.paused = false;
    this.tell("playing");
    return Promise.resolve();
  }
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.tell("pause");
  }
  addEventListener(name: string, listener: unknown): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener as () => void]);
  }
  tell(name: string): void {
    for (const listener of this.listeners.get(name) ?? []) listener();
  }
  pass(ms: number): void {
    if (this.paused || this.stalled) return;
    const toMs = Math.min(this.durationMs, this.positionMs + ms);
    if (toMs > this.positionMs) this.heard.push({ url: this.src, fromMs: this.positionMs, toMs });
    this.positionMs = toMs;
  }
}

class PhoneClock implements Clock {
  readonly heard = false;
  ms = 1_700_000_000_000;
  now(): number {
    return this.ms;
  }
}

const TAIL_MS = 6_000;

/** A page whose track is there at once, for every version of the session. */
export function soundingPhone(plan: Plan) {
  const world = new PhoneClock();
  const audio = new FakeAudio();
  const clock = new TrackClock(world);
  const machine = new SessionMachine(plan);
  const lost: string[] = [];
  const said: string[] = [];
  let timer: { at: number; wake: () => void } | null = null;
  let asleep = false;
  const lead = new TrackLead(audio, clock, () => world.ms, () => "silence", {
    ready: () => undefined,
    interrupted: () => player.send({ type: "pause" }),
    lost: (why) => {
      lost.push(why);
      player.send({ type: "tick" });
    },
  });
  const urlOf = (state: SessionState): string => JSON.stringify(state.parts);
  const stage: Stage = {
    show: (state, _, positionMs) => {
      const { totalMs } = machine.timeline(state);
      audio.durationMs = totalMs + TAIL_MS;
      if (state.phase === "playing" && lost.length === 0) lead.take({ url: urlOf(state), totalMs, durationMs: totalMs + TAIL_MS });
      if (state.phase === "finished") lead.runOut();
      else lead.follow(state.phase === "playing", positionMs);
    },
    signal: () => undefined,
    say: (lines) => said.push(...lines.map(({ text }) => text)),
    hush: () => undefined,
    advise: () => undefined,
    led: () => ({ led_by: "track", unrecorded_lines: 0 }),
    ended: () => undefined,
  };
  const wakeAfter = (ms: number, wake: () => void): (() => void) => {
    const mine = { at: world.ms + ms, wake };
    timer = mine;
    return () => {
      if (timer === mine) timer = null;
    };
  };
  const player: Player = new Player(plan, machine, clock, new Keeper(null, "k"), stage, wakeAfter, () => world.ms, newSession(plan.variants[0]));

  /** Time goes by, timers fire 7 ms late; none do while the phone is asleep. */
  const pass = (ms: number): void => {
    const until = world.ms + ms;
    const go = (to: number): void => {
      audio.pass(to - world.ms);
      world.ms = to;
    };
    while (!asleep && timer !== null && timer.at + 7 <= until) {
      const due: { at: number; wake: () => void } = timer;
      timer = null;
      go(Math.max(world.ms, due.at + 7));
      due.wake();
    }
    go(until);
  };
  return {
    player, audio, clock, machine, lead, lost, said, pass, world,
    /** The page is frozen for `ms`, as in a locked phone; the sound goes on. */
    sleep: (ms: number): void => {
      asleep = true;
      pass(ms);
      asleep = false;
    },
    url: () => urlOf(player.current),
    position: () => positionAt(player.current, clock.now()),
  };
}
