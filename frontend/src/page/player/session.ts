/**
 * The session as a state machine: events with a time go in, the next state comes out.
 *
 *   before -> playing <-> paused -> stopped | finished
 *
 * A sheet (a question on top) always means paused. The position is never counted: while playing
 * it is the anchor's position plus the time that went by since the anchor.
 */

import type { Part, Plan, StopReason, Variant } from "./plan.ts";
import {
  easedFrom,
  isNothing,
  played,
  results,
  withReason,
  type PracticeLog,
  type Reason,
} from "./practice_log.ts";
import { joinParts, partAt, repeatFrom, type Timeline, type TimelinePart } from "./timeline.ts";

/** Asleep or hidden for so long while playing, and the person is asked whether to carry on. */
export const ASK_AFTER_MS = 120_000;
/** The same for a page that was gone (a reload, another page): nobody saw or heard what to do meanwhile. */
export const ASK_AFTER_GONE_MS = 10_000;

/** After a break of so long, or on another day, something new may have come up: that is asked first. */
export const ASK_WHAT_IS_NEW_MS = 600_000;

export type Phase = "before" | "playing" | "paused" | "stopped" | "finished";

export type Sheet =
  /** "Too much": first why, for pain of what kind, then what to do. */
  | { readonly kind: "why" }
  | { readonly kind: "pain_kind" }
  | { readonly kind: "instead"; readonly reason: Reason }
  | { readonly kind: "advice"; readonly stop: StopReason }
  | { readonly kind: "leave" }
  | { readonly kind: "resume" };

export interface SessionState {
  readonly phase: Phase;
  readonly sheet: Sheet | null;
  /** Whether closing the sheet plays on. */
  readonly playOn: boolean;
  readonly variant: string;
  readonly parts: readonly Part[];
  /** At clock time `at` (ms) the session stood at `position` (ms). */
  readonly anchor: { readonly at: number; readonly position: number };
  readonly log: PracticeLog;
  readonly logId: string;
  /** Clock times in ms; null before. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Until when it was played so far: a session ends there, however long it was paused after. */
  readonly playedAt: number | null;
  readonly painBefore: number | null;
  /** What made the person stop, if it was something that means stopping. */
  readonly stop: StopReason | null;
}

export type SessionEvent =
  | {
      readonly type: "begin";
      readonly variant: string;
      readonly painBefore: number | null;
      readonly logId: string;
    }
  | {
      readonly type:
        | "tick"
        | "toggle"
        | "pause"
        | "next"
        | "previous"
        | "repeat"
        | "too_much"
        | "ask_leave"
        | "close_sheet"
        | "ease"
        | "skip"
        | "carry_on"
        | "start_again"
        | "stop";
    }
  | { readonly type: "seek"; readonly byMs: number }
  | { readonly type: "reason"; readonly reason: Reason }
  | { readonly type: "pain_kind"; readonly pain: "mild" | StopReason };

/** A new session, nothing chosen yet. */
export function newSession(variant: Variant): SessionState {
  return {
    phase: "before",
    sheet: null,
    playOn: false,
    variant: variant.name,
    parts: variant.parts,
    anchor: { at: 0, position: 0 },
    log: {},
    logId: "",
    startedAt: null,
    endedAt: null,
    playedAt: null,
    painBefore: null,
    stop: null,
  };
}

/** Where the session stands at clock time `at`, in ms; may be past the end by what went by since. */
export function positionAt(state: SessionState, at: number): number {
  const { anchor } = state;
  return state.phase === "playing" ? anchor.position + Math.max(0, at - anchor.at) : anchor.position;
}

/** Whether the session is under way: begun and not over. */
export function isUnderWay(state: SessionState): boolean {
  return state.phase === "playing" || state.phase === "paused";
}

/** Whether it was last played so long ago that what is new has to be asked. */
export function isLongAgo({ playedAt }: SessionState, at: number): boolean {
  if (playedAt === null) return false;
  return Math.abs(at - playedAt) > ASK_WHAT_IS_NEW_MS || new Date(at).getDate() !== new Date(playedAt).getDate();
}

