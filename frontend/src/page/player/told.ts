/** What entries that the server has not seen say of a day: it may be over, wait for an answer, or be a flare. Pure. */

import type { Kept } from "../../outbox/entry.ts";
import { isRed, type AfterFacts } from "./after.ts";

export interface Told {
  /** A session of the day was more than it should have been: nothing more is started. */
  readonly held: boolean;
  /** Something was ticked before a session; its questions are not answered. */
  readonly ticked: boolean;
  /** Among that is what may be an emergency. */
  readonly urgent: boolean;
  /** The day was said to be a flare. */
  readonly flare: boolean;
}

type Data = Readonly<Record<string, unknown>>;

/** The calendar day of an instant in a time zone; "" where the phone does not know the zone. */
export function dayIn(zone: string, at: number | string): string {
  try {
    return new Date(at).toLocaleDateString("sv-SE", { timeZone: zone });
  } catch {
    return "";
  }
}

/** When a uuid7 was made, ms since 1970: the id of a session is made as it begins. */
export function madeAt(uuid: string): number {
  return Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16);
}

/**
 * @param entries In the order in which they were written.
 * @param day The person's own.
 */
export function toldOf(entries: readonly Kept[], day: string, zone: string, facts: AfterFacts): Told {
  const sessions = new Map<string, Data>();
  const days = new Map<string, readonly string[]>();
  let ticked = false;
  let urgent = false;
  let flare = false;
  for (const { kind, entity, data } of entries) {
    if (kind === "session" || kind === "session_said") sessions.set(entity, { ...sessions.get(entity), ...data });
    if (kind === "session") days.set(entity, [dayIn(zone, String(data["started_at"])), dayIn(zone, String(data["finished_at"]))]);
    if (entity !== day) continue;
    if (kind === "ticked") {
      ticked = true;
      urgent ||= (data["items"] as readonly string[]).some((item) => facts.urgent.includes(item));
    }
    if (kind === "flare") flare = data["answer"] === "yes";
    if (kind === "check_in_deleted") flare = false;
    if (kind === "check_in") flare = saysFlare(data) ?? flare;
  }
  const held = [...sessions].some(([id, data]) => (days.get(id) ?? [dayIn(zone, madeAt(id))]).includes(day) && wasTooMuch(data, facts));
  return { held, ticked, urgent, flare };
}

/** null where the check-in says nothing of it. */
function saysFlare(data: Data): boolean | null {
  const answers = data["answers"] as Data | undefined;
  if (answers === undefined || !("flare" in answers)) return null;
  return answers["flare"] === true || answers["flare"] === "yes";
}

function wasTooMuch(data: Data, facts: AfterFacts): boolean {
  if ((data["stop"] ?? null) !== null) return true;
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  const kinds = Array.isArray(data["pain_kinds"]) ? (data["pain_kinds"] as string[]) : [];
  return isRed({ worst_pain: number(data["worst_pain"]), pain_kinds: kinds }, number(data["pain_before"]), facts);
}
