/** What sounds in the sound check and in the lock test, and when. */

import type { ScoreSound } from "../sound/score.ts";
import { sampleAt } from "../sound/rate.ts";
import type { Bells } from "./lock_measure.ts";

/** Recorded lines: the texts of fstpwa/domain/spoken_lines.py. */
export const SOUND_CHECK = "This is how the voice sounds";
export const LOCK_TEST = "Lock your phone now. In ten seconds you hear three bells";
export const LOCK_TEST_PASSED = "That was the third bell. The sound goes on while your phone is locked";

/** How loud, 0 to 1. */
export interface Loudness {
  readonly bells: number;
  readonly voice: number;
}

export interface Piece {
  readonly sounds: readonly ScoreSound[];
  readonly durationMs: number;
}

/** Some players swallow the very beginning. */
const START_MS = 300;
const BELL_MS = 1_400;
/** A line without a recording is given so long, for whoever reads it. */
const READING_MS = 5_000;
const SILENCE_MS = 10_000;
const BETWEEN_BELLS_MS = 2_000;
const END_MS = 700;

function bell(ms: number, gain: number): ScoreSound {
  return { at: sampleAt(ms), kind: "signal", what: "start", gain };
}

function line(ms: number, what: string, gain: number): ScoreSound {
  return { at: sampleAt(ms), kind: "line", what, gain };
}

/** @param durations Of the recorded lines, in ms. */
export function soundCheck(durations: ReadonlyMap<string, number>, { bells, voice }: Loudness): Piece {
  const spoken = durations.get(SOUND_CHECK);
  const at = START_MS + BELL_MS;
  const sounds = bells > 0 ? [bell(START_MS, bells)] : [];
  if (voice > 0 && spoken !== undefined) sounds.push(line(at, SOUND_CHECK, voice));
  return { sounds, durationMs: at + (spoken ?? 0) + END_MS };
}

/** The lock test: its sounds, and when its parts begin, in ms. */
export interface LockPiece extends Piece {
  readonly bells: Bells;
  readonly marks: readonly { readonly name: string; readonly atMs: number }[];
}

/** @param durations Of the recorded lines, in ms. */
export function lockTest(durations: ReadonlyMap<string, number>, { bells, voice }: Loudness): LockPiece {
  const silenceMs = START_MS + (durations.get(LOCK_TEST) ?? READING_MS);
  const firstMs = silenceMs + SILENCE_MS;
  const bellsMs = [0, 1, 2].map((n) => firstMs + n * BETWEEN_BELLS_MS);
  const lastMs = firstMs + 2 * BETWEEN_BELLS_MS;
  const passedMs = lastMs + BETWEEN_BELLS_MS;
  const durationMs = passedMs + (durations.get(LOCK_TEST_PASSED) ?? READING_MS) + END_MS;
  const lines = [line(START_MS, LOCK_TEST, voice), line(passedMs, LOCK_TEST_PASSED, voice)];
  const spoken = lines.filter(({ what }) => durations.has(what));
  const sounds = [...spoken, ...bellsMs.map((ms) => bell(ms, bells))].sort((one, other) => one.at - other.at);
  return {
    sounds,
    durationMs,
    bells: { firstMs, lastMs, endMs: durationMs },
    marks: [
      { name: "lock", atMs: 0 },
      { name: "silence", atMs: silenceMs },
      ...bellsMs.map((atMs, i) => ({ name: `bell-${i + 1}`, atMs })),
      { name: "passed", atMs: passedMs },
    ],
  };
}

/** What is going on at `positionMs`: the last mark before it. */
export function markAt(piece: LockPiece, positionMs: number): string {
  return piece.marks.findLast(({ atMs }) => atMs <= positionMs)?.name ?? "";
}