/** Events that may play on after a pause. */
const PLAYS_ON: ReadonlySet<SessionEvent["type"]> = new Set(["toggle", "close_sheet", "ease", "skip"]);
/** Sheets that ask more than to carry on. */
const STAYS: ReadonlySet<Sheet["kind"] | undefined> = new Set<Sheet["kind"] | undefined>(["resume", "advice"]);

/** The machine for one plan. It remembers joined timelines, and nothing else. */
export class SessionMachine {
  private parts: readonly Part[] | null = null;
  private joined: Timeline | null = null;

  constructor(private readonly plan: Plan) {}

  timeline(state: SessionState): Timeline {
    if (this.joined === null || this.parts !== state.parts) {
      this.parts = state.parts;
      this.joined = joinParts(this.plan, state.parts);
    }
    return this.joined;
  }

  /** The part that `state` stands in at `at`. */
  currentPart(state: SessionState, at: number): TimelinePart {
    return partAt(this.timeline(state), positionAt(state, at));
  }

  /** Whether the current movement still has an easier version to offer. */
  canEase(state: SessionState): boolean {
    const part = partAt(this.timeline(state), state.anchor.position);
    return !part.easier;
  }

  /** Whether there is nothing to save so far. */
  nothingDone(state: SessionState): boolean {
    return isNothing(results(this.timeline(state), state.log));
  }

  /**
   * The state after `event` at clock time `at` (ms).
   *
   * An event that makes no sense in the present state changes nothing. The first event after a
   * gap of two minutes or more while playing (the device slept) only asks whether to carry on;
   * so does playing on after a long pause.
   *
   * @param heard Whether the session went on in sound since the last event: then there is no gap.
   */
  next(state: SessionState, event: SessionEvent, at: number, heard = false): SessionState {
    if (state.phase === "before") return event.type === "begin" ? this.begin(state, event, at) : state;
    if (!isUnderWay(state)) return event.type === "start_again" ? this.again(state) : state;
    if (state.phase === "playing" && !heard && at - state.anchor.at >= ASK_AFTER_MS) {
      return { ...state, phase: "paused", sheet: { kind: "resume" }, playOn: false };
    }
    if (state.phase === "paused" && !STAYS.has(state.sheet?.kind) && PLAYS_ON.has(event.type) && isLongAgo(state, at)) {
      return { ...state, sheet: { kind: "resume" }, playOn: false };
    }
    const settled = this.settle(state, at);
    if (!isUnderWay(settled)) return settled;
    return settled.sheet === null
      ? this.control(settled, event, at)
      : this.answer(settled, settled.sheet, event, at);
  }

  /** What is known after `at` has come: log and anchor brought up to it, perhaps finished. */
  private settle(state: SessionState, at: number): SessionState {
    if (state.phase !== "playing") return state;
    const timeline = this.timeline(state);
    const position = Math.min(positionAt(state, at), timeline.totalMs);
    const log = played(state.log, timeline, state.anchor.position, position);
    if (position < timeline.totalMs) return { ...state, log, anchor: { at, position }, playedAt: at };
    const endedAt = state.anchor.at + (timeline.totalMs - state.anchor.position);
    return { ...state, phase: "finished", log, anchor: { at, position }, endedAt, playedAt: endedAt };
  }

  private begin(
    state: SessionState,
    event: SessionEvent & { type: "begin" },
    at: number,
  ): SessionState {
    const variant = this.plan.variants.find((each) => each.name === event.variant);
    if (variant === undefined) return state;
    return {
      ...newSession(variant),
      phase: "playing",
      anchor: { at, position: 0 },
      logId: event.logId,
      startedAt: at,
      playedAt: at,
      painBefore: event.painBefore,
    };
  }

  private again(state: SessionState): SessionState {
    const variant = this.plan.variants.find((each) => each.name === state.variant);
    return variant === undefined ? state : newSession(variant);
  }

