/** A FLAC file (lossless, 16 bit, mono), written frame by frame. Silence is nearly free. */

import { BitWriter } from "./bit_writer.ts";
import { FRAME, FrameWriter, SAMPLE_BITS } from "./flac_frame.ts";

export { FRAME } from "./flac_frame.ts";

const STREAMINFO_BYTES = 34;
const SEEK_POINT_BYTES = 18;
/** Seconds between the places that a player can leap to without searching. */
const SEEK_POINT_S = 10;
const CHUNK_BYTES = 1 << 18;

interface SeekPoint {
  readonly sample: number;
  /** Bytes from the first frame. */
  readonly offset: number;
  readonly count: number;
}

export class FlacWriter {
  private readonly frames: FrameWriter;
  private readonly chunks: Uint8Array<ArrayBuffer>[] = [];
  private chunk = new Uint8Array(CHUNK_BYTES);
  private used = 0;
  private bytes = 0;
  private samples = 0;
  private number = 0;
  private least = 0xffffff;
  private most = 0;
  private readonly points: SeekPoint[] = [];

  /**
   * @param rate Samples a second.
   * @param total Samples that will be written.
   */
  constructor(
    private readonly rate: number,
    private readonly total: number,
  ) {
    this.frames = new FrameWriter(rate);
  }

  /** How many samples the next frame must have; 0 when all are written. */
  get wanted(): number {
    return Math.min(FRAME, this.total - this.samples);
  }

  /** @throws {RangeError} unless there are `wanted` samples. */
  write(samples: Int16Array): void {
    if (samples.length !== this.wanted || samples.length === 0) throw new RangeError(`a frame of ${samples.length}, not of ${this.wanted}`);
    if (this.samples >= this.points.length * SEEK_POINT_S * this.rate) {
      this.points.push({ sample: this.samples, offset: this.bytes, count: samples.length });
    }
    const frame = this.frames.frame(samples, this.number);
    this.put(frame);
    this.least = Math.min(this.least, frame.length);
    this.most = Math.max(this.most, frame.length);
    this.bytes += frame.length;
    this.samples += samples.length;
    this.number += 1;
  }

  /**
   * The file, in pieces.
   *
   * @throws {RangeError} unless all samples were written.
   */
  finish(): Uint8Array<ArrayBuffer>[] {
    if (this.samples !== this.total) throw new RangeError(`${this.samples} samples of ${this.total}`);
    return [this.header(), ...this.chunks, this.chunk.subarray(0, this.used)];
  }

  private put(frame: Uint8Array): void {
    if (this.used + frame.length > CHUNK_BYTES) {
      this.chunks.push(this.chunk.subarray(0, this.used));
      this.chunk = new Uint8Array(CHUNK_BYTES);
      this.used = 0;
    }
    this.chunk.set(frame, this.used);
    this.used += frame.length;
  }

  private header(): Uint8Array<ArrayBuffer> {
    const table = this.points.length * SEEK_POINT_BYTES;
    const bits = new BitWriter(8 + STREAMINFO_BYTES + 4 + table);
    for (const letter of "fLaC") bits.put(letter.charCodeAt(0), 8);
    bits.put(0, 8);
    bits.put(STREAMINFO_BYTES, 24);
    bits.put(FRAME, 16);
    bits.put(FRAME, 16);
    bits.put(this.number === 0 ? 0 : this.least, 24);
    bits.put(this.most, 24);
    bits.put(this.rate, 20);
    // One channel is 0 in three bits.
    bits.put(0, 3);
    bits.put(SAMPLE_BITS - 1, 5);
    number(bits, this.total, 36);
    // No checksum of the sound itself: 0 is "not known", and each frame has its own.
    number(bits, 0, 64);
    number(bits, 0, 64);
    const lastBlock = 0x80;
    const seekTable = 3;
    bits.put(lastBlock | seekTable, 8);
    bits.put(table, 24);
    for (const { sample, offset, count } of this.points) {
      number(bits, sample, 64);
      number(bits, offset, 64);
      bits.put(count, 16);
    }
    return bits.bytes;
  }
}

/** A whole number of more bits than shifts can hold. */
function number(bits: BitWriter, value: number, width: number): void {
  for (let low = width; low > 0;) {
    const step = low % 8 === 0 ? 8 : low % 8;
    low -= step;
    bits.put(Math.floor(value / 2 ** low) % 2 ** step, step);
  }
}
