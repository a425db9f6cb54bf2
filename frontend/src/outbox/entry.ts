// What somebody wrote on this phone, until the server has it: an entry of its own kind, never a stored request. Pure.
// The server reads the same in fstpwa/domain/outbox.py.

/** Version of what is sent; raised with an upcaster and a golden file (see CONTRIBUTING). */
export const SCHEMA = 1;
/** At most so many in one sending. */
export const MOST_SENT = 50;
/** After so long without the server an entry is told of with more weight; it is never thrown away by itself. */
export const LONG_MS = 3 * 24 * 60 * 60 * 1000;

export type Kind = "check_in" | "check_in_deleted" | "session" | "session_said" | "session_deleted" | "flare" | "morning" | "ticked" | "message";

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** One operation as it is sent. */
export interface Operation {
  /** uuid7: its identity; sent twice it is carried out once. */
  readonly op: string;
  readonly kind: Kind;
  /** What it is about: a day (2026-11-23), the id of a session that was done, or that of a message, which is the operation's own. */
  readonly entity: string;
  /** When it was written, ms since 1970 by the phone's clock. */
  readonly at: number;
  /** Question of a text -> operations whose text was on the screen when it was written over. */
  readonly base?: Readonly<Record<string, readonly string[]>>;
  /** The changed fields only. */
  readonly data: Readonly<Record<string, Value>>;
}

/** Whether it waits for the network, or was refused and waits for the person. */
export type State = "waiting" | "rejected" | "unknown_schema";

/** An operation as it is kept. */
export interface Kept extends Operation {
  readonly schema: number;
  readonly state: State;
  /** Why it was refused, in words for the person. */
  readonly words?: string;
  /** What it is, in words for the person: "Check-in of Monday 23 November". */
  readonly title: string;
  /** Where it can be seen and mended. */
  readonly page: string;
  readonly keptAt: number;
  /** Until then a form's own request carries it, and the sender leaves it alone; ms since 1970. */
  readonly heldUntil: number;
  /** What was answered, as the person reads it: question and answer. Stays on the phone. */
  readonly said?: readonly (readonly [question: string, answer: string])[];
}

/** So long a form's own request may take before the sender carries its entry. */
export const HELD_MS = 15_000;

/** Whether a form's own request is still about to carry it. A clock that was set back holds nothing up. */
export function isHeld({ heldUntil }: Pick<Kept, "heldUntil">, now: number): boolean {
  return heldUntil > now && heldUntil - now <= HELD_MS;
}

export type Result = "applied" | "merged" | "duplicate" | "rejected" | "unknown_schema";

/** The server's answer to one operation. */
export interface Answer {
  readonly op: string;
  readonly result: Result;
  readonly code?: string;
  readonly words?: string;
}
