/** What one moment of a session looks and sounds like: everything that is on the screen, as values. */

import type { CueKind, Line, Pacer, Side } from "./plan.ts";
import {
  boutEnd,
  cueAt,
  isWork,
  sideFrom,
  type Timeline,
  type TimelineCue,
  type TimelinePart,
} from "./timeline.ts";

/** In for 4 s, out for 6 s. */
export const BREATH_IN_S = 4;
export const BREATH_S = 10;
/** There and back along the muscle: slow enough to be about 3 cm a second over 12 cm. */
export const ROLL_S = 8;

export type Breath = "in" | "out";

export interface Moment {
  readonly cueIndex: number;
  readonly kind: CueKind;
  readonly part: TimelinePart;
  readonly partCount: number;
  /** Of this cue. */
  readonly side: Side | null;
  /** Of this cue or of what it leads to: how the picture is turned. */
  readonly pictureSide: Side | null;
  /** "Hold", "Rep 4 of 10" ... */
  readonly word: string;
  /** "Left side", or "" */
  readonly sideWords: string;
  /** Whether the movement has sides at all. */
  readonly sided: boolean;
  /** Whole seconds to the end of the hold, set, rest ...; at least 1 until the session is over. */
  readonly leftS: number;
  /** Seconds since its start. */
  readonly elapsedS: number;
  /** The safety texts before this movement; "" while it is done. */
  readonly warning: string;
  /** What was said last in this movement; a bare count is in `word`. */
  readonly caption: string;
  /** Everything that is said while this cue lasts. */
  readonly lines: readonly Line[];
  /** Whether this cue is the first of its movement in which something is done. */
  readonly workBegins: boolean;
  readonly pacer: Pacer | null;
  readonly breath: Breath | null;
  readonly nextName: string | null;
  /** 0 to 1. */
  readonly progress: number;
  /** Rounded up; 0 at the end. */
  readonly minutesLeft: number;
}

const BEFORE_WORK: ReadonlySet<CueKind> = new Set(["change", "get_ready"]);

const WORDS: Readonly<Record<CueKind, string>> = {
  change: "Up next",
  get_ready: "Get ready",
  hold: "Hold",
  rep: "Repeat",
  breathe: "Breathe",
  roll: "Roll slowly",
  move: "Keep moving",
  rest: "Rest",
  switch_side: "Switch sides",
  done: "Done",
};

