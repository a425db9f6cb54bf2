/** The head of a plain FLAC file. */

import { BitWriter } from "./bit_writer.ts";
import { FRAME } from "./flac_frame.ts";
import { putLong, samplesIn, streamInfo, type FlacStream } from "./flac_stream.ts";

/** Seconds between the places that a player can leap to without searching. */
const SEEK_POINT_S = 10;
const SEEK_POINT_BYTES = 18;
const LAST_BLOCK = 0x80;
const SEEK_TABLE = 3;

function seekTable(stream: FlacStream): Uint8Array<ArrayBuffer> {
  const points: { frame: number; offset: number }[] = [];
  let offset = 0;
  for (const [frame, size] of stream.sizes.entries()) {
    if (frame * FRAME >= points.length * SEEK_POINT_S * stream.rate) points.push({ frame, offset });
    offset += size;
  }
  const bits = new BitWriter(4 + points.length * SEEK_POINT_BYTES);
  bits.put(LAST_BLOCK | SEEK_TABLE, 8);
  bits.put(points.length * SEEK_POINT_BYTES, 24);
  for (const point of points) {
    putLong(bits, point.frame * FRAME, 64);
    putLong(bits, point.offset, 64);
    bits.put(samplesIn(stream, point.frame), 16);
  }
  return bits.bytes;
}

export function flacHeader(stream: FlacStream): Uint8Array<ArrayBuffer>[] {
  const mark = Uint8Array.from("fLaC", (letter) => letter.charCodeAt(0));
  return [mark, streamInfo(stream, false), seekTable(stream)];
}
