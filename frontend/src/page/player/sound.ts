/** Bells, ticks and clips by Web Audio, each at once. */

import { RATE } from "../sound/rate.ts";
import { samplesOf } from "../sound/tones.ts";
import type { Signal } from "./moment.ts";

/** Plays signals. Silent until `unlock` ran in a tap, and where there is no Web Audio. */
export class Sounds {
  private context: AudioContext | null = null;
  private gain: GainNode | null = null;
  private volume = 1;
  private readonly buffers = new Map<Signal, AudioBuffer>();
  private clip: AudioBufferSourceNode | null = null;

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

  /** @param volume Of signals: 0 (off) to 1. */
  setVolume(volume: number): void {
    this.volume = volume;
    if (this.gain !== null) this.gain.gain.value = volume;
  }

  play(signal: Signal): void {
    const { context, gain } = this;
    if (context === null || gain === null || this.volume === 0 || context.state !== "running") return;
    let buffer = this.buffers.get(signal);
    if (buffer === undefined) {
      buffer = bufferOf(context, samplesOf(signal));
      this.buffers.set(signal, buffer);
    }
    started(context, buffer, gain);
  }

  /**
   * Play a clip in place of the one before. Settles when it is over, was silenced, or cannot be heard.
   *
   * @param samples 16 bit, at RATE.
   * @param volume 0 to 1.
   */
  async playSamples(samples: Int16Array, volume: number): Promise<void> {
    const { context } = this;
    this.silence();
    if (context === null || context.state !== "running" || samples.length === 0) return;
    const gain = context.createGain();
    gain.gain.value = volume;
    gain.connect(context.destination);
    const clip = started(context, bufferOf(context, Float32Array.from(samples, (sample) => sample / 32_767)), gain);
    this.clip = clip;
    await new Promise((resolve) => clip.addEventListener("ended", resolve, { once: true }));
    gain.disconnect();
    if (this.clip === clip) this.clip = null;
  }

  /** Break off the clip that is playing. */
  silence(): void {
    this.clip?.stop();
    this.clip = null;
  }
}

function bufferOf(context: AudioContext, samples: Float32Array<ArrayBuffer>): AudioBuffer {
  const buffer = context.createBuffer(1, samples.length, RATE);
  buffer.copyToChannel(samples, 0);
  return buffer;
}

function started(context: AudioContext, buffer: AudioBuffer, out: AudioNode): AudioBufferSourceNode {
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(out);
  source.start();
  return source;
}
