// What a form says, as an entry: the fields that were changed in it. Pure.
// Questions and answers have the names and values of fstpwa/domain/check_in.py and fstpwa/services/sessions.py.
import type { Kind, Value } from "../../outbox/entry.ts";

/** Names and values of a form, as it would send them. */
export type Sent = Iterable<readonly [name: string, value: string]>;

/** What a form says that can be kept. */
export interface Said {
  readonly data: Readonly<Record<string, Value>>;
  readonly base?: Readonly<Record<string, readonly string[]>>;
  /** The names of the controls whose answers were changed. */
  readonly changed: readonly string[];
}

const NOT_ANSWERS: readonly string[] = ["operation", "shown", "which", "more"];
const TEXTS: readonly string[] = ["note", "managed"];
const YES_NO: readonly string[] = ["flare", "woken_by_pain"];
const BASE = "_base";
const WHOLE = /^\d{1,4}$/;

/**
 * Read a form of one kind; null if nothing in it is other than it was.
 *
 * @param controls The names of all its controls: one with nothing chosen is not sent.
 */
export function saidIn(kind: Kind, sent: Sent, controls: Iterable<string>): Said | null {
  const form = new FormFields(sent, controls);
  if (kind === "check_in") return checkIn(form);
  if (kind === "session_said") return sessionSaid(form);
  if (kind === "flare") return whole({ answer: form.text("answer") ?? "" }, ["answer"]);
  if (kind === "morning") {
    const settled = form.text("settled");
    return settled === null ? whole({ pain: form.number("pain") }, ["pain"]) : whole({ settled: settled === "yes" }, ["settled"]);
  }
  if (kind === "message") return message(form);
  return whole({}, []);
}

/** What is shown from now on in a form that was kept: what it was opened with, and what was changed. */
export function shownAfter(kind: Kind, shown: string, data: Readonly<Record<string, Value>>): string {
  const answers = kind === "check_in" ? (data["answers"] as Record<string, Value>) : data;
  const { movements = {}, stances = {}, ...flat } = answers;
  const before = recordIn(shown) ?? {};
  const merged: Record<string, Value> = { ...before, ...flat };
  if (kind === "session_said") {
    merged["movements"] = { ...objectOf(before["movements"]), ...objectOf(movements) };
    merged["stances"] = { ...objectOf(before["stances"]), ...objectOf(stances) };
  }
  return JSON.stringify(merged);
}

/** The operations named in a form's hidden field, and one more. */
export function withOperation(base: string, op: string): string {
  return JSON.stringify([...new Set([...operationsIn(base), op])]);
}

function checkIn(form: FormFields): Said | null {
  const shown = recordIn(form.text("shown") ?? "");
  const questions = form.names.filter((name) => !NOT_ANSWERS.includes(name) && !name.endsWith(BASE));
  const answers: Record<string, Value> = {};
  for (const question of questions) {
    const answer = answerTo(question, form.text(question));
    if (!same(answer, shown?.[question] ?? null)) answers[question] = answer;
  }
  const changed = Object.keys(answers);
  if (changed.length === 0) return null;
  return { data: { answers }, changed, ...basesOf(form, changed) };
}

/** One without a word says nothing; to whom it goes is in the form, too. */
function message(form: FormFields): Said | null {
  const text = answerTo("note", form.text("text"));
  if (text === null) return null;
  const about = { session: form.text("session") || null, movement: form.text("movement") || null };
  return whole({ link: form.text("link"), text, question: form.text("question") !== null, ...about }, ["text"]);
}

