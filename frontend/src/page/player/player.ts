/** Plays a session: keeps the state, wakes at each second, passes moments on. Knows no document. */

import type { Clock } from "./clock.ts";
import { linesBetween, momentAt, signalBetween, type Moment, type Signal } from "./moment.ts";
import type { Line, Plan, StopReason } from "./plan.ts";
import { results } from "./practice_log.ts";
import {
  isUnderWay,
  positionAt,
  type SessionEvent,
  type SessionMachine,
  type SessionState,
} from "./session.ts";
import { KEPT_SCHEMA, type Keeper, type Kept, type Result } from "./storage.ts";

/** What the player tells; everything it causes happens there. */
export interface Stage {
  /** The state changed or a second went by. `moment` is null while nothing is under way. */
  show(state: SessionState, moment: Moment | null, positionMs: number): void;
  signal(signal: Signal): void;
  /** @param steps How the movement is done, to be said after the lines where that is wanted. */
  say(lines: readonly Line[], steps: readonly string[]): void;
  hush(): void;
  /** Something was named that means stopping. */
  advise(stop: StopReason): void;
  /** How the session was led so far, for its log. */
  led(): Required<Pick<Result, "led_by" | "unrecorded_lines">>;
  /** The session is over and its result is to be saved. */
  ended(state: SessionState, result: Result): void;
}

/** Wakes once after `ms`; returns how to call it off. */
export type WakeAfter = (ms: number, wake: () => void) => () => void;

export const KEEP_EVERY_MS = 5_000;
/** A track's time moves in steps: asked again at once, it would still stand just before the second. */
const SHORTEST_WAIT_MS = 20;

/** Events that leap: what comes next was not played up to. */
const LEAPS: ReadonlySet<SessionEvent["type"]> = new Set([
  "begin",
  "next",
  "previous",
  "repeat",
  "ease",
  "skip",
]);

export class Player {
  private moment: Moment | null = null;
  private callOff: (() => void) | null = null;
  private keptAt = 0;
  /** Ids of the items whose steps were said. */
  private readonly explained = new Set<string>();
  /** The page was left and may come back: until then no time goes by. */
  private away = false;

  constructor(
    private readonly plan: Plan,
    private readonly machine: SessionMachine,
    private readonly clock: Clock,
    private readonly keeper: Keeper,
    private readonly stage: Stage,
    private readonly wakeAfter: WakeAfter,
    private readonly wallNow: () => number,
    private state: SessionState,
  ) {}

  get current(): SessionState {
    return this.state;
  }

  /** Show the state that the player was made with; plays on if it was playing. */
  open(): void {
    this.after(this.state, "tick");
  }

  /** The page goes, perhaps for good: keep where the session stands. */
  leave(): void {
    this.keep();
    this.away = true;
  }

  /** The page that was left is back, alive: go on with `state`, null for as it was. */
  comeBack(state: SessionState | null): void {
    if (!this.away) return;
    this.away = false;
    const before = this.state;
    this.state = state ?? before;
    this.after(before, "tick");
  }

  send(event: SessionEvent): void {
    if (this.away) return;
    const before = this.state;
    const at = this.clock.now();
    this.state = this.machine.next(before, event, at, this.clock.heard);
    if (this.state === before && event.type !== "tick") return;
    this.after(before, event.type);
  }

  /** Keep the state now, whatever the time: the page may be going. */
  keep(): void {
    if (isUnderWay(this.state)) this.keepAt(this.clock.now());
  }

  result(): Result {
    const { state } = this;
    const timeline = this.machine.timeline(state);
    const at = this.clock.now();
    const started = state.startedAt ?? at;
    return {
      log_id: state.logId,
      variant: state.variant,
      started_at: new Date(started).toISOString(),
      finished_at: new Date(Math.max(started, state.endedAt ?? state.playedAt ?? at)).toISOString(),
      pain_before: state.painBefore,
      stop: state.stop,
      ...this.stage.led(),
      results: results(timeline, state.log),
    };
  }

  private after(before: SessionState, cause: SessionEvent["type"]): void {
    const at = this.clock.now();
    const { state } = this;
    const timeline = this.machine.timeline(state);
    const position = Math.min(positionAt(state, at), timeline.totalMs);
    const moment = state.phase === "before" ? null : momentAt(timeline, position);
    this.hear(before, state, moment, cause);
    this.moment = moment;
    if (state.sheet?.kind === "advice" && before.sheet?.kind !== "advice") this.stage.advise(state.sheet.stop);
    this.stage.show(state, moment, position);
    this.schedule(position);
    if (state.phase === "before") {
      // A mere look at the page throws nothing away: what it keeps may wait for an answer.
      if (cause !== "tick") this.keeper.clear();
    } else if (before.phase !== state.phase || isUnderWay(state)) {
      // Once it is over the last screen has it: what is saved is not kept a second time.
      if (cause !== "tick" || state.phase !== "playing" || at - this.keptAt >= KEEP_EVERY_MS) this.keepAt(at);
    }
    const over = state.phase === "finished" || state.phase === "stopped";
    if (over && before.phase !== state.phase) this.stage.ended(state, this.result());
  }

  private hear(
    before: SessionState,
    state: SessionState,
    moment: Moment | null,
    cause: SessionEvent["type"],
  ): void {
    if (state.phase !== "playing" && state.phase !== "finished") {
      if (before.phase === "playing") this.stage.hush();
      return;
    }
    if (moment === null || (state.phase === "finished" && before.phase === "finished")) return;
    const sameCue = this.moment?.cueIndex === moment.cueIndex && before.parts === state.parts;
    const cameBack = before.sheet?.kind === "resume";
    const leapt = LEAPS.has(cause) || cameBack || (cause === "seek" && !sameCue);
    if (cause === "seek" && sameCue) return;
    const previous = leapt ? null : this.moment;
    const signal = signalBetween(previous, moment);
    if (signal !== null) this.stage.signal(signal);
    if (cause === "begin") this.explained.clear();
    if (cause === "repeat") this.explained.delete(moment.part.item.id);
    const lines = linesBetween(sameCue ? previous : null, moment);
    const steps = leapt || !sameCue ? this.stepsToSay(moment) : [];
    if (lines.length + steps.length > 0) this.stage.say(lines, steps);
    else if (leapt) this.stage.hush();
  }

  /** The steps of a movement, once: as its work begins. Not on its second side, nor after going back in it. */
  private stepsToSay(moment: Moment): readonly string[] {
    const { item } = moment.part;
    if (!moment.workBegins || this.explained.has(item.id)) return [];
    this.explained.add(item.id);
    return item.steps;
  }

  /** Wake at the next whole second of the session: every border of a cue is one. */
  private schedule(position: number): void {
    this.callOff?.();
    this.callOff = null;
    if (this.state.phase !== "playing") return;
    const ms = Math.max(SHORTEST_WAIT_MS, Math.ceil(1000 - (position % 1000)));
    this.callOff = this.wakeAfter(ms, () => this.send({ type: "tick" }));
  }

  private keepAt(at: number): void {
    this.keptAt = at;
    const { state } = this;
    const position = positionAt(state, at);
    // A playing state is kept as of now; a paused one keeps the time at which it stood still.
    const anchored = state.phase === "playing" ? { ...state, anchor: { at, position } } : state;
    const kept: Kept = {
      schema: KEPT_SCHEMA,
      savedAt: this.wallNow(),
      signature: this.plan.signature,
      name: this.plan.name,
      state: anchored,
      result: this.result(),
    };
    this.keeper.save(kept);
  }
}
