/** The two checksums of a FLAC frame. */

/** What each byte adds to a checksum of `bits` bits with the polynomial `taps`. */
function table(bits: 8 | 16, taps: number): Uint16Array {
  const top = 1 << (bits - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let rest = byte << (bits - 8);
    for (let i = 0; i < 8; i += 1) rest = (rest & top) === 0 ? rest << 1 : (rest << 1) ^ taps;
    return rest & (2 * top - 1);
  });
}

const OF_8 = table(8, 0x07);
const OF_16 = table(16, 0x8005);

/** CRC-8 of the first `length` bytes. */
export function crc8(bytes: Uint8Array, length: number): number {
  let rest = 0;
  for (let i = 0; i < length; i += 1) rest = OF_8[rest ^ (bytes[i] as number)] as number;
  return rest;
}

/** What each byte adds when another one follows it. */
const OF_16_BEFORE = OF_16.map((rest) => ((rest << 8) & 0xffff) ^ (OF_16[rest >>> 8] as number));

/** CRC-16 of the first `length` bytes. */
export function crc16(bytes: Uint8Array, length: number): number {
  let rest = 0;
  let i = 0;
  // Two bytes at a time: their tables can be read side by side.
  for (; i + 1 < length; i += 2) {
    const both = rest ^ ((bytes[i] as number) << 8) ^ (bytes[i + 1] as number);
    rest = (OF_16_BEFORE[both >>> 8] as number) ^ (OF_16[both & 0xff] as number);
  }
  if (i < length) rest = ((rest << 8) & 0xffff) ^ (OF_16[(rest >>> 8) ^ (bytes[i] as number)] as number);
  return rest;
}
