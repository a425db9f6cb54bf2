/** One frame of a FLAC stream: up to 4096 samples, 16 bit, mono. */

import { BitWriter } from "./bit_writer.ts";
import { crc16, crc8 } from "./checksum.ts";
import { bestOrder, leftover, MOST_ORDER } from "./prediction.ts";

/** Samples a frame; the last one may be shorter. */
export const FRAME = 4096;
export const SAMPLE_BITS = 16;

/** How the header says the rate; others are left to the stream's own header (0). */
const RATE_CODES: ReadonlyMap<number, number> = new Map([[16_000, 5], [24_000, 7], [44_100, 9], [48_000, 10]]);
const SIZE_OF_4096 = 12;
const SIZE_FOLLOWS = 7;
const SIXTEEN_BIT = 4;

/** Kinds of subframe, as the six bits that name them. */
const CONSTANT = 0;
const VERBATIM = 1;
const FIXED = 8;

/** A frame is coded in 2 ** 4 pieces, each with its own width of Rice codes: speech changes in 10 ms. */
const PIECES_LOG = 4;
const MOST_LOW_BITS = 14;
/** The logarithm of the golden ratio: where one more low bit begins to pay. */
const GOLDEN = Math.log((1 + Math.sqrt(5)) / 2);
/** Verbatim samples, and a header with room to spare. */
const MOST_BYTES = FRAME * 2 + 32;

function isConstant(samples: Int16Array, count: number): boolean {
  const first = samples[0];
  for (let i = 1; i < count; i += 1) if (samples[i] !== first) return false;
  return true;
}

/** How many low bits give the shortest Rice codes for numbers of that mean, were they to fall off evenly. */
function lowBits(mean: number): number {
  const bits = Math.ceil(Math.log2((mean + 0.5) * GOLDEN));
  return Math.min(MOST_LOW_BITS, Math.max(0, bits));
}

/** Writes frames, one at a time, into a buffer of its own. */
export class FrameWriter {
  private readonly bits = new BitWriter(MOST_BYTES);
  private readonly folded = new Int32Array(FRAME);
  private readonly widths = new Uint8Array(1 << PIECES_LOG);
  private readonly rateCode: number;

  /** @param rate Samples a second. */
  constructor(rate: number) {
    this.rateCode = RATE_CODES.get(rate) ?? 0;
  }

  /**
   * The bytes of frame `number`, until the next call.
   *
   * @param samples 4096 of them, or fewer in the last frame.
   */
  frame(samples: Int16Array, number: number): Uint8Array<ArrayBuffer> {
    const { bits } = this;
    const count = samples.length;
    bits.restart();
    this.header(count, number);
    if (isConstant(samples, count)) {
      this.subframe(CONSTANT);
      bits.put(samples[0] ?? 0, SAMPLE_BITS);
    } else if (!this.predicted(samples, count)) {
      this.subframe(VERBATIM);
      for (const sample of samples) bits.put(sample, SAMPLE_BITS);
    }
    bits.align();
    bits.put(crc16(bits.bytes, bits.length), 16);
    return bits.bytes.subarray(0, bits.length);
  }

  private header(count: number, number: number): void {
    const { bits } = this;
    // Where a frame starts; all frames are of one size.
    bits.put(0xfff8, 16);
    bits.put(count === FRAME ? SIZE_OF_4096 : SIZE_FOLLOWS, 4);
    bits.put(this.rateCode, 4);
    // One channel is 0 in four bits.
    bits.put(0, 4);
    bits.put(SIXTEEN_BIT << 1, 4);
    this.frameNumber(number);
    if (count !== FRAME) bits.put(count - 1, 16);
    bits.put(crc8(bits.bytes, bits.length), 8);
  }

  /** As UTF-8 would write a character of that number. */
  private frameNumber(number: number): void {
    const { bits } = this;
    if (number < 0x80) {
      bits.put(number, 8);
      return;
    }
    let more = 1;
    while (number >= 2 ** (6 + 5 * more)) more += 1;
    bits.put((0xff00 >> (more + 1)) | (number >>> (6 * more)), 8);
    for (let i = more - 1; i >= 0; i -= 1) bits.put(0x80 | ((number >>> (6 * i)) & 0x3f), 8);
  }

  private subframe(kind: number): void {
    this.bits.put(kind << 1, 8);
  }

  /** Write the samples as what a prediction leaves of them; false (and nothing) where that is no shorter. */
  private predicted(samples: Int16Array, count: number): boolean {
    const { bits, folded, widths } = this;
    const even = count % (1 << PIECES_LOG) === 0 && count >> PIECES_LOG > MOST_ORDER;
    if (count <= MOST_ORDER) return false;
    const piecesLog = even ? PIECES_LOG : 0;
    const piece = count >> piecesLog;
    const order = bestOrder(samples, count);
    leftover(samples, count, order, folded);
    let cost = order * SAMPLE_BITS + 6;
    for (let from: number = order, i = 0; from < count; i += 1) {
      const to = (i + 1) * piece;
      let sum = 0;
      for (let j = from; j < to; j += 1) sum += folded[j] as number;
      const low = lowBits(sum / (to - from));
      widths[i] = low;
      // At most: what is behind the point of each quotient is counted too.
      cost += 4 + (to - from) * (1 + low) + sum / 2 ** low;
      from = to;
    }
    if (cost >= count * SAMPLE_BITS) return false;
    this.subframe(FIXED | order);
    for (let i = 0; i < order; i += 1) bits.put(samples[i] ?? 0, SAMPLE_BITS);
    bits.put(0, 2);
    bits.put(piecesLog, 4);
    for (let from: number = order, i = 0; from < count; i += 1) {
      const to = (i + 1) * piece;
      const low = widths[i] ?? 0;
      bits.put(low, 4);
      bits.rice(folded, from, to, low);
      from = to;
    }
    return true;
  }
}
