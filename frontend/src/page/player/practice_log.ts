/** What was really played of each item, whatever was skipped, repeated or sought. */

import { isWork, type Timeline, type TimelinePart } from "./timeline.ts";

export type Reason = "pain" | "tired" | "other";
export type ItemState = "done" | "part" | "skipped";

/** From and to, in ms from the start of the part. */
export type Span = readonly [number, number];

export interface ItemLog {
  /** Played stretches of the version that is planned now: sorted, apart from each other. */
  readonly spans: readonly Span[];
  /** Played of the usual version before it was given up for the easier one. */
  readonly earlierMs: number;
  readonly reason: Reason | null;
}

/** Keyed by item id. */
export type PracticeLog = Readonly<Record<string, ItemLog>>;

/** One line of the result, as the server reads it. */
export interface ItemResult {
  readonly item: string;
  readonly state: ItemState;
  readonly easier: boolean;
  readonly done_s: number;
  readonly reason: Reason | null;
  /** What was shown under this id, whatever the plan says when this is sent. */
  readonly slug: string;
}

/** So much of the work may be missing, and the item still counts as done. */
const SLACK_MS = 3_000;
const SLACK_SHARE = 0.1;

const NOTHING: ItemLog = { spans: [], earlierMs: 0, reason: null };

export function entryOf(log: PracticeLog, item: string): ItemLog {
  return log[item] ?? NOTHING;
}

/** Add a stretch; overlapping and touching ones become one. Played twice counts once. */
export function addSpan(spans: readonly Span[], [from, to]: Span): readonly Span[] {
  if (to <= from) return spans;
  const apart: Span[] = [];
  let low = from;
  let high = to;
  for (const span of spans) {
    if (span[1] < low || span[0] > high) apart.push(span);
    else {
      low = Math.min(low, span[0]);
      high = Math.max(high, span[1]);
    }
  }
  apart.push([low, high]);
  return apart.sort((a, b) => a[0] - b[0]);
}

function overlap(spans: readonly Span[], [from, to]: Span): number {
  let sum = 0;
  for (const span of spans) sum += Math.max(0, Math.min(span[1], to) - Math.max(span[0], from));
  return sum;
}

/** Note that `timeline` was played from `fromMs` to `toMs`. */
export function played(
  log: PracticeLog,
  timeline: Timeline,
  fromMs: number,
  toMs: number,
): PracticeLog {
  if (toMs <= fromMs) return log;
  const next: Record<string, ItemLog> = { ...log };
  for (const part of timeline.parts) {
    const from = Math.max(fromMs, part.startMs) - part.startMs;
    const to = Math.min(toMs, part.endMs) - part.startMs;
    if (to <= from) continue;
    const entry = entryOf(next, part.item.id);
    next[part.item.id] = { ...entry, spans: addSpan(entry.spans, [from, to]) };
  }
  return next;
}

/** Note why the item was eased or skipped. */
export function withReason(log: PracticeLog, item: string, reason: Reason): PracticeLog {
  return { ...log, [item]: { ...entryOf(log, item), reason } };
}

/** The item goes on in its easier version: what was played so far is kept as a sum. */
export function easedFrom(log: PracticeLog, part: TimelinePart): PracticeLog {
  const entry = entryOf(log, part.item.id);
  const length = part.endMs - part.startMs;
  const earlierMs = entry.earlierMs + overlap(entry.spans, [0, length]);
  return { ...log, [part.item.id]: { ...entry, spans: [], earlierMs } };
}

/**
 * What was done of one part.
 *
 * Done: at most 3 s (or a tenth, if that is less) of its work is missing. Skipped: none of its
 * work was played. `done_s` counts everything played of it, lead-in and rests too, each moment
 * once; with the usual version given up for the easier one, both.
 */
function resultOf(timeline: Timeline, log: PracticeLog, part: TimelinePart): ItemResult {
  const entry = entryOf(log, part.item.id);
  let workMs = 0;
  let workedMs = 0;
  for (let i = part.firstCue; i < timeline.cues.length; i += 1) {
    const cue = timeline.cues[i];
    if (cue === undefined || cue.part !== part.index) break;
    if (!isWork(cue.cue.kind)) continue;
    workMs += cue.endMs - cue.startMs;
    workedMs += overlap(entry.spans, [cue.startMs - part.startMs, cue.endMs - part.startMs]);
  }
  const slackMs = Math.min(SLACK_MS, workMs * SLACK_SHARE);
  const playedMs = entry.earlierMs + overlap(entry.spans, [0, part.endMs - part.startMs]);
  let state: ItemState = "part";
  if (workedMs >= workMs - slackMs) state = "done";
  else if (workedMs === 0 && entry.earlierMs === 0) state = "skipped";
  return {
    item: part.item.id,
    state,
    easier: part.easier,
    done_s: state === "skipped" ? 0 : Math.round(playedMs / 1000),
    reason: entry.reason,
    slug: part.item.slug,
  };
}

/** One line for each part, in order, those not reached too. */
export function results(timeline: Timeline, log: PracticeLog): ItemResult[] {
  return timeline.parts.map((part) => resultOf(timeline, log, part));
}

/** Whether there is nothing to save: nothing was done of any movement, and no reason given for it. */
export function isNothing(lines: readonly ItemResult[]): boolean {
  return lines.every((line) => line.state === "skipped" && line.reason === null);
}
