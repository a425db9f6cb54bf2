/** When each line of a session is said: in its turn, never two at once, and no count too late. */

import { isWork, type Timeline, type TimelineCue } from "../player/timeline.ts";

export interface Said {
  /** From the start of the session; of a line that is left out, when it would have been due. */
  readonly atMs: number;
  readonly text: string;
  readonly cueIndex: number;
}

export interface SpeechPlan {
  readonly said: Said[];
  readonly leftOut: Said[];
}

/** Between two lines, so that they do not run into each other. */
export const GAP_MS = 120;
/** A line may still be spoken so long after a later one is due. */
export const GRACE_MS = 2_000;
/** A line that is said on its second or not at all may be so late. */
export const ON_TIME_MS = 250;
/** What a line takes that there is no clip of: its turn is kept free for a voice outside the track. */
export const UNKNOWN_LETTER_MS = 60;

/** How long `text` takes to say. */
export function lengthMs(text: string, durations: ReadonlyMap<string, number>): number {
  return durations.get(text) ?? text.length * UNKNOWN_LETTER_MS;
}

interface Due {
  readonly dueMs: number;
  readonly text: string;
  readonly cueIndex: number;
  readonly onTime: boolean;
  /** Whether no other line of that second comes before it. */
  first: boolean;
  /** Whether work begins with it. */
  readonly begins: boolean;
}

function beginsWork(timeline: Timeline, cue: TimelineCue): boolean {
  const before = timeline.cues[cue.index - 1];
  const goesOn = cue.cue.kind === "rep" && before?.cue.kind === "rep" && before.part === cue.part;
  return isWork(cue.cue.kind) && !goesOn;
}

/** All lines in order of time. */
function linesOf(timeline: Timeline): Due[] {
  const lines = timeline.cues.flatMap((cue) =>
    cue.cue.say.map(
      ({ at_s, text, on_time }): Due => ({
        dueMs: cue.startMs + at_s * 1000,
        text,
        cueIndex: cue.index,
        onTime: on_time,
        first: true,
        begins: at_s === 0 && beginsWork(timeline, cue),
      }),
    ),
  );
  lines.sort((one, other) => one.dueMs - other.dueMs);
  for (const [i, line] of lines.entries()) line.first = lines[i - 1]?.dueMs !== line.dueMs;
  return lines;
}

/** When the next line after second `dueMs` is due that `wanted` says yes to; never: Infinity. */
function nextDue(lines: readonly Due[], from: number, dueMs: number, wanted: (line: Due) => boolean): number {
  for (let i = from; i < lines.length; i += 1) {
    const line = lines[i];
    if (line !== undefined && line.dueMs > dueMs && wanted(line)) return line.dueMs;
  }
  return Infinity;
}

/**
 * When to say what. Lines of one second follow each other; a line waits for the one before.
 *
 * Left out are: a line that is on time or nothing and would come too late; a line that would go on
 * well after another one is due (counts are not waited for); and of several lines of one second
 * the later ones where the start of work would have to wait for them.
 *
 * @param durations Of each text that there is a clip of, in ms.
 */
export function speechPlan(timeline: Timeline, durations: ReadonlyMap<string, number>): SpeechPlan {
  const lines = linesOf(timeline);
  const said: Said[] = [];
  const leftOut: Said[] = [];
  let freeMs = 0;
  for (const [i, line] of lines.entries()) {
    const { dueMs, text, cueIndex } = line;
    const atMs = Math.max(dueMs, freeMs);
    const endMs = atMs + lengthMs(text, durations);
    const late = line.onTime && atMs - dueMs > ON_TIME_MS;
    const long = endMs > nextDue(lines, i + 1, dueMs, (other) => !other.onTime) + GRACE_MS;
    const inTheWay = !line.first && endMs + GAP_MS > nextDue(lines, i + 1, dueMs, (other) => other.begins);
    if (late || long || inTheWay) {
      leftOut.push({ atMs: dueMs, text, cueIndex });
      continue;
    }
    said.push({ atMs, text, cueIndex });
    freeMs = endMs + GAP_MS;
  }
  return { said, leftOut };
}
