// Which kept page stands for the one that was asked for, and whose pages they are. Pure.
import { NOBODY, type Present } from "./device_facts.ts";

/** No page is kept for longer, whoever's it is. */
export const LONGEST_MS = 30 * 24 * 60 * 60 * 1000;
const DAYS_AHEAD = 7;
const DAY_MS = 24 * 60 * 60 * 1000;
/** As PERSON of fstpwa/offline.py writes it. */
const PERSON = /^(?:nobody|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Of which day a page is, by whose clock, and of which build of the front end. */
export interface Made {
  readonly day: string;
  readonly zone: string;
  readonly build: string;
}

/** Read the header X-Made; null for anything else. */
export function madeOf(header: string | null): Made | null {
  const [day, zone, build] = (header ?? "").split(" ");
  return day && zone && build ? { day, zone, build } : null;
}

/** Read the header X-Person; null for anything else. */
export function personOf(header: string | null): string | null {
  return header !== null && PERSON.test(header) ? header : null;
}

/** Return the calendar day of an instant in a time zone, "" where the zone is not known here. */
export function dayIn(zone: string, now: number): string {
  try {
    return new Date(now).toLocaleDateString("sv-SE", { timeZone: zone });
  } catch {
    return "";
  }
}

/** What an answer changes: who is here now, and whose pages go. */
export interface Turn {
  readonly present: Present;
  readonly wipes: "none" | "others" | "all";
}

/**
 * Say who is here after an answer.
 *
 * @param before Who was here, as far as is known.
 * @param id Whose answer it is.
 * @param began When it was asked for.
 * @param now The present, for an answer that comes late.
 */
export function turnOf(before: Present | undefined, id: string, began: number, now: number): Turn {
  if (before?.id === id) return { present: before, wipes: "none" };
  if (before === undefined || began >= before.began) return { present: { id, began }, wipes: "others" };
  // It was asked for before somebody else came or left (or the clock was set back): who is here nobody knows for sure,
  // so that nothing is shown until the next answer says.
  return { present: { id: NOBODY, began: now }, wipes: "all" };
}

/** A kept page that may stand for the one asked for. */
export interface Candidate {
  /** Its address, as it is kept. */
  readonly key: string;
  /** Whether it may only be shown on the day that it was made for. */
  readonly onItsDayOnly: boolean;
}

/**
 * Return what may be shown for an address, the best first.
 *
 * @param asked Path and query.
 * @param today The person's own day.
 */
export function candidates(asked: string, today: string): Candidate[] {
  const [path = "", query = ""] = asked.split("?", 2);
  if (path === "/today") return [onlyToday(path), any("/today/ahead")];
  if (path === "/check-in") return [onlyToday(path), onlyToday(`${path}/${today}`), any(`${path}/${today}?on=${today}`)];
  const found: Candidate[] = [];
  if (/^\/(?:sessions|check-in)\/[^/]+$/.test(path)) {
    found.push(onlyToday(asked), any(`${path}?on=${today}`));
  }
  found.push(any(asked));
  if (query) found.push(any(path));
  // A session of a later day can be looked at; its player says that it is of another day.
  if (path.startsWith("/sessions/")) found.push(...later(today).map((day) => any(`${path}?on=${day}`)));
  return found;
}

function onlyToday(key: string): Candidate {
  return { key, onItsDayOnly: true };
}

function any(key: string): Candidate {
  return { key, onItsDayOnly: false };
}

function later(today: string): string[] {
  const start = Date.parse(`${today}T00:00:00Z`);
  if (Number.isNaN(start)) return [];
  return Array.from({ length: DAYS_AHEAD - 1 }, (_, ahead) => new Date(start + (ahead + 1) * DAY_MS).toISOString().slice(0, 10));
}
