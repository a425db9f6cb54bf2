// A plain FLAC decoder: slow, made from the description of the format alone, so that it can disagree with the encoder.

export interface ReadFlac {
  readonly rate: number;
  readonly total: number;
  readonly samples: Int16Array;
  /** Bytes of each frame. */
  readonly sizes: readonly number[];
  /** Of the seek table: sample and byte offset from the first frame. */
  readonly points: readonly { readonly sample: number; readonly offset: number }[];
}

class Bits {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  /** Up to 53 bits. */
  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1, this.at += 1) {
      const byte = this.bytes[this.at >> 3];
      if (byte === undefined) throw new Error("past the end");
      value = value * 2 + ((byte >> (7 - (this.at & 7))) & 1);
    }
    return value;
  }

  signed(count: number): number {
    const value = this.read(count);
    return value >= 2 ** (count - 1) ? value - 2 ** count : value;
  }

  zeros(): number {
    let count = 0;
    while (this.read(1) === 0) count += 1;
    return count;
  }

  get byte(): number {
    if (this.at % 8 !== 0) throw new Error("not at a whole byte");
    return this.at / 8;
  }
}

/** A checksum, bit by bit. */
function checksum(bytes: Uint8Array, width: number, taps: number): number {
  let rest = 0;
  for (const byte of bytes) {
    for (let i = 7; i >= 0; i -= 1) {
      const carry = ((rest >> (width - 1)) & 1) ^ ((byte >> i) & 1);
      rest = ((rest << 1) & (2 ** width - 1)) ^ (carry === 1 ? taps : 0);
    }
  }
  return rest;
}

function same(actual: number, wanted: number, what: string): void {
  if (actual !== wanted) throw new Error(`${what} is ${actual}, not ${wanted}`);
}

function frameNumber(bits: Bits): number {
  const first = bits.read(8);
  if (first < 0x80) return first;
  let ones = 0;
  while ((first << ones) & 0x80) ones += 1;
  let value = first & (0x7f >> ones);
  for (let i = 1; i < ones; i += 1) {
    same(bits.read(2), 2, "the mark of a following byte");
    value = value * 64 + bits.read(6);
  }
  return value;
}

function residual(bits: Bits, count: number, order: number): number[] {
  same(bits.read(2), 0, "the residual's method");
  const pieces = 2 ** bits.read(4);
  const found: number[] = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    const low = bits.read(4);
    const length = count / pieces - (piece === 0 ? order : 0);
    for (let i = 0; i < length; i += 1) {
      const folded = bits.zeros() * 2 ** low + bits.read(low);
      found.push(folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2);
    }
  }
  return found;
}

/** What `order` differences say the next sample is. */
function foretold(samples: readonly number[], order: number): number {
  const [a = 0, b = 0, c = 0] = samples.slice(-3).reverse();
  return [0, a, 2 * a - b, 3 * a - 3 * b + c][order] ?? Number.NaN;
}

function subframe(bits: Bits, count: number): number[] {
  same(bits.read(1), 0, "a subframe's first bit");
  const kind = bits.read(6);
  same(bits.read(1), 0, "wasted bits");
  if (kind === 0) return Array<number>(count).fill(bits.signed(16));
  if (kind === 1) return Array.from({ length: count }, () => bits.signed(16));
  if (kind < 8 || kind > 11) throw new Error(`subframe of kind ${kind}`);
  const order = kind - 8;
  const samples = Array.from({ length: order }, () => bits.signed(16));
  for (const rest of residual(bits, count, order)) samples.push(foretold(samples, order) + rest);
  return samples;
}

/** Read one frame, checking both of its checksums. */
export function readFrame(bytes: Uint8Array, from: number, number: number): { samples: number[]; size: number } {
  const bits = new Bits(bytes.subarray(from));
  same(bits.read(16), 0xfff8, "the sync code");
  const sizeCode = bits.read(4);
  same(bits.read(4), 7, "the rate");
  same(bits.read(4), 0, "the channels");
  same(bits.read(4), 4 << 1, "the bits a sample");
  same(frameNumber(bits), number, "the frame number");
  const count = sizeCode === 12 ? 4096 : bits.read(16) + 1;
  if (sizeCode !== 12) same(sizeCode, 7, "the block size");
  const headerCheck = checksum(bits.bytes.subarray(0, bits.byte), 8, 0x07);
  same(bits.read(8), headerCheck, "the header's checksum");
  const samples = subframe(bits, count);
  while (bits.at % 8 !== 0) same(bits.read(1), 0, "the padding");
  const check = checksum(bits.bytes.subarray(0, bits.byte), 16, 0x8005);
  same(bits.read(16), check, "the frame's checksum");
  return { samples, size: bits.byte };
}

/** @throws {Error} naming what is not as the format wants it. */
export function readFlac(bytes: Uint8Array): ReadFlac {
  const bits = new Bits(bytes);
  same(bits.read(32), 0x664c6143, "the mark fLaC");
  same(bits.read(8), 0, "the first block's kind");
  same(bits.read(24), 34, "the length of STREAMINFO");
  same(bits.read(16), 4096, "the least block size");
  same(bits.read(16), 4096, "the largest block size");
  const [least, most] = [bits.read(24), bits.read(24)];
  const rate = bits.read(20);
  same(bits.read(3), 0, "channels less one");
  same(bits.read(5), 15, "bits a sample less one");
  const total = bits.read(36);
  for (let i = 0; i < 4; i += 1) same(bits.read(32), 0, "the unknown checksum");
  same(bits.read(8), 0x83, "the last block's kind");
  const points = Array.from({ length: bits.read(24) / 18 }, () => {
    const point = { sample: bits.read(32) * 2 ** 32 + bits.read(32), offset: bits.read(32) * 2 ** 32 + bits.read(32) };
    same(bits.read(16), Math.min(4096, total - point.sample), "a seek point's samples");
    return point;
  });
  const { samples, sizes } = readFrames(bytes, bits.byte, total);
  if (sizes.length > 0) {
    same(least, Math.min(...sizes), "the least frame size");
    same(most, Math.max(...sizes), "the largest frame size");
  }
  return { rate, total, samples, sizes, points };
}

/** All frames from `from` to the end. */
export function readFrames(bytes: Uint8Array, from: number, total: number): { samples: Int16Array; sizes: number[] } {
  const samples = new Int16Array(total);
  const sizes: number[] = [];
  let filled = 0;
  for (let at = from; at < bytes.length;) {
    const frame = readFrame(bytes, at, sizes.length);
    samples.set(frame.samples, filled);
    filled += frame.samples.length;
    sizes.push(frame.size);
    at += frame.size;
  }
  same(filled, total, "the number of samples");
  return { samples, sizes };
}
