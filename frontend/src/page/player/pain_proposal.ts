/** Which version of a session fits the pain before it. The limits are the server's; here they are compared. */

import type { PainBefore } from "./plan.ts";

export interface Offer {
  /** Null where the one that is chosen fits, or there is no better one. */
  readonly variant: string | null;
  readonly words: string;
  /** Whether not doing it today is offered as well. */
  readonly restIsFine: boolean;
}

/** From the most to the least; a rating never proposes more than what is chosen. */
const LIGHTER = ["usual", "ten", "easier", "five", "flare"];

/**
 * @param limits The person's own; null proposes nothing.
 * @param rating 0-10; null where none is chosen.
 * @param chosen Name of the version that stands without this rating.
 * @returns null where the rating is as usual.
 */
export function proposed(limits: PainBefore | null, rating: number | null, chosen: string): Offer | null {
  if (limits === null || rating === null || rating < Math.min(limits.amber_from, limits.red_from)) return null;
  const isRed = rating >= limits.red_from;
  const { variant, words } = isRed ? limits.red : limits.amber;
  const isLighter = variant !== null && LIGHTER.indexOf(variant) > LIGHTER.indexOf(chosen);
  return { variant: isLighter ? variant : null, words, restIsFine: isRed };
}
