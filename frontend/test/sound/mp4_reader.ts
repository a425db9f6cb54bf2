// Reads the boxes of an MP4 file, and its FLAC track by the table in it.
import { readFrame } from "./flac_reader.ts";

const HOLDERS = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

/** Where the content of each box is, by name. */
export function boxes(bytes: Uint8Array, from = 0, to = bytes.length, found = new Map<string, DataView>()): Map<string, DataView> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = from;
  while (at < to) {
    const size = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (size < 8 || at + size > to) throw new Error(`box ${name} of ${size} bytes`);
    found.set(name, new DataView(bytes.buffer, bytes.byteOffset + at + 8, size - 8));
    if (HOLDERS.has(name)) boxes(bytes, at + 8, at + size, found);
    at += size;
  }
  return found;
}

export interface ReadMp4 {
  readonly rate: number;
  /** In samples. */
  readonly duration: number;
  readonly codec: string;
  /** Samples of each frame, as the table says. */
  readonly lengths: readonly number[];
  readonly samples: Int16Array;
}

export function readMp4(bytes: Uint8Array): ReadMp4 {
  const found = boxes(bytes);
  const box = (name: string): DataView => {
    const view = found.get(name);
    if (view === undefined) throw new Error(`no box ${name}`);
    return view;
  };
  const [mdhd, stts, stsz, stco, stsd, stsc] = [box("mdhd"), box("stts"), box("stsz"), box("stco"), box("stsd"), box("stsc")];
  const lengths: number[] = [];
  for (let i = 0; i < stts.getUint32(4); i += 1) {
    lengths.push(...Array<number>(stts.getUint32(8 + i * 8)).fill(stts.getUint32(12 + i * 8)));
  }
  const count = stsz.getUint32(8);
  if (stco.getUint32(4) !== 1 || stsc.getUint32(4) !== 1 || stsc.getUint32(12) !== count) throw new Error("not in one piece");
  const duration = mdhd.getUint32(16);
  const samples = new Int16Array(duration);
  let [at, filled] = [stco.getUint32(8), 0];
  if (at !== box("mdat").byteOffset - bytes.byteOffset) throw new Error("the frames begin elsewhere");
  for (let i = 0; i < count; i += 1) {
    const frame = readFrame(bytes, at, i);
    const size = stsz.getUint32(12 + i * 4);
    if (frame.size !== size) throw new Error(`frame ${i} has ${frame.size} bytes, not ${size}`);
    samples.set(frame.samples, filled);
    filled += frame.samples.length;
    at += size;
  }
  if (at !== bytes.length) throw new Error("bytes are left over");
  const codec = String.fromCharCode(...Array.from({ length: 4 }, (_, i) => stsd.getUint8(12 + i)));
  return { rate: mdhd.getUint32(12), duration, codec, lengths, samples };
}
