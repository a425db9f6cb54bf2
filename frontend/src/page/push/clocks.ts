// Whether two time zones are told apart by their clocks. Names do not tell: Europe/Kiev is Europe/Kyiv.

const DAY_MS = 24 * 60 * 60 * 1000;
/** Clocks that part later are asked about then: a question about clocks that show the same confuses. */
const DAYS = 14;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "short" });
}

/** Minutes that this device's clock is ahead of UTC. */
function minutesAhead(at: number): number {
  return -new Date(at).getTimezoneOffset();
}

/**
 * Whether this device's clock is as far from UTC as the account's, now and in two weeks.
 *
 * It needs no Intl, whose first use holds a page up for 20 ms, 80 on a slow phone. Two clocks that part in between are
 * told apart once they have.
 *
 * @param ahead What the page says of the account's zone: minutes ahead of UTC now and in two weeks, as "60 0"; else "".
 */
export function offsetsAgree(ahead: string, now: number, here = minutesAhead): boolean {
  return ahead === `${here(now)} ${here(now + DAYS * DAY_MS)}`;
}

/**
 * Whether the clocks of both zones show the same on each day of the coming two weeks.
 *
 * @param now Milliseconds since 1970.
 * @returns true also where this browser does not know one of them: then nothing can be said.
 */
export function sameClocks(one: string, other: string, now: number): boolean {
  if (one === other) return true;
  try {
    const [first, second] = [clockOf(one), clockOf(other)];
    for (let day = 0; day <= DAYS; day += 1) {
      const at = now + day * DAY_MS;
      if (first.format(at) !== second.format(at)) return false;
    }
    return true;
  } catch {
    return true;
  }
}

/** What the clock of a zone shows at an instant, as 08:05. */
export function timeIn(timeZone: string, now: number): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(now);
}

/** A zone's place as people say it: "New York". */
export function placeOf(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}
