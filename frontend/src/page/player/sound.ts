/** Bells and ticks, made by code. */

import type { Signal } from "./moment.ts";

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

/** Plays signals. Silent until `unlock` ran in a tap, and where there is no Web Audio. */
export class Sounds {
  private context: AudioContext | null = null;
  private gain: GainNode | null = null;
  private volume = 1;

  /**
   * To be called in a tap or key press: browsers refuse sound before one.
   *
   * @param changed Called once sound is allowed.
   */
  unlock(changed: () => void): void {
    if (this.ready) return;
    try {
      if (this.context === null) {
        this.context = new AudioContext();
        this.gain = this.context.createGain();
        this.gain.connect(this.context.destination);
        this.gain.gain.value = this.volume;
      }
      // Refused without a tap; the next tap tries again.
      this.context.resume().then(changed, () => undefined);
    } catch {
      this.context = null;
    }
  }

  /** Whether sound would be heard now. */
  get ready(): boolean {
    return this.context?.state === "running";
  }

  /** Whether there is Web Audio, but it waits for a tap. */
  get blocked(): boolean {
    return "AudioContext" in globalThis && !this.ready;
  }

  /** @param volume 0 (off) to 1. */
  setVolume(volume: number): void {
    this.volume = volume;
    if (this.gain !== null) this.gain.gain.value = volume;
  }

  play(signal: Signal): void {
    const { context, gain } = this;
    if (context === null || gain === null || this.volume === 0 || context.state !== "running") return;
    for (const tone of TONES[signal]) sound(context, gain, tone);
  }
}

function sound(context: AudioContext, out: AudioNode, tone: Tone): void {
  const start = context.currentTime + tone.at;
  const end = start + tone.length;
  const oscillator = context.createOscillator();
  const envelope = context.createGain();
  oscillator.frequency.setValueAtTime(tone.hz, start);
  // A struck tone starts at once; a gliding one (a breath) swells, so that it does not startle.
  const attack = tone.to === undefined ? 0.008 : tone.length / 3;
  if (tone.to !== undefined) oscillator.frequency.linearRampToValueAtTime(tone.to, end);
  envelope.gain.setValueAtTime(0.0001, start);
  envelope.gain.exponentialRampToValueAtTime(tone.loudness, start + attack);
  envelope.gain.exponentialRampToValueAtTime(0.0001, end);
  oscillator.connect(envelope).connect(out);
  oscillator.start(start);
  oscillator.stop(end);
}