function sessionSaid(form: FormFields): Said | null {
  const shown = recordIn(form.text("shown") ?? "");
  const all: Record<string, Value> = {
    worst_pain: form.number("worst_pain"),
    pain_kinds: form.texts("pain_kinds"),
    effort: form.number("effort"),
    pain_before: form.number("pain_before"),
    note: answerTo("note", form.text("note")),
  };
  const place = form.text("felt_in");
  if (place !== null) all["felt_in"] = WHOLE.test(place) ? Number(place) : null;
  if (form.text("near_falls")) all["near_falls"] = form.text("near_falls");
  const data: Record<string, Value> = {};
  const changed: string[] = [];
  for (const [question, answer] of Object.entries(all)) {
    if (same(answer, shown?.[question] ?? (question === "pain_kinds" ? [] : null))) continue;
    data[question] = answer;
    changed.push(question);
  }
  const movements = changedIn(form, "movement_", objectOf(shown?.["movements"]), (name) => form.text(name));
  const stances = changedIn(form, "held_", objectOf(shown?.["stances"]), (name) => {
    const support = form.text(name.replace("held_", "support_"));
    const held = form.number(name);
    return held === null && !support ? null : { held_s: held, support: support || null };
  });
  if (movements.names.length) data["movements"] = movements.found;
  if (stances.names.length) data["stances"] = stances.found;
  changed.push(...movements.names, ...stances.names);
  if (changed.length === 0) return null;
  return { data, changed, ...basesOf(form, changed) };
}

/** Return what differs among the fields that are about one position each. */
function changedIn(
  form: FormFields,
  beginning: string,
  before: Record<string, Value>,
  read: (name: string) => Value,
): { found: Record<string, Value>; names: string[] } {
  const found: Record<string, Value> = {};
  const names = form.names.filter((name) => name.startsWith(beginning));
  const changed = names.filter((name) => {
    const position = name.slice(beginning.length);
    const value = read(name);
    if (same(value, before[position] ?? null)) return false;
    found[position] = value;
    return true;
  });
  return { found, names: changed };
}

function whole(data: Record<string, Value>, changed: readonly string[]): Said {
  return { data, changed };
}

/** A form of an older page has no such fields: the server takes it as having seen what is stored. */
function basesOf(form: FormFields, changed: readonly string[]): Pick<Said, "base"> {
  const written = TEXTS.filter((text) => changed.includes(text) && form.text(text + BASE) !== null);
  if (written.length === 0) return {};
  return { base: Object.fromEntries(written.map((text) => [text, operationsIn(form.text(text + BASE) ?? "")])) };
}

/** An answer as it is sent; what is no answer goes as it was typed, so that the server can say what is wrong with it. */
function answerTo(question: string, sent: string | null): Value {
  if (sent === null) return null;
  if (TEXTS.includes(question)) return sent.replaceAll("\r\n", "\n").replaceAll("\r", "\n").trim() || null;
  if (sent.trim() === "") return null;
  if (YES_NO.includes(question)) return sent === "yes";
  return numberOr(sent);
}

function numberOr(sent: string): Value {
  const text = sent.trim();
  return WHOLE.test(text) ? Number(text) : text;
}

class FormFields {
  readonly names: readonly string[];
  private readonly fields: readonly (readonly [string, string])[];

  constructor(sent: Sent, controls: Iterable<string>) {
    this.fields = [...sent];
    this.names = [...new Set(controls)].filter((name) => name !== "");
  }

  /** The last value of a name: a browser sends the chosen radio only. */
  text(name: string): string | null {
    return this.texts(name).at(-1) ?? null;
  }

  texts(name: string): string[] {
    return this.fields.filter(([each]) => each === name).map(([, value]) => value);
  }

  number(name: string): Value {
    const sent = this.text(name);
    return sent === null || sent.trim() === "" ? null : numberOr(sent);
  }
}

/** Read the operations of a hidden field: a list in JSON, or divided by blanks or commas. */
function operationsIn(text: string): string[] {
  const list = jsonOf(text);
  if (Array.isArray(list)) return list.filter((each) => typeof each === "string");
  return text.split(/[\s,]+/).filter((each) => each !== "");
}

function recordIn(text: string): Record<string, Value> | null {
  const found = jsonOf(text);
  return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Record<string, Value>) : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function objectOf(value: Value | undefined): Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, Value>) : {};
}

function same(one: Value, other: Value): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Lists are sets here (kinds of pain); objects are compared whatever the order of their members. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return [...(value as readonly Value[])].sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
