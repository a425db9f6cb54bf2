// Sends what waits on the phone, in order, one batch after the other. Pure: the world comes from outside.
// An entry goes only when an answer names it; whatever else happens it stays, and is tried again.
import type { EntryStore } from "./database.ts";
import { isHeld, MOST_SENT, type Answer, type Kept, type Operation, type Result } from "./entry.ts";

/** What the sender needs of the world. */
export interface World {
  readonly user: string;
  readonly store: EntryStore;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Act while nobody else sends this person's entries; null if somebody does. */
  lock<Got>(act: () => Promise<Got>): Promise<Got | null>;
  /** ms since 1970. */
  now(): number;
  /** 0 to 1. */
  random(): number;
  /** Resolves after `ms`, or sooner when something speaks for trying again. */
  wait(ms: number): Promise<void>;
  /** The phone's own, as "Europe/London". */
  timeZone(): string;
}

/**
 * How a round of sending ended. "sent": something was answered, go on. "empty": nothing is due.
 * "later": no answer that counts. "busy": another page is at it. The others need the person:
 * to sign in, to be the one whose entries these are, to take the new version.
 */
export type Ending = "sent" | "empty" | "later" | "busy" | "signed_out" | "other_user" | "reload";

export const ADDRESS = "/api/outbox";
export const ANSWER_WITHIN_MS = 15_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Below what the server takes (256 KiB), with room for the envelope. */
const MOST_BYTES = 250_000;
const RESULTS: readonly Result[] = ["applied", "merged", "duplicate", "rejected", "unknown_schema"];
const TOO_LONG = "This is too long to be sent. Please shorten it.";
const NOT_TAKEN = "This could not be saved as it is.";

/** Sends one person's entries. One for each page, and one for each waking of the worker. */
export class Sender {
  private most = MOST_SENT;
  /** Entries of another schema are offered once by each start of a page: the server may be newer by now. */
  private readonly offered = new Set<string>();

  constructor(private readonly world: World) {}

  /** Send until nothing is due, or nothing more can be done without the person. */
  async run(): Promise<Ending> {
    let failed = 0;
    for (;;) {
      const ending = await this.round();
      if (ending === "sent") failed = 0;
      else if (ending === "later" || ending === "busy") {
        await this.world.wait(backoff(failed, this.world.random()));
        failed += 1;
      } else return ending === "empty" && this.offered.size > 0 ? "reload" : ending;
    }
  }

  /** Send one batch. */
  async round(): Promise<Ending> {
    try {
      return (await this.world.lock(() => this.send())) ?? "busy";
    } catch {
      // Storage that fails just now is no worse than a network that does.
      return "later";
    }
  }

  private async send(): Promise<Ending> {
    const batch = this.batch(await this.world.store.all());
    const first = batch[0];
    if (!first) return "empty";
    let response: Response;
    let said: unknown;
    try {
      response = await this.world.fetch(ADDRESS, this.request(batch));
      said = await response.json();
    } catch {
      // No network, no answer in time, or the page of somebody else's proxy.
      return "later";
    }
    if (response.status === 200) return this.take(batch, said);
    const code = memberOf(said, "error");
    if (response.status === 401 && code === "signed_out") return "signed_out";
    if (response.status === 409 && code === "other_user") return "other_user";
    if (response.status === 413) return this.halve(batch);
    return "later";
  }

  /** Return what is sent now: the first of those that wait, of one schema, up to one that its form still carries. */
  private batch(entries: readonly Kept[]): Kept[] {
    const batch: Kept[] = [];
    let bytes = 0;
    for (const entry of entries) {
      if (entry.state === "rejected" || (entry.state === "unknown_schema" && this.offered.has(entry.op))) continue;
      // What comes after may be about the same session: never before it.
      if (isHeld(entry, this.world.now())) break;
      const first = batch[0];
      bytes += bytesOf(entry);
      if (first && (batch.length >= this.most || bytes > MOST_BYTES || entry.schema !== first.schema)) break;
      batch.push(entry);
    }
    return batch;
  }

  private request(batch: readonly Kept[]): RequestInit {
    const { user } = this.world;
    const schema = batch[0]?.schema;
    const body = { schema, user, tz: this.world.timeZone(), sent: this.world.now(), ops: batch.map(operationOf) };
    return {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    };
  }

  private async take(batch: readonly Kept[], said: unknown): Promise<Ending> {
    if (memberOf(said, "user") !== this.world.user) return "later";
    const answers = answersIn(said).filter((answer) => batch.some(({ op }) => op === answer.op));
    if (answers.length === 0) return "later";
    const settled = answers.filter(({ result }) => result !== "rejected" && result !== "unknown_schema");
    if (settled.length) await this.world.store.remove(...settled.map(({ op }) => op));
    for (const { op, result, words } of answers) {
      if (result === "rejected") await this.world.store.change(op, { state: "rejected", words: words || NOT_TAKEN });
      if (result !== "unknown_schema") continue;
      this.offered.add(op);
      await this.world.store.change(op, { state: "unknown_schema" });
    }
    this.most = MOST_SENT;
    return "sent";
  }

  private async halve(batch: readonly Kept[]): Promise<Ending> {
    const [only] = batch;
    if (batch.length > 1) this.most = Math.floor(batch.length / 2);
    else if (only) await this.world.store.change(only.op, { state: "rejected", words: TOO_LONG });
    return "sent";
  }
}

/** Return how long to wait after `failed` tries before in a row: anything up to 2 s, 4 s, 8 s … 5 minutes. */
export function backoff(failed: number, random: number): number {
  return random * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failed, 20));
}

/** Return when a form's own request has had its time, in ms since 1970, if the sender waits for one. */
export function nextDue(entries: readonly Kept[], now: number): number | null {
  const held = entries.filter((entry) => entry.state === "waiting" && isHeld(entry, now));
  return held.length ? Math.min(...held.map(({ heldUntil }) => heldUntil)) : null;
}

function operationOf({ op, kind, entity, at, base, data }: Kept): Operation {
  return { op, kind, entity, at, ...(base && { base }), data };
}

function bytesOf(entry: Kept): number {
  return new TextEncoder().encode(JSON.stringify(operationOf(entry))).length + 1;
}

function answersIn(said: unknown): Answer[] {
  const answers = memberOf(said, "answers");
  return Array.isArray(answers) ? answers.flatMap((each) => answerIn(each) ?? []) : [];
}

function answerIn(each: unknown): Answer | null {
  const op = memberOf(each, "op");
  const result = RESULTS.find((known) => known === memberOf(each, "result"));
  const words = memberOf(each, "words");
  if (typeof op !== "string" || !result) return null;
  return { op, result, ...(typeof words === "string" && { words }) };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
