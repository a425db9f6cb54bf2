/** Bits one after the other, the highest first, into bytes. */
export class BitWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whole bytes written. */
  length = 0;
  private held = 0;
  private heldBits = 0;

  /** @param size The most bytes it will ever hold. */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  restart(): void {
    this.length = 0;
    this.held = 0;
    this.heldBits = 0;
  }

  /** The lowest `bits` (0 to 24) of `value`, which may be negative. */
  put(value: number, bits: number): void {
    this.held = (this.held << bits) | (value & ((1 << bits) - 1));
    this.heldBits += bits;
    while (this.heldBits >= 8) {
      this.heldBits -= 8;
      this.bytes[this.length] = this.held >>> this.heldBits;
      this.length += 1;
    }
  }

  /** Fill the last byte with zeros. */
  align(): void {
    if (this.heldBits > 0) this.put(0, 8 - this.heldBits);
  }

  /**
   * Rice codes of `values[from]` to before `values[to]` (whole, from 0 up): each is so many zeros as
   * its upper bits say, a one, then its lowest `low` bits (0 to 14).
   */
  rice(values: Int32Array, from: number, to: number, low: number): void {
    // The hottest loop there is: fields as locals, and `put` written out.
    const { bytes } = this;
    let { length, held, heldBits } = this;
    const one = 1 << low;
    for (let i = from; i < to; i += 1) {
      const value = values[i] as number;
      let zeros = value >>> low;
      for (; zeros + 1 + low > 24; zeros -= 8) {
        held <<= 8;
        bytes[length] = held >>> heldBits;
        length += 1;
      }
      const bits = zeros + 1 + low;
      held = (held << bits) | one | (value & (one - 1));
      heldBits += bits;
      while (heldBits >= 8) {
        heldBits -= 8;
        bytes[length] = held >>> heldBits;
        length += 1;
      }
    }
    this.length = length;
    this.held = held;
    this.heldBits = heldBits;
  }
}
