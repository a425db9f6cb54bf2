/** Whether the session may be played: the server is asked, and what this phone knows of today, before anything starts. */

import { uuid7 } from "../../outbox/uuid7.ts";
import type { EntryStore } from "../../outbox/database.ts";
import { HELD_MS } from "../../outbox/entry.ts";
import { ClosedView, type OnThisPhone, type PhoneKnows } from "./closed.ts";
import { tickedEntry } from "./entries.ts";
import { DISK_MS, kept, within } from "./keeping.ts";
import type { Plan } from "./plan.ts";
import type { SafetyNote } from "./safety_note.ts";
import { isOfToday, stillHolds } from "./still_so.ts";
import { sessionUrl } from "./storage.ts";
import { dayIn } from "./told.ts";

/** Names of the buttons that send what is ticked to its questions. */
const TO_QUESTIONS: readonly (string | undefined)[] = ["answer", "answer-resumed"];

/** What is around the door. */
export interface DoorWorld {
  readonly store: EntryStore;
  readonly note: SafetyNote;
  readonly phone: OnThisPhone;
  /** In the tap that asks: the sound must not wait for the answer. Settles when it is ready. */
  prepare(): Promise<unknown>;
  /** Whether nothing is played and nothing is being told, so that the page may be loaded anew. */
  idle(): boolean;
  /** Something that is known of today apart from the door. */
  knows(known: PhoneKnows): void;
}

export class Door {
  private readonly words: ClosedView;
  /** Waiting for the server's word whether the page still holds. */
  private asking = false;
  /** The ticks go to the server now, by the browser itself. */
  private passing = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
    private readonly world: DoorWorld,
  ) {
    this.words = new ClosedView(root);
    root.addEventListener("submit", (event) => {
      const { submitter, target } = event;
      if (!(target instanceof HTMLFormElement) || !TO_QUESTIONS.includes(submitter?.dataset.player) || this.passing) return;
      event.preventDefault();
      void this.sendTicks(target, submitter);
    });
  }

  /** Go on if nothing has changed since the page was made; else the page is loaded anew, or says why not. */
  async ifItHolds(go: () => void): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const [holds] = await Promise.all([this.holds(), this.world.prepare()]);
    const known = await this.known(holds);
    this.asking = false;
    if (holds === false) return this.renew();
    const old = holds === null && !isOfToday(this.plan, Date.now());
    for (const words of this.root.querySelectorAll<HTMLElement>('[data-player="other-day"]')) words.hidden = !old;
    this.words.show(known, true);
    if (old || known.closed !== null) return;
    // Where the page is the answer to a form, a reload must find the session and not send it again.
    history.replaceState(history.state, "", sessionUrl(this.plan.session));
    go();
  }

  /** At the opening: what this phone knows already. The server is asked only where that says something. */
  async open(): Promise<void> {
    const known = await this.known(null);
    if (known.closed !== null) await this.lookAgain();
  }

  /** Back to a page that plays nothing yet, or the phone learned something: what was told elsewhere counts here too. */
  async lookAgain(): Promise<void> {
    const idle = (): boolean => (this.world.idle() || this.words.shown !== null) && !this.asking;
    if (!idle()) return;
    const holds = await this.holds();
    const known = await this.known(holds);
    if (!idle()) return;
    if (holds === false) this.renew();
    else this.words.show(known, false);
  }

  private async known(holds: boolean | null): Promise<PhoneKnows> {
    const known = await this.world.phone.knows(holds, Date.now());
    this.world.knows(known);
    return known;
  }

  private holds(): Promise<boolean | null> {
    return stillHolds(this.plan, (url, init) => fetch(url, init));
  }

  /** Load the page anew; it leads where the gate says. A session under way is kept as the page goes. */
  private renew(): void {
    location.replace(sessionUrl(this.plan.session));
  }

  /** Ticks are noted first. Where the server answers, it asks its questions; else nothing starts until it has. */
  private async sendTicks(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const { store, note } = this.world;
    const now = Date.now();
    const day = dayIn(this.plan.zone, now);
    const items = [...form.querySelectorAll<HTMLInputElement>('input[name="check"]:checked')].map(({ value }) => value);
    note.tick(day);
    const op = uuid7(now);
    const isKept = await kept(store, tickedEntry(this.plan, day, op, now, items, now + HELD_MS));
    const reached = (await this.holds()) !== null;
    await within(DISK_MS, reached ? store.remove(op) : store.change(op, { heldUntil: 0 }), undefined);
    this.asking = false;
    if (!reached) {
      // What the phone keeps is told; what it does not keep stays ticked, so that it is told again.
      for (const box of form.querySelectorAll<HTMLInputElement>('input[name="check"]')) box.checked &&= !isKept;
      return this.words.show(await this.known(null), true);
    }
    this.passing = true;
    form.requestSubmit(submitter);
    this.passing = false;
  }
}