  /** The player's own buttons. */
  private control(state: SessionState, event: SessionEvent, at: number): SessionState {
    const timeline = this.timeline(state);
    const here = state.anchor.position;
    const part = partAt(timeline, here);
    switch (event.type) {
      case "toggle":
        return { ...state, phase: state.phase === "playing" ? "paused" : "playing", anchor: { at, position: here } };
      case "pause":
        return { ...state, phase: "paused" };
      case "seek":
        // Never past the end: a session ends by itself or by the person's word.
        return moved(state, Math.min(Math.max(0, here + event.byMs), Math.max(here, timeline.totalMs - 1000)), at);
      case "previous":
        return moved(state, timeline.parts[part.index - 1]?.startMs ?? part.startMs, at);
      case "repeat":
        return moved(state, repeatFrom(timeline, part), at);
      case "next": {
        const following = timeline.parts[part.index + 1];
        return following === undefined
          ? asking(state, { kind: "leave" })
          : moved(state, following.startMs, at);
      }
      case "too_much":
        return asking(state, { kind: "why" });
      case "ask_leave":
        return asking(state, { kind: "leave" });
      case "stop":
        return stopped(state);
      default:
        return state;
    }
  }

  /** The answers to a sheet. */
  private answer(state: SessionState, sheet: Sheet, event: SessionEvent, at: number): SessionState {
    if (event.type === "stop") return stopped(state);
    if (sheet.kind === "resume") {
      if (event.type === "carry_on") return playing(state, at);
      return event.type === "start_again" ? this.again(state) : state;
    }
    // After the stop advice there is no going on.
    if (sheet.kind === "advice") return state;
    switch (event.type) {
      case "close_sheet":
        return state.playOn ? playing(state, at) : { ...state, sheet: null };
      case "reason":
        if (sheet.kind !== "why") return state;
        return event.reason === "pain"
          ? { ...state, sheet: { kind: "pain_kind" } }
          : { ...state, sheet: { kind: "instead", reason: event.reason } };
      case "pain_kind":
        return sheet.kind === "pain_kind" ? this.painKind(state, event.pain) : state;
      case "ease":
        return sheet.kind === "instead" ? this.ease(state, sheet.reason, at) : state;
      case "skip":
        return sheet.kind === "instead" ? this.skip(state, sheet.reason, at) : state;
      default:
        return state;
    }
  }

  private painKind(state: SessionState, pain: "mild" | StopReason): SessionState {
    if (pain === "mild") return { ...state, sheet: { kind: "instead", reason: "pain" } };
    const part = partAt(this.timeline(state), state.anchor.position);
    return {
      ...state,
      sheet: { kind: "advice", stop: pain },
      playOn: false,
      log: withReason(state.log, part.item.id, "pain"),
      stop: pain,
    };
  }

  /** The whole movement again in its easier version, from its get-ready. */
  private ease(state: SessionState, reason: Reason, at: number): SessionState {
    const part = partAt(this.timeline(state), state.anchor.position);
    if (part.easier) return state;
    const parts = state.parts.map((each, i) => (i === part.index ? { ...each, easier: true } : each));
    const log = easedFrom(withReason(state.log, part.item.id, reason), part);
    const eased: SessionState = { ...state, parts, log };
    const timeline = this.timeline(eased);
    const again = timeline.parts[part.index];
    return again === undefined ? state : playing(moved(eased, repeatFrom(timeline, again), at), at);
  }

  private skip(state: SessionState, reason: Reason, at: number): SessionState {
    const timeline = this.timeline(state);
    const part = partAt(timeline, state.anchor.position);
    const log = withReason(state.log, part.item.id, reason);
    const following = timeline.parts[part.index + 1];
    if (following === undefined) {
      return { ...state, phase: "finished", sheet: null, log, endedAt: state.playedAt, anchor: { at, position: timeline.totalMs } };
    }
    return playing(moved({ ...state, log }, following.startMs, at), at);
  }
}

function moved(state: SessionState, position: number, at: number): SessionState {
  return { ...state, anchor: { at, position } };
}

function playing(state: SessionState, at: number): SessionState {
  return { ...state, phase: "playing", sheet: null, playOn: false, anchor: { ...state.anchor, at } };
}

function asking(state: SessionState, sheet: Sheet): SessionState {
  return { ...state, phase: "paused", sheet, playOn: state.phase === "playing" };
}

/** A session ended when it was last played, not when somebody came back to say so. */
function stopped(state: SessionState): SessionState {
  return { ...state, phase: "stopped", sheet: null, playOn: false, endedAt: state.playedAt };
}
