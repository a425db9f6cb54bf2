/** Whether this phone knows a reason why nothing starts today, and the words for it, which the server wrote into the page. */

import type { EntryStore } from "../../outbox/database.ts";
import type { AfterFacts } from "./after.ts";
import { part } from "./elements.ts";
import { entriesOf } from "./keeping.ts";
import type { Plan } from "./plan.ts";
import type { SafetyNote } from "./safety_note.ts";
import { dayIn, toldOf } from "./told.ts";

/** A session was too much, or ticks wait for their questions. */
export type Closed = "held" | "ticked";

/** What the phone knows of today. */
export interface PhoneKnows {
  readonly closed: Closed | null;
  /** Whom to call comes first: what was ticked may be an emergency, or is not known any more. */
  readonly urgent: boolean;
  readonly flare: boolean;
}

/** Reads what was told on this phone. */
export class OnThisPhone {
  constructor(
    private readonly plan: Pick<Plan, "zone">,
    private readonly store: Pick<EntryStore, "all">,
    private readonly note: SafetyNote,
    private readonly facts: AfterFacts,
  ) {}

  /**
   * @param holds What the server says of the page (still_so.ts); null where it cannot be asked.
   * @param now ms since 1970.
   */
  async knows(holds: boolean | null, now: number): Promise<PhoneKnows> {
    const day = dayIn(this.plan.zone, now);
    const told = toldOf(await entriesOf(this.store), day, this.plan.zone, this.facts);
    // The server's yes counts for all that it has; what was not sent yet it cannot know.
    if (holds === true && !told.held && !told.ticked) this.note.clear();
    const noted = this.note.of(day);
    const ticked = told.ticked || noted.ticked;
    const held = told.held || noted.held.length > 0;
    return { closed: ticked ? "ticked" : held ? "held" : null, urgent: ticked && (told.urgent || !told.ticked), flare: told.flare };
  }
}

/** Puts the words where Start was, or into the question whether to carry on. */
export class ClosedView {
  constructor(private readonly root: HTMLElement) {}

  get shown(): Closed | null {
    return (this.root.dataset.closed as Closed | undefined) ?? null;
  }

  /** @param answers Whether somebody pressed something and this is what comes of it: they are led to the words. */
  show({ closed, urgent }: Pick<PhoneKnows, "closed" | "urgent">, answers: boolean): void {
    const asked = this.root.querySelector<HTMLElement>('dialog[open] [data-player="closed"]');
    const place = asked ?? part(part(this.root, "before"), "closed");
    if (closed === this.shown && !place.hidden) return;
    for (const each of this.root.querySelectorAll<HTMLElement>('[data-player="closed"]')) {
      each.replaceChildren();
      each.hidden = true;
    }
    if (closed === null) {
      delete this.root.dataset.closed;
      return;
    }
    this.root.dataset.closed = closed;
    const words = this.root.querySelector<HTMLTemplateElement>(`template[data-player="words-${closed}"]`);
    if (words === null) return;
    place.hidden = false;
    place.append(words.content.cloneNode(true));
    if (urgent) place.prepend(...place.querySelectorAll(".notice-stop"));
    if (answers) place.focus();
  }
}