/** "0:07", or "1:20"; from ten minutes up it still fits. */
export function clockWords(seconds: number): string {
  if (seconds < 60) return String(seconds);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function pacerOf(cue: TimelineCue, part: TimelinePart): Pacer | null {
  if (cue.cue.kind === "breathe" || cue.cue.kind === "roll") return cue.cue.kind;
  return cue.cue.kind === "move" || cue.cue.kind === "hold" ? part.item.pacer : null;
}

function wordOf(cue: TimelineCue, breath: Breath | null): string {
  if (cue.index === 0 && cue.cue.kind === "change") return "First";
  if (breath !== null) return breath === "in" ? "Breathe in" : "Breathe out";
  const { kind, n, of } = cue.cue;
  if (kind === "rep" && of > 0) return `Rep ${n} of ${of}`;
  return WORDS[kind];
}

function sideWordsOf(kind: CueKind, side: Side | null, coming: Side | null): string {
  if (kind === "switch_side") return coming === null ? "" : `Now the ${coming} side`;
  if (side === null) return "";
  return side === "left" ? "Left side" : "Right side";
}

/** Lines as one text to read: each is a sentence. */
export function sentences(texts: readonly string[]): string {
  return texts.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(" ");
}

function captionOf(timeline: Timeline, cue: TimelineCue, elapsedS: number): string {
  for (let i = cue.index; i >= 0; i -= 1) {
    const earlier = timeline.cues[i];
    if (earlier === undefined || earlier.part !== cue.part) break;
    const said = earlier.cue.say.filter((line) => (earlier !== cue || line.at_s <= elapsedS) && !/^\d+$/.test(line.text));
    const last = said.at(-1);
    if (last !== undefined) return sentences(said.filter(({ at_s }) => at_s === last.at_s).map(({ text }) => text));
  }
  return "";
}

/** A warning that is said once stands before the first movement of the session that has it. */
function warningOf(timeline: Timeline, part: TimelinePart): string {
  const earlier = timeline.parts.slice(0, part.index).flatMap((each) => each.item.warnings.map(({ text }) => text));
  const said = part.item.warnings.filter(({ text, once }) => !once || !earlier.includes(text));
  return said.map(({ text }) => text).join(" ");
}

/** Everything there is to show at `positionMs`. */
export function momentAt(timeline: Timeline, positionMs: number): Moment {
  const position = Math.min(Math.max(0, positionMs), timeline.totalMs);
  const cue = cueAt(timeline, position);
  const part = timeline.parts[cue.part];
  if (part === undefined) throw new RangeError("a cue without a part");
  const { kind, side } = cue.cue;
  const elapsedS = Math.floor((position - cue.startMs) / 1000);
  const pacer = pacerOf(cue, part);
  let breath: Breath | null = null;
  if (pacer === "breathe") breath = elapsedS % BREATH_S < BREATH_IN_S ? "in" : "out";
  const coming = sideFrom(timeline, cue);
  const first = timeline.cues[part.firstCue];
  return {
    cueIndex: cue.index,
    kind,
    part,
    partCount: timeline.parts.length,
    side,
    pictureSide: coming,
    word: wordOf(cue, breath),
    sideWords: sideWordsOf(kind, side, coming),
    sided: first !== undefined && sideFrom(timeline, first) !== null,
    leftS: Math.ceil((boutEnd(timeline, cue) - position) / 1000),
    elapsedS,
    warning: BEFORE_WORK.has(kind) ? warningOf(timeline, part) : "",
    caption: captionOf(timeline, cue, elapsedS),
    lines: cue.cue.say,
    workBegins: timeline.cues.find((each) => each.part === cue.part && isWork(each.cue.kind)) === cue,
    pacer,
    breath,
    nextName: timeline.parts[cue.part + 1]?.item.name ?? null,
    progress: timeline.totalMs === 0 ? 1 : position / timeline.totalMs,
    minutesLeft: Math.ceil((timeline.totalMs - position) / 60_000),
  };
}

/** What is heard or felt when one moment follows another. */
export type Signal =
  | "start"
  | "end"
  | "switch"
  | "count"
  | "rep"
  | "breath_in"
  | "breath_out"
  | "finish";

const COUNTED: ReadonlySet<CueKind> = new Set(["get_ready", "hold", "roll", "move", "rest", "switch_side"]);

/** The signal of entering `now` from `before` (null: from elsewhere, after a leap or a pause). */
function entering(before: Moment | null, now: Moment): Signal | null {
  if (now.kind === "done") return "finish";
  if (now.kind === "switch_side") return "switch";
  if (now.kind === "rep") return before?.kind === "rep" ? "rep" : "start";
  if (isWork(now.kind)) return "start";
  return before !== null && isWork(before.kind) ? "end" : null;
}

/** The signal between two moments that follow each other while playing; one at most. */
export function signalBetween(before: Moment | null, now: Moment): Signal | null {
  if (before === null || before.cueIndex !== now.cueIndex) return entering(before, now);
  if (before.breath !== now.breath && now.breath !== null) {
    return now.breath === "in" ? "breath_in" : "breath_out";
  }
  const counts = COUNTED.has(now.kind) && now.leftS <= 3 && now.leftS >= 1;
  return counts && before.leftS !== now.leftS ? "count" : null;
}

/**
 * The lines that fall between two moments that follow each other (null: from elsewhere).
 *
 * Whoever comes late into a cue hears how it began, but nothing that had to be on time.
 */
export function linesBetween(before: Moment | null, now: Moment): readonly Line[] {
  const from = before === null || before.cueIndex !== now.cueIndex ? -1 : before.elapsedS;
  return now.lines.filter(({ at_s, on_time }) =>
    on_time ? at_s === now.elapsedS && at_s > from : at_s <= now.elapsedS && at_s > from,
  );
}
