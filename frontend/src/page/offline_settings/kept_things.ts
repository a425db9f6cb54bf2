// What the phone keeps, in words. Pure.
import type { Warmed } from "../../offline/device_facts.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Say a size as people read it: "640 kB", "6.2 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return bytes === 0 ? "nothing" : "less than 1 kB";
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  const [size, unit] = bytes < 999_500_000 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** Say when something was, as near as it matters: "today at 11:05", "on Friday 20 November at 09:30". */
export function whenWords(at: number, now: number): string {
  const then = new Date(at);
  const clock = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const days = daysBetween(then, new Date(now));
  if (days === 0) return `today at ${clock}`;
  if (days === 1) return `yesterday at ${clock}`;
  const day = then.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  return `on ${day} at ${clock}`;
}

/** Days on the calendar from one instant to the other, by the phone's clock. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (at: Date): number => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

/** Whether all is there that is wanted, some of it, nothing, or nothing on purpose. */
export type Readiness = "ready" | "partly" | "not" | "unwanted";

/**
 * Say how ready the phone is.
 *
 * @param pages How many are kept.
 * @param warmed What was noted when pages were fetched ahead last; of another person it does not count.
 */
export function readiness(pages: number, warmed: Warmed | undefined, user: string, keepsNothing: boolean): Readiness {
  if (keepsNothing) return "unwanted";
  if (pages === 0) return "not";
  return warmed?.user === user && warmed.pages >= warmed.wanted ? "ready" : "partly";
}

export const READINESS_WORDS: Readonly<Record<Readiness, string>> = {
  ready: "Ready. Today and the sessions of the coming days open with no network.",
  partly: "Partly ready. Some pages open with no network. The rest are fetched in a quiet moment, or with the button below.",
  not: "Not ready yet. Pages are fetched in a quiet moment after Today was opened, or with the button below.",
  unwanted: "No page of yours is kept on this device, as you chose. They need a network.",
};
