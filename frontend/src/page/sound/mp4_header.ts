/**
 * The head of an MP4 file with one FLAC track. It says where each frame is, so that players leap to
 * the right place; in a plain FLAC file they guess from the bytes a second, and silence has hardly any.
 */

import { FRAME, SAMPLE_BITS } from "./flac_frame.ts";
import { samplesIn, streamInfo, type FlacStream } from "./flac_stream.ts";

type Bytes = Uint8Array<ArrayBuffer>;

function joined(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Whole numbers of four bytes each. */
function words(...values: readonly number[]): Bytes {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => view.setUint32(i * 4, value));
  return new Uint8Array(view.buffer);
}

function letters(text: string): Bytes {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function box(name: string, ...content: readonly Uint8Array[]): Bytes {
  const inside = joined(content);
  return joined([words(8 + inside.length), letters(name), inside]);
}

/** A box that says of what version it is, always 0, and has flags. */
function fullBox(name: string, flags: number, ...content: readonly Uint8Array[]): Bytes {
  return box(name, words(flags), ...content);
}

const ONE = 0x0001_0000;
/** Neither turned nor moved: a picture's, but audio has it too. */
const STRAIGHT = words(ONE, 0, 0, 0, ONE, 0, 0, 0, 0x4000_0000);
const FULL_VOLUME = 0x0100_0000;
const TRACK = 1;
/** Shown, part of the film, part of its preview. */
const TRACK_FLAGS = 7;
/** The language code of "not said". */
const NO_LANGUAGE = 0x55c4_0000;
const IN_THIS_FILE = 1;

function sampleTable(stream: FlacStream, firstOffset: number): Bytes {
  const { sizes, rate } = stream;
  const last = samplesIn(stream, sizes.length - 1);
  const runs = last === FRAME || sizes.length < 2 ? [sizes.length, last] : [sizes.length - 1, FRAME, 1, last];
  const codec = box("dfLa", words(0), streamInfo(stream, true));
  const kind = box("fLaC", words(0, TRACK, 0, 0, (1 << 16) | SAMPLE_BITS, 0, rate << 16), codec);
  return box(
    "stbl",
    fullBox("stsd", 0, words(1), kind),
    fullBox("stts", 0, words(runs.length / 2, ...runs)),
    // All frames lie in one piece.
    fullBox("stsc", 0, words(1, 1, sizes.length, 1)),
    fullBox("stsz", 0, words(0, sizes.length), words(...sizes)),
    fullBox("stco", 0, words(1, firstOffset)),
  );
}

function movie(stream: FlacStream, firstOffset: number): Bytes {
  const { rate, total } = stream;
  const place = box("dinf", fullBox("dref", 0, words(1), fullBox("url ", IN_THIS_FILE)));
  const media = box(
    "mdia",
    fullBox("mdhd", 0, words(0, 0, rate, total, NO_LANGUAGE)),
    fullBox("hdlr", 0, words(0), letters("soun"), words(0, 0, 0), letters("\0")),
    box("minf", fullBox("smhd", 0, words(0)), place, sampleTable(stream, firstOffset)),
  );
  const track = fullBox("tkhd", TRACK_FLAGS, words(0, 0, TRACK, 0, total, 0, 0, 0, FULL_VOLUME), STRAIGHT, words(0, 0));
  return box(
    "moov",
    fullBox("mvhd", 0, words(0, 0, rate, total, ONE, FULL_VOLUME, 0, 0), STRAIGHT, words(0, 0, 0, 0, 0, 0, TRACK + 1)),
    box("trak", track, media),
  );
}

export function mp4Header(stream: FlacStream): Bytes[] {
  const kind = box("ftyp", letters("isom"), words(0), letters("isomiso2mp41"));
  const bytes = stream.sizes.reduce((sum, size) => sum + size, 0);
  // Its length does not depend on where the frames begin.
  const firstOffset = kind.length + movie(stream, 0).length + 8;
  return [kind, movie(stream, firstOffset), words(8 + bytes), letters("mdat")];
}
