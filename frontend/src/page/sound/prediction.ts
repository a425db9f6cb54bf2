/** How well the samples before it foretell a sample: what is left over is small, and small numbers take few bits. */

/** Difference of differences, so many times: 0 leaves the samples as they are. */
export type Order = 0 | 1 | 2 | 3;
export const MOST_ORDER = 3;

/** The order (0 to 3) that leaves the least of the first `count` samples (4096 at most, so that no sum is too large). */
export function bestOrder(samples: Int16Array, count: number): Order {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  // The first samples are written as they are.
  const at = (i: number): number => samples[i] ?? 0;
  let last0 = at(2);
  let last1 = at(2) - at(1);
  let last2 = last1 - at(1) + at(0);
  for (let i = MOST_ORDER; i < count; i += 1) {
    const rest0 = samples[i] as number;
    const rest1 = (rest0 - last0) | 0;
    const rest2 = (rest1 - last1) | 0;
    const rest3 = (rest2 - last2) | 0;
    last0 = rest0;
    last1 = rest1;
    last2 = rest2;
    sum0 = (sum0 + Math.abs(rest0)) | 0;
    sum1 = (sum1 + Math.abs(rest1)) | 0;
    sum2 = (sum2 + Math.abs(rest2)) | 0;
    sum3 = (sum3 + Math.abs(rest3)) | 0;
  }
  const least = Math.min(sum0, sum1, sum2, sum3);
  if (least === sum0) return 0;
  if (least === sum1) return 1;
  return least === sum2 ? 2 : 3;
}

/** Write what `order` leaves of samples `order` to `count` into `out`, folded: 0, -1, 1, -2 ... become 0, 1, 2, 3 ... */
export function leftover(samples: Int16Array, count: number, order: Order, out: Int32Array): void {
  let [last0, last1, last2] = [0, 0, 0];
  for (let i = 0; i < count; i += 1) {
    const rest0 = samples[i] as number;
    const rest1 = rest0 - last0;
    const rest2 = rest1 - last1;
    const rest3 = rest2 - last2;
    last0 = rest0;
    last1 = rest1;
    last2 = rest2;
    const rest = order === 0 ? rest0 : order === 1 ? rest1 : order === 2 ? rest2 : rest3;
    out[i] = (rest << 1) ^ (rest >> 31);
  }
}
