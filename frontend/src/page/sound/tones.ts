/** Bells, ticks and breathing tones, made by code: as samples, for the track and for Web Audio alike. */

import type { Signal } from "../player/moment.ts";
import { RATE } from "./rate.ts";

/** One tone: frequency in Hz, start and length in s, loudness 0-1; `to` glides there. */
interface Tone {
  readonly hz: number;
  readonly at: number;
  readonly length: number;
  readonly loudness: number;
  readonly to?: number;
}

/** A struck bell: partials that fade, the higher the sooner. */
function bell(hz: number, at: number, length: number): Tone[] {
  return [
    { hz, at, length, loudness: 0.5 },
    { hz: hz * 2.01, at, length: length * 0.6, loudness: 0.2 },
    { hz: hz * 2.99, at, length: length * 0.35, loudness: 0.1 },
  ];
}

const TONES: Readonly<Record<Signal, readonly Tone[]>> = {
  start: bell(660, 0, 1.4),
  end: bell(440, 0, 1.8),
  switch: [...bell(523, 0, 0.9), ...bell(784, 0.28, 1.2)],
  count: [{ hz: 1000, at: 0, length: 0.07, loudness: 0.25 }],
  rep: [{ hz: 740, at: 0, length: 0.12, loudness: 0.35 }],
  breath_in: [{ hz: 220, to: 294, at: 0, length: 1.4, loudness: 0.22 }],
  breath_out: [{ hz: 294, to: 196, at: 0, length: 1.8, loudness: 0.22 }],
  finish: [...bell(440, 0, 2), ...bell(554, 0.35, 2), ...bell(659, 0.7, 2.6)],
};

/** Where a tone begins and ends: too soft to be heard, yet a place an exponential can start from. */
const FAINT = 0.0001;
const STRIKE_S = 0.008;
/** The last of a tone goes to nothing in a straight line, so that it ends without a click. */
const RELEASE_S = 0.01;

function add(tone: Tone, out: Float32Array): void {
  const start = Math.round(tone.at * RATE);
  const count = Math.min(Math.round(tone.length * RATE), out.length - start);
  const glide = tone.to === undefined ? 0 : (tone.to - tone.hz) / tone.length;
  // A struck tone starts at once; a gliding one (a breath) swells, so that it does not startle.
  const attack = Math.round((tone.to === undefined ? STRIKE_S : tone.length / 3) * RATE);
  const release = RELEASE_S * RATE;
  const rise = (tone.loudness / FAINT) ** (1 / attack);
  const fall = (FAINT / tone.loudness) ** (1 / (count - attack));
  let loudness = FAINT;
  for (let i = 0; i < count; i += 1) {
    const t = i / RATE;
    const turns = tone.hz * t + (glide * t * t) / 2;
    const ending = Math.min(1, (count - 1 - i) / release);
    out[start + i] = (out[start + i] ?? 0) + Math.sin(2 * Math.PI * turns) * loudness * ending;
    loudness *= i < attack ? rise : fall;
  }
}

const made = new Map<Signal, Float32Array<ArrayBuffer>>();

/** How many samples `signal` has. */
export function lengthOf(signal: Signal): number {
  return Math.round(Math.max(...TONES[signal].map(({ at, length }) => at + length)) * RATE);
}

/** The sound of `signal` from its first sample on, about -1 to 1, at RATE. The same array each time: do not write to it. */
export function samplesOf(signal: Signal): Float32Array<ArrayBuffer> {
  let samples = made.get(signal);
  if (samples === undefined) {
    samples = new Float32Array(lengthOf(signal));
    for (const tone of TONES[signal]) add(tone, samples);
    made.set(signal, samples);
  }
  return samples;
}
