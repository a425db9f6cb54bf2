/** What answers after a session mean. The server wrote the rules out as facts; here they are compared. Pure. */

import type { Value } from "../../outbox/entry.ts";
import type { StopReason } from "./plan.ts";
import type { Result } from "./storage.ts";

/** Of fstpwa/blueprints/sessions/on_the_phone.py. */
export interface AfterFacts {
  readonly red_kinds: readonly string[];
  /** Rating before the session ("" for none) -> the worst pain from which on it was too much. */
  readonly red_from: Readonly<Record<string, number>>;
  readonly kind_of_stop: Readonly<Record<StopReason, string>>;
  readonly help_kind: string;
  readonly lasting_kind: string;
  /** Ticks of the check that may be an emergency. */
  readonly urgent: readonly string[];
}

/** How a session was, as far as it was said. */
export interface Said {
  readonly worst_pain: number | null;
  readonly pain_kinds: readonly string[];
  /** Position of the movement that felt sharp, or tingled. */
  readonly felt_in: number | null;
  readonly effort: number | null;
  readonly note: string;
}

/** The server's own limit (services/sessions.py, NOTE_LETTERS). */
const NOTE_LETTERS = 2000;

/** What the session itself says already: why it was stopped, and in which movement. */
export function saidBy({ stop, results }: Pick<Result, "stop" | "results">, facts: AfterFacts): Said {
  const pain_kinds = stop === null ? [] : [facts.kind_of_stop[stop]];
  const last = results.map(({ reason }) => reason).lastIndexOf("pain");
  const felt_in = last >= 0 && meansStopping(pain_kinds, facts) ? last : null;
  return { worst_pain: null, pain_kinds, felt_in, effort: null, note: "" };
}

/** Whether a kind of pain is among them after which it is asked in which movement it was. */
export function meansStopping(kinds: readonly string[], facts: AfterFacts): boolean {
  return kinds.some((kind) => facts.red_kinds.includes(kind));
}

/** Whether the session was more than it should have been. */
export function isRed({ worst_pain, pain_kinds }: Pick<Said, "worst_pain" | "pain_kinds">, painBefore: number | null, facts: AfterFacts): boolean {
  const from = facts.red_from[painBefore ?? ""] ?? facts.red_from[""] ?? 0;
  return meansStopping(pain_kinds, facts) || (worst_pain !== null && worst_pain >= from);
}

/** Which lines of the advice hold, by their `data-advice` in templates/sessions/_on_the_phone.html. */
export function adviceOn(said: Said, painBefore: number | null, facts: AfterFacts): ReadonlySet<string> {
  const holds = new Set<string>();
  const { pain_kinds: kinds } = said;
  if (isRed(said, painBefore, facts)) {
    const named = said.felt_in !== null;
    const stopping = kinds.filter((kind) => facts.red_kinds.includes(kind));
    for (const kind of stopping) holds.add(`${kind} ${named ? "named" : "unnamed"}`);
    if (stopping.length > 0 && !named) holds.add("not-named");
    holds.add("red");
    if (kinds.includes(facts.lasting_kind)) {
      holds.add("lasting");
      if (!named) holds.add("if-gone");
    }
  }
  if (kinds.includes(facts.help_kind)) holds.add("help");
  return holds;
}

/** The fields of `said` that differ from what was said before. */
export function changedFields(said: Said, before: Said): Record<string, Value> {
  const names = ["worst_pain", "pain_kinds", "felt_in", "effort", "note"] as const;
  return Object.fromEntries(names.filter((name) => String(said[name]) !== String(before[name])).map((name) => [name, said[name]]));
}

/** Why it cannot be kept as it is; "" where it can. */
export function faultOf(said: Said, before: Said): string {
  const letters = [...said.note].length;
  if (letters > NOTE_LETTERS) {
    const [has, most, over] = [letters, NOTE_LETTERS, letters - NOTE_LETTERS].map((count) => count.toLocaleString("en-GB"));
    return `The note has ${has} letters; there is room for ${most}. Please shorten it by ${over}.`;
  }
  return Object.keys(changedFields(said, before)).length === 0 ? "Answer at least one question, or go back to Today." : "";
}
