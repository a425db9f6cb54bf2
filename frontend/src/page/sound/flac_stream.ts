/** What the head of a file says of the FLAC frames that follow it. */

import { BitWriter } from "./bit_writer.ts";
import { FRAME, SAMPLE_BITS } from "./flac_frame.ts";

export interface FlacStream {
  /** Samples a second. */
  readonly rate: number;
  /** Samples in all. */
  readonly total: number;
  /** Bytes of each frame, in order. */
  readonly sizes: readonly number[];
}

/** How many samples frame `number` has: only the last one can have fewer than the others. */
export function samplesIn(stream: FlacStream, number: number): number {
  return Math.min(FRAME, stream.total - number * FRAME);
}

/** Write a whole number of more bits than shifts can hold. */
export function putLong(bits: BitWriter, value: number, width: number): void {
  for (let low = width; low > 0;) {
    const step = low % 8 === 0 ? 8 : low % 8;
    low -= step;
    bits.put(Math.floor(value / 2 ** low) % 2 ** step, step);
  }
}

const STREAMINFO_BYTES = 34;

/**
 * The metadata block STREAMINFO.
 *
 * @param last Whether no other metadata block follows.
 */
export function streamInfo(stream: FlacStream, last: boolean): Uint8Array<ArrayBuffer> {
  const bits = new BitWriter(4 + STREAMINFO_BYTES);
  bits.put(last ? 0x80 : 0, 8);
  bits.put(STREAMINFO_BYTES, 24);
  bits.put(FRAME, 16);
  bits.put(FRAME, 16);
  let [least, most] = [0xffffff, 0];
  for (const size of stream.sizes) [least, most] = [Math.min(least, size), Math.max(most, size)];
  bits.put(Math.min(least, most), 24);
  bits.put(most, 24);
  bits.put(stream.rate, 20);
  // One channel is 0 in three bits.
  bits.put(0, 3);
  bits.put(SAMPLE_BITS - 1, 5);
  putLong(bits, stream.total, 36);
  // No checksum of the sound itself: 0 is "not known", and each frame has its own.
  putLong(bits, 0, 128);
  return bits.bytes;
}
