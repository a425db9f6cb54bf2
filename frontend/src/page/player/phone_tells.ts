/** What is told on this phone alone: put into the outbox, and noted where it means that nothing more starts today. */

import { uuid7 } from "../../outbox/uuid7.ts";
import type { EntryStore } from "../../outbox/database.ts";
import { isRed, type AfterFacts, type Said } from "./after.ts";
import type { Keeps } from "./after_view.ts";
import { saidEntry, tickedEntry } from "./entries.ts";
import { kept } from "./keeping.ts";
import type { Plan } from "./plan.ts";
import type { SafetyNote } from "./safety_note.ts";
import type { Result } from "./storage.ts";
import { dayIn } from "./told.ts";

export class PhoneTells implements Keeps {
  /** Operations that wrote the note that is on the screen. */
  private notes: readonly string[] = [];

  constructor(
    private readonly plan: Pick<Plan, "session" | "name" | "zone">,
    private readonly store: Pick<EntryStore, "put">,
    private readonly note: SafetyNote,
    private readonly facts: AfterFacts,
  ) {}

  /** Something was named that means stopping: nothing more starts today. */
  stopped(logId: string): void {
    this.note.hold(this.today, logId, true);
  }

  async said(result: Result, said: Said, changed: Parameters<Keeps["said"]>[2]): Promise<boolean> {
    const now = Date.now();
    const op = uuid7(now);
    this.note.hold(this.today, result.log_id, result.stop !== null || isRed(said, result.pain_before, this.facts));
    const isKept = await kept(this.store, saidEntry(this.plan, result.log_id, op, now, changed, "note" in changed ? this.notes : null));
    if (isKept && "note" in changed) this.notes = [op];
    return isKept;
  }

  asked(about: string): Promise<boolean> {
    const now = Date.now();
    this.note.tick(this.today);
    return kept(this.store, tickedEntry(this.plan, this.today, uuid7(now), now, [about]));
  }

  private get today(): string {
    return dayIn(this.plan.zone, Date.now());
  }
}
