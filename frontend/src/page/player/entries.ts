/** What the player puts into the outbox: entries of what was done and said, made before the network is asked. Pure. */

import { SCHEMA, type Kept, type Kind, type Value } from "../../outbox/entry.ts";
import { sessionUrl, type Result } from "./storage.ts";

/** Which planned session it is about, and its name for the person. */
export interface Of {
  readonly session: string;
  readonly name: string;
}

/** A day as people say it, without its year. */
export function dayInWords(at: number | string): string {
  return new Date(at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

/**
 * A session that was done, wholly or partly. Its operation is the session's own id: kept again after a reload, it is the same.
 *
 * @param now ms since 1970.
 * @param heldUntil Until then the page sends it itself; 0 for at once.
 */
export function sessionEntry(of: Of, result: Result, now: number, heldUntil = 0): Kept {
  const { log_id: id, variant, started_at, finished_at, pain_before, stop, led_by, unrecorded_lines } = result;
  const results = result.results.map((each): Value => ({ ...each }));
  const data = {
    session: of.session, variant, started_at, finished_at, pain_before, stop,
    led_by: led_by ?? null, unrecorded_lines: unrecorded_lines ?? null, results,
  };
  return entry(id, "session", id, now, data, { of, title: `${of.name}, ${dayInWords(started_at)}`, heldUntil });
}

/**
 * How a session was.
 *
 * @param data The changed fields only.
 * @param noteSeen Operations whose note was on the screen when it was written over; null where the note stays.
 */
export function saidEntry(of: Of, logId: string, op: string, now: number, data: Kept["data"], noteSeen: readonly string[] | null): Kept {
  const base = noteSeen === null ? {} : { base: { note: noteSeen } };
  return { ...entry(op, "session_said", logId, now, data, { of, title: `How it was: ${of.name}, ${dayInWords(now)}`, heldUntil: 0 }), ...base };
}

/** What was ticked in the check before a session on the person's own `day`, or said to be felt after one. */
export function tickedEntry(of: Of, day: string, op: string, now: number, items: readonly string[], heldUntil = 0): Kept {
  return entry(op, "ticked", day, now, { items }, { of, title: `What you ticked, ${dayInWords(now)}`, heldUntil });
}

function entry(
  op: string, kind: Kind, entity: string, now: number, data: Kept["data"], { of, title, heldUntil }: { of: Of; title: string; heldUntil: number },
): Kept {
  return { op, kind, entity, at: now, data, schema: SCHEMA, state: "waiting", title, page: sessionUrl(of.session), keptAt: now, heldUntil };
}
