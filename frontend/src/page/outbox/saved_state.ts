// What is only on this phone so far, shown as saved at the place of its form; later that it was sent, or why it was not taken.
import type { Kept } from "../../outbox/entry.ts";
import { button } from "../button.ts";
import type { Line } from "./form_words.ts";

/** What a card is about. */
export interface Shown {
  readonly entries: readonly Kept[];
  /** The form, hidden while the card is there; null on a page that shows only what was answered before. */
  readonly form: HTMLFormElement | null;
  /** Hidden as long as the card is there, besides the form. */
  readonly covered: readonly HTMLElement[];
  /** Where it can be changed, on a page without the form. */
  readonly change: string | null;
  /** Take it out of the phone again. */
  undo(): Promise<void>;
}

/** Ends the address of a page whose form is to be gone on with. */
export const MORE = "#more";
const UNDONE: readonly string[] = ["check_in_deleted", "session_deleted", "flare", "message"];
const ON_PHONE = "Only on this phone so far. It is sent by itself when there is a network.";

/** Put the card on the page. */
export function showSaved(shown: Shown): SavedState {
  return new SavedState(shown);
}

export class SavedState {
  readonly element = document.createElement("section");
  private readonly heading = document.createElement("h2");
  private readonly status = paragraph("");
  private readonly actions = document.createElement("p");

  constructor(private readonly shown: Shown) {
    const { form, covered } = shown;
    this.element.className = "card stack on-phone";
    this.heading.className = "ask-title";
    this.heading.tabIndex = -1;
    this.status.className = "soft small";
    this.status.setAttribute("role", "status");
    this.actions.className = "row";
    const top = document.createElement("div");
    top.className = "stack stack-tight";
    top.append(this.heading, this.status);
    this.element.append(top, ...this.details(), this.actions);
    this.say(this.last.kind.endsWith("_deleted") ? "Deleted on this phone" : "Saved on this phone", ON_PHONE);
    this.offer();
    // A form folded away (to delete something) is covered with its fold.
    const fold = form?.closest<HTMLElement>("details.fold") ?? null;
    const place = fold ?? form ?? covered[0];
    place?.before(this.element);
    for (const each of this.hidden()) each.hidden = true;
  }

  get ops(): readonly string[] {
    return this.shown.entries.map(({ op }) => op);
  }

  focus(): void {
    this.heading.focus();
  }

  /** Nothing of it waits any more: the server has it. */
  arrived(): void {
    this.say(this.last.kind.endsWith("_deleted") ? "Deleted" : "Saved", "It is sent.");
    if (UNDONE.includes(this.last.kind)) this.actions.replaceChildren(button("Show this page as it is now", "button button-quiet", () => location.reload()));
  }

  /** Give the place back to what it covers. */
  leave(): void {
    for (const each of this.hidden()) each.hidden = false;
    this.element.remove();
  }

  private get last(): Kept {
    return this.shown.entries.at(-1) as Kept;
  }

  private hidden(): HTMLElement[] {
    const { form, covered } = this.shown;
    const fold = form?.closest<HTMLElement>("details.fold");
    return [...(form ? [fold ?? form] : []), ...covered];
  }

  private details(): HTMLElement[] {
    const lines = linesOf(this.shown.entries);
    if (this.last.kind.endsWith("_deleted") || lines.length === 0) return [paragraph(this.last.title)];
    const facts = document.createElement("dl");
    facts.className = "facts";
    for (const [question, answer] of lines) {
      const term = document.createElement("dt");
      const words = document.createElement("dd");
      term.textContent = question;
      words.textContent = answer;
      words.dir = "auto";
      facts.append(term, words);
    }
    return [facts];
  }

  private offer(): void {
    const { form, change } = this.shown;
    if (UNDONE.includes(this.last.kind)) this.actions.replaceChildren(this.undoButton());
    else if (form) this.actions.replaceChildren(button("Change", "button button-quiet", () => this.open(form)));
    else if (change) this.actions.replaceChildren(link("Change", change));
    if (form && this.last.kind === "message") this.actions.append(button("Write another", "button button-bare", () => this.openEmpty(form)));
    if (form?.querySelector('[name="which"][value="quick"]')) this.actions.append(link("More", this.last.page + MORE, "button button-bare"));
  }

  private undoButton(): HTMLButtonElement {
    const undo = button("Take it back", "button button-quiet", () => {
      undo.disabled = true;
      void this.shown.undo().then(() => {
        this.leave();
        this.shown.form?.querySelector<HTMLElement>("button")?.focus();
      });
    });
    return undo;
  }

  private openEmpty(form: HTMLFormElement): void {
    form.reset();
    this.open(form);
  }

  private open(form: HTMLFormElement): void {
    this.leave();
    form.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea, button")?.focus();
  }

  private say(heading: string, status: string): void {
    this.heading.textContent = heading;
    this.status.textContent = status;
  }
}

/** Questions and the last answers to them, in the order in which they were first answered. */
export function linesOf(entries: readonly Pick<Kept, "said">[]): Line[] {
  return [...new Map(entries.flatMap(({ said = [] }) => said))];
}

function paragraph(text: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

function link(text: string, href: string, className = "button button-quiet"): HTMLAnchorElement {
  const made = document.createElement("a");
  made.className = className;
  made.href = href;
  made.textContent = text;
  return made;
}
