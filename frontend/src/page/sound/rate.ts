/** The pace of every sound that is composed: mono samples, so many a second. */

export const RATE = 24_000;

/** The first sample at or after `ms` from the start. */
export function sampleAt(ms: number): number {
  return Math.ceil((ms * RATE) / 1000);
}
