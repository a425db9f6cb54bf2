/** Adds sounds up, window by window, into 16-bit samples. */

/** Samples from the first on: floats from -1 to 1, or whole 16-bit numbers. */
export type Samples = Float32Array | Int16Array;

const TOP = 32_767;
/** From here on loud sums are bent, more and more, so that they stay below the top. */
const KNEE = 0.9 * TOP;

/** @param size Of a sum above the knee, in 16-bit units. */
function bent(size: number): number {
  return KNEE + (TOP - KNEE) * Math.tanh((size - KNEE) / (TOP - KNEE));
}

/** The nearest whole number below the top for each sum. */
function toSixteenBit(sums: Float32Array, count: number, out: Int16Array): void {
  for (let i = 0; i < count; i += 1) {
    const sum = sums[i] as number;
    // Storing cuts off what is behind the point.
    if (sum < 0) out[i] = sum < -KNEE ? -bent(-sum) - 0.5 : sum - 0.5;
    else out[i] = sum > KNEE ? bent(sum) + 0.5 : sum + 0.5;
  }
}

function addUp(sums: Float32Array, from: number, end: number, { samples, at, gain }: Playing): void {
  const last = Math.min(end, at + samples.length);
  for (let i = Math.max(from, at); i < last; i += 1) sums[i - from] = (sums[i - from] as number) + (samples[i - at] as number) * gain;
}

interface Playing {
  readonly samples: Samples;
  readonly at: number;
  readonly gain: number;
}

export class Mixer {
  private readonly sums: Float32Array;
  private readonly out: Int16Array<ArrayBuffer>;
  private playing: Playing[] = [];

  /** @param most The most samples of a window. */
  constructor(most: number) {
    this.sums = new Float32Array(most);
    this.out = new Int16Array(most);
  }

  /** @param at Where `samples` start, not before the window that comes next. */
  add(samples: Samples, at: number, gain: number): void {
    if (samples.length > 0) this.playing.push({ samples, at, gain: samples instanceof Float32Array ? gain * TOP : gain });
  }

  /** `count` samples from sample `from` on. The same array each time. */
  window(from: number, count: number): Int16Array<ArrayBuffer> {
    const out = this.out.subarray(0, count);
    if (this.playing.length === 0) return out.fill(0);
    const sums = this.sums.fill(0);
    for (const each of this.playing) addUp(sums, from, from + count, each);
    toSixteenBit(sums, count, out);
    this.playing = this.playing.filter(({ samples, at }) => at + samples.length > from + count);
    return out;
  }
}
