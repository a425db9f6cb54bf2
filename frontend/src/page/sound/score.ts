/** Everything that sounds in a session, in order. */

import { momentAt, signalBetween, type Moment, type Signal } from "../player/moment.ts";
import type { Timeline } from "../player/timeline.ts";
import { RATE, sampleAt } from "./rate.ts";
import { speechPlan } from "./speech_plan.ts";
import { lengthOf } from "./tones.ts";

interface Sound {
  /** The sample it starts at. */
  readonly at: number;
  /** 0 to 1. */
  readonly gain: number;
}

export interface SignalSound extends Sound {
  readonly kind: "signal";
  readonly what: Signal;
}

export interface LineSound extends Sound {
  readonly kind: "line";
  readonly what: string;
}

export type ScoreSound = SignalSound | LineSound;

/** How loud, 0 to 1; 0 leaves out. */
export interface Mix {
  readonly signals: number;
  readonly voice: number;
}

/** A track goes on so long after the session, for the last words and bells to fade. */
export const TAIL_MS = 6_000;
/** What a bell is turned down to while somebody speaks. */
export const UNDER_VOICE = 0.6;

/** The signals of a session, each with the sample it starts at: what the screen sounds as its seconds go by. */
function signalsOf(timeline: Timeline): { at: number; what: Signal }[] {
  const found: { at: number; what: Signal }[] = [];
  let before: Moment | null = null;
  for (let ms = 0; ms <= timeline.totalMs; ms += 1000) {
    const now = momentAt(timeline, ms);
    const what = signalBetween(before, now);
    if (what !== null) found.push({ at: sampleAt(ms), what });
    before = now;
  }
  return found;
}

/** Where somebody speaks: first sample, and the one after the last; in order, never two at once. */
type Stretch = readonly [number, number];

/** Whether from sample `at` to before `end` somebody speaks. */
function spokenOver(speech: readonly Stretch[], at: number, end: number): boolean {
  return speech.some(([from, to]) => from < end && at < to);
}

/**
 * All sounds, in order of time.
 *
 * @param durations Of each text that there is a clip of, in ms; other lines have a place in the score all the same.
 */
export function score(timeline: Timeline, durations: ReadonlyMap<string, number>, mix: Mix): ScoreSound[] {
  const sounds: ScoreSound[] = [];
  const speech: Stretch[] = [];
  if (mix.voice > 0) {
    for (const { atMs, text } of speechPlan(timeline, durations).said) {
      const at = sampleAt(atMs);
      const lasts = durations.get(text);
      if (lasts !== undefined) speech.push([at, at + Math.ceil((lasts * RATE) / 1000)]);
      sounds.push({ at, kind: "line", what: text, gain: mix.voice });
    }
  }
  if (mix.signals > 0) {
    for (const { at, what } of signalsOf(timeline)) {
      const under = spokenOver(speech, at, at + lengthOf(what));
      sounds.push({ at, kind: "signal", what, gain: mix.signals * (under ? UNDER_VOICE : 1) });
    }
  }
  return sounds.sort((one, other) => one.at - other.at);
}
