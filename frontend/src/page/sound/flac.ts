/** A file of FLAC frames (lossless, 16 bit, mono), written frame by frame. Silence is nearly free. */

import { FRAME, FrameWriter } from "./flac_frame.ts";
import { flacHeader } from "./flac_header.ts";
import type { FlacStream } from "./flac_stream.ts";
import { mp4Header } from "./mp4_header.ts";

export { FRAME } from "./flac_frame.ts";

/** What the frames are wrapped in. */
export type Container = "mp4" | "flac";

const MIME_TYPES: Readonly<Record<Container, string>> = { mp4: "audio/mp4", flac: "audio/flac" };

const HEADERS: Readonly<Record<Container, (stream: FlacStream) => Uint8Array<ArrayBuffer>[]>> = { mp4: mp4Header, flac: flacHeader };
const CHUNK_BYTES = 1 << 18;

export class FlacWriter {
  private readonly frames: FrameWriter;
  private readonly chunks: Uint8Array<ArrayBuffer>[] = [];
  private chunk = new Uint8Array(CHUNK_BYTES);
  private used = 0;
  private samples = 0;
  private readonly sizes: number[] = [];

  /**
   * @param rate Samples a second.
   * @param total Samples that will be written.
   */
  constructor(
    private readonly rate: number,
    private readonly total: number,
    private readonly container: Container = "flac",
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
    const frame = this.frames.frame(samples, this.sizes.length);
    this.put(frame);
    this.sizes.push(frame.length);
    this.samples += samples.length;
  }

  /**
   * The file, in pieces.
   *
   * @throws {RangeError} unless all samples were written.
   */
  finish(): Uint8Array<ArrayBuffer>[] {
    const { rate, total, sizes } = this;
    if (this.samples !== total) throw new RangeError(`${this.samples} samples of ${total}`);
    return [...HEADERS[this.container]({ rate, total, sizes }), ...this.chunks, this.chunk.subarray(0, this.used)];
  }

  /** The file. */
  blob(): Blob {
    return new Blob(this.finish(), { type: MIME_TYPES[this.container] });
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
}
