/** A variant's parts joined into one line of cues, in milliseconds from the start of the session. */

import type { Cue, CueKind, Item, Part, Plan } from "./plan.ts";

export interface TimelineCue {
  readonly index: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Index of the part it belongs to; the closing `done` belongs to the last part. */
  readonly part: number;
  readonly cue: Cue;
}

export interface TimelinePart {
  readonly index: number;
  readonly item: Item;
  readonly easier: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly firstCue: number;
}

export interface Timeline {
  readonly cues: readonly TimelineCue[];
  readonly parts: readonly TimelinePart[];
  readonly totalMs: number;
}

const WORK: ReadonlySet<CueKind> = new Set(["hold", "rep", "breathe", "roll", "move"]);

/** Whether something is being done (not changed over, counted in or rested). */
export function isWork(kind: CueKind): boolean {
  return WORK.has(kind);
}

/** Join `parts` into one timeline that ends with `done`. */
export function joinParts(plan: Plan, parts: readonly Part[]): Timeline {
  const cues: TimelineCue[] = [];
  const joined: TimelinePart[] = [];
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const item = plan.items.get(part.item);
    if (item === undefined) throw new RangeError(`no item ${part.item}`);
    const block = part.easier ? item.easier : item.usual;
    const startMs = at;
    const firstCue = cues.length;
    for (const planned of block.cues) {
      const cue = index === 0 ? opening(planned) : planned;
      const endMs = at + cue.duration_s * 1000;
      cues.push({ index: cues.length, startMs: at, endMs, part: index, cue });
      at = endMs;
    }
    joined.push({ index, item, easier: part.easier, startMs, endMs: at, firstCue });
  }
  const done: Cue = {
    t: 0,
    duration_s: 0,
    kind: "done",
    side: null,
    n: 0,
    of: 0,
    say: [{ at_s: 0, text: plan.closing, on_time: false }],
  };
  cues.push({
    index: cues.length,
    startMs: at,
    endMs: at,
    part: Math.max(0, joined.length - 1),
    cue: done,
  });
  return { cues, parts: joined, totalMs: at };
}

/** What comes first need not be what was planned first: a shorter version may begin elsewhere. */
function opening(cue: Cue): Cue {
  return { ...cue, say: cue.say.map((line) => (line.text === "Next" ? { ...line, text: "First" } : line)) };
}

/** The last entry that starts at or before `positionMs` (the first one for earlier positions). */
function lastStarted<T extends { readonly startMs: number }>(
  entries: readonly T[],
  positionMs: number,
): T {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const entry = entries[middle];
    if (entry !== undefined && entry.startMs <= positionMs) low = middle;
    else high = middle - 1;
  }
  const found = entries[low];
  if (found === undefined) throw new RangeError("an empty timeline");
  return found;
}

/** The cue at `positionMs`: the last that has started. At a border the later one. */
export function cueAt(timeline: Timeline, positionMs: number): TimelineCue {
  return lastStarted(timeline.cues, positionMs);
}

/** The part at `positionMs`; the last one from the end on. */
export function partAt(timeline: Timeline, positionMs: number): TimelinePart {
  return lastStarted(timeline.parts, positionMs);
}

/** Where a part begins again when it is repeated: after the change of place, at its get-ready. */
export function repeatFrom(timeline: Timeline, part: TimelinePart): number {
  for (let i = part.firstCue; i < timeline.cues.length; i += 1) {
    const cue = timeline.cues[i];
    if (cue === undefined || cue.part !== part.index) break;
    if (cue.cue.kind !== "change") return cue.startMs;
  }
  return part.startMs;
}

/** When the run of repetitions that `cue` belongs to ends; its own end for every other kind. */
export function boutEnd(timeline: Timeline, cue: TimelineCue): number {
  let last = cue;
  while (cue.cue.kind === "rep") {
    const next = timeline.cues[last.index + 1];
    if (next === undefined || next.part !== cue.part || next.cue.kind !== "rep") break;
    last = next;
  }
  return last.endMs;
}

/** The side of `cue`, or of the next cue of its part that has one. */
export function sideFrom(timeline: Timeline, cue: TimelineCue): Cue["side"] {
  for (let i = cue.index; i < timeline.cues.length; i += 1) {
    const later = timeline.cues[i];
    if (later === undefined || later.part !== cue.part) return null;
    if (later.cue.side !== null) return later.cue.side;
  }
  return null;
}
