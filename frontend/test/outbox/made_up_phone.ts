// A phone and a server made up for tests of the outbox: time passes only when somebody waits.
import type { EntryStore } from "../../src/outbox/database.ts";
import { inOrder } from "../../src/outbox/database.ts";
import type { Kept, Operation, Result } from "../../src/outbox/entry.ts";
import { Sender, type World } from "../../src/outbox/sender.ts";

export const USER = "7f1de0f4-0000-4000-8000-000000000001";
export const NOW = Date.parse("2026-11-23T10:00:00Z");

/** An entry that waits for the sender. */
export function entry(op: string, more: Partial<Kept> = {}): Kept {
  return {
    op,
    kind: "check_in",
    entity: "2026-11-23",
    at: NOW,
    data: { answers: { stiffness: 3 } },
    schema: 1,
    state: "waiting",
    title: "Check-in of Monday 23 November",
    page: "/check-in/2026-11-23",
    keptAt: NOW,
    heldUntil: 0,
    ...more,
  };
}

/** Entries as the database keeps them. */
export class MadeUpStore implements EntryStore {
  entries: Kept[] = [];

  put(entry: Kept): Promise<void> {
    const kept = inOrder(entry, this.entries);
    this.entries = [...this.entries.filter(({ op }) => op !== entry.op), kept].sort((one, other) => one.keptAt - other.keptAt);
    return Promise.resolve();
  }

  all(): Promise<Kept[]> {
    return Promise.resolve([...this.entries]);
  }

  get(op: string): Promise<Kept | undefined> {
    return Promise.resolve(this.entries.find((each) => each.op === op));
  }

  change(op: string, fields: Partial<Kept>): Promise<void> {
    this.entries = this.entries.map((each) => (each.op === op ? { ...each, ...fields } : each));
    return Promise.resolve();
  }

  remove(...ops: string[]): Promise<void> {
    this.entries = this.entries.filter(({ op }) => !ops.includes(op));
    return Promise.resolve();
  }

  get ops(): string[] {
    return this.entries.map(({ op }) => op);
  }
}

interface Batch {
  schema: number;
  user: string;
  sent: number;
  ops: Operation[];
}

/** A server that carries each operation out once. */
export class MadeUpServer {
  /** In the order of arrival, each as often as it was carried out. */
  readonly done: string[] = [];
  readonly batches: Batch[] = [];
  readonly rejects = new Map<string, string>();
  /** What happens to the next requests, one after the other; then all is well. */
  readonly troubles: ((answer: () => Response) => Promise<Response> | Response)[] = [];
  newest = 1;

  fetch(_url: string, init: RequestInit): Promise<Response> {
    const trouble = this.troubles.shift();
    const act = (): Response => this.carryOut(JSON.parse(init.body as string) as Batch);
    return trouble ? Promise.resolve().then(() => trouble(act)) : Promise.resolve(act());
  }

  private carryOut(batch: Batch): Response {
    this.batches.push(batch);
    const answers = batch.ops.map(({ op }) => ({ op, result: this.resultOf(op, batch), words: this.rejects.get(op) }));
    return json(200, { user: batch.user, answers });
  }

  private resultOf(op: string, { schema }: Batch): Result {
    if (schema > this.newest) return "unknown_schema";
    if (this.rejects.has(op)) return "rejected";
    if (this.done.includes(op)) return "duplicate";
    this.done.push(op);
    return "applied";
  }
}

export function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

/** The network broke. */
export function broken(): never {
  throw new TypeError("Failed to fetch");
}

/** One phone; several of its pages share the store and the lock. */
export class MadeUpPhone {
  readonly store = new MadeUpStore();
  readonly waits: number[] = [];
  clock = NOW;
  /** After so many waits somebody closes the app. */
  patience = 20;
  private locked = false;

  constructor(readonly server: MadeUpServer) {}

  page(more: Partial<World> = {}): Sender {
    return new Sender({
      user: USER,
      store: this.store,
      fetch: (url, init) => this.server.fetch(url, init),
      lock: (act) => this.alone(act),
      now: () => this.clock,
      random: () => 1,
      wait: (ms) => this.wait(ms),
      timeZone: () => "Europe/London",
      ...more,
    });
  }

  private wait(ms: number): Promise<void> {
    this.waits.push(ms);
    this.clock += ms;
    if (this.waits.length > this.patience) throw new Error("The app was closed.");
    return new Promise((done) => setTimeout(done));
  }

  private async alone<Got>(act: () => Promise<Got>): Promise<Got | null> {
    if (this.locked) return null;
    this.locked = true;
    try {
      return await act();
    } finally {
      this.locked = false;
    }
  }
}
