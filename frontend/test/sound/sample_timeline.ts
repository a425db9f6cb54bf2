// Small sessions of one movement, cue by cue.
import type { Cue, CueKind, Line } from "../../src/page/player/plan.ts";
import type { Timeline, TimelineCue } from "../../src/page/player/timeline.ts";
import { samplePlan } from "../player/sample_plan.ts";

/** Kind, seconds, and the lines: a text at the start, or with its second; with "!" it is on time or nothing. */
export type Written = readonly [CueKind, number, ...(string | readonly [number, string])[]];

function line(written: string | readonly [number, string]): Line {
  const [at_s, text] = typeof written === "string" ? [0, written] as const : written;
  return { at_s, text: text.replace(/!$/, ""), on_time: text.endsWith("!") };
}

export function timelineOf(...written: readonly Written[]): Timeline {
  const item = samplePlan().items.get("3");
  if (item === undefined) throw new RangeError("no item 3");
  const cues: TimelineCue[] = [];
  let at = 0;
  for (const [index, [kind, duration_s, ...lines]] of written.entries()) {
    const cue: Cue = { t: at / 1000, duration_s, kind, side: null, n: 1, of: 1, say: lines.map(line) };
    cues.push({ index, startMs: at, endMs: at + duration_s * 1000, part: 0, cue });
    at += duration_s * 1000;
  }
  const part = { index: 0, item, easier: false, startMs: 0, endMs: at, firstCue: 0 };
  return { cues, parts: [part], totalMs: at };
}

/** A way there, a hold of 20 s with words, and the end: 36 s. */
export function shortSession(): Timeline {
  return timelineOf(
    ["change", 10, "First", "Wall slide", "Stand with your back to a wall"],
    ["get_ready", 5, "Get ready", "Left side"],
    ["hold", 21, "Hold", "Left side", [11, "Ten seconds left!"]],
    ["done", 0, "That is all for today"],
  );
}
