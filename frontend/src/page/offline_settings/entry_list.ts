// The list of what waits on this phone or was refused: opening, mending, dropping, and taking a drop back.
import type { EntryStore } from "../../outbox/database.ts";
import type { Kept } from "../../outbox/entry.ts";
import { button } from "../button.ts";
import { droppedWith, entryWords, howManyWords } from "./entry_words.ts";
import { part } from "./parts.ts";

/** So many are shown at first. */
export const SHOWN_AT_FIRST = 10;

/** Drops entries while nobody sends them. Resolves to those that were still there. */
export type Drop = (entries: readonly Kept[]) => Promise<Kept[]>;

export class EntryList {
  private readonly list: HTMLElement;
  /** What is on the page: an entry that did not change keeps its place and the focus in it. */
  private readonly items = new Map<string, { sign: string; element: HTMLElement }>();
  /** Rows that ask something, or say what was dropped: they stay until they are answered. */
  private readonly held = new Set<string>();
  private all: readonly Kept[] = [];
  private showsAll = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly store: EntryStore,
    private readonly drop: Drop,
  ) {
    this.list = part(root, "entries");
    part(root, "show-all").addEventListener("click", () => {
      const next = this.all[SHOWN_AT_FIRST]?.op;
      this.showsAll = true;
      this.draw();
      this.items.get(next ?? "")?.element.querySelector<HTMLElement>("a, button")?.focus();
    });
  }

  /** Read what is kept and show it. */
  async show(): Promise<void> {
    this.all = await this.store.all();
    this.draw();
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  private draw(): void {
    const now = Date.now();
    // What was refused needs the person: it comes first.
    const ordered = [...this.all].sort((one, other) => Number(other.state === "rejected") - Number(one.state === "rejected"));
    const shown = this.showsAll ? ordered : ordered.slice(0, SHOWN_AT_FIRST);
    const wanted = new Set([...shown.map(({ op }) => op), ...this.held]);
    for (const [op, { element }] of this.items) {
      if (wanted.has(op)) continue;
      element.remove();
      this.items.delete(op);
    }
    for (const entry of shown) this.place(entry, now);
    this.frame(shown.length);
  }

  private place(entry: Kept, now: number): void {
    if (this.held.has(entry.op)) return;
    const sign = JSON.stringify([entry.state, entryWords(entry, now)]);
    const before = this.items.get(entry.op);
    if (before?.sign === sign) return;
    const element = before?.element ?? document.createElement("li");
    element.replaceChildren(...this.described(entry, now), this.buttons(entry));
    if (!before) this.list.append(element);
    this.items.set(entry.op, { sign, element });
  }

  private frame(shown: number): void {
    const none = this.all.length === 0;
    const more = this.all.length - shown;
    part(this.root, "none-waits").hidden = !none || this.items.size > 0;
    part(this.root, "entry-buttons").hidden = none;
    this.list.hidden = this.items.size === 0;
    const howMany = part(this.root, "how-many");
    howMany.hidden = none;
    if (howMany.textContent !== howManyWords(this.all)) howMany.textContent = howManyWords(this.all);
    const showAll = part(this.root, "show-all");
    showAll.hidden = more <= 0;
    showAll.textContent = more === 1 ? "Show one more" : `Show the other ${more}`;
  }

  private described(entry: Kept, now: number): HTMLElement[] {
    const words = entryWords(entry, now);
    const title = paragraph("");
    const strong = document.createElement("strong");
    strong.dir = "auto";
    strong.textContent = entry.title;
    title.append(strong);
    const state = paragraph(words.reason ? words.written : `${words.written} ${words.state}`, "small soft");
    const made: HTMLElement[] = [title, state];
    if (words.reason) made.push(paragraph(`${words.state} ${words.reason}`, "entry-reason"));
    if (entry.said?.length) made.push(saidIn(entry.said));
    return made;
  }

  private buttons(entry: Kept): HTMLElement {
    const words = entryWords(entry, Date.now());
    const open = document.createElement("a");
    open.className = words.reason ? "button" : "button button-quiet";
    open.href = ownPage(entry.page);
    open.append(words.open, unseen(`: ${entry.title}`));
    const drop = button("Drop it", "button button-bare", () => this.ask(entry));
    drop.append(unseen(`: ${entry.title}`));
    return row(open, drop);
  }

  private ask(entry: Kept): void {
    const item = this.items.get(entry.op);
    if (!item) return;
    this.held.add(entry.op);
    const yes = button("Drop it", "button button-stop-quiet", () => void this.dropAsked(entry));
    const no = button("Keep it", "button button-quiet", () => this.release(entry.op));
    const question = paragraph(entryWords(entry, Date.now()).question);
    question.id = `ask-${entry.op}`;
    for (const each of [yes, no]) each.setAttribute("aria-describedby", question.id);
    item.element.lastElementChild?.replaceWith(question, row(yes, no));
    no.focus();
  }

  private async dropAsked(entry: Kept): Promise<void> {
    const element = this.items.get(entry.op)?.element;
    if (!element) return;
    for (const each of element.querySelectorAll("button")) each.disabled = true;
    const dropped = await this.drop(droppedWith(entry, this.all)).catch(() => null);
    if (dropped === null) return this.say(entry, "It is being sent just now, or this browser did not let it go. Please try again in a moment.");
    if (dropped.length === 0) return this.say(entry, `It had been sent already: ${entry.title}.`);
    const more = dropped.length > 1 ? ", with what you said about it" : "";
    const undo = button("Undo", "button button-quiet", () => void this.undo(entry, dropped));
    this.say(entry, `Dropped: ${entry.title}${more}.`, undo);
    await this.show();
  }

  private async undo(entry: Kept, dropped: readonly Kept[]): Promise<void> {
    for (const each of dropped) await this.store.put(each);
    this.all = await this.store.all();
    this.release(entry.op);
  }

  /** Say something in an entry's place, with what can be done about it. */
  private say(entry: Kept, words: string, ...actions: HTMLElement[]): void {
    const element = this.items.get(entry.op)?.element;
    if (!element) return;
    const said = paragraph(words);
    said.dir = "auto";
    said.setAttribute("role", "status");
    const away = button("Close", "button button-bare", () => {
      this.held.delete(entry.op);
      this.items.delete(entry.op);
      element.remove();
      this.draw();
      part(this.root, "waiting").querySelector<HTMLElement>("h2")?.focus();
    });
    element.replaceChildren(said, row(...actions, away));
    element.querySelector<HTMLElement>("button")?.focus();
  }

  /** Show the entry as ever, with the focus in it. */
  private release(op: string): void {
    this.held.delete(op);
    const item = this.items.get(op);
    if (item) item.sign = "";
    this.draw();
    this.items.get(op)?.element.querySelector<HTMLElement>("a, button")?.focus();
  }
}

function saidIn(said: NonNullable<Kept["said"]>): HTMLElement {
  const fold = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "What you wrote";
  const facts = document.createElement("dl");
  facts.className = "facts small";
  for (const [question, answer] of said) {
    const term = document.createElement("dt");
    term.textContent = question;
    const given = document.createElement("dd");
    given.dir = "auto";
    given.textContent = answer;
    facts.append(term, given);
  }
  fold.append(summary, facts);
  return fold;
}

/** Only a page of this app: what is kept on a phone may be changed by anybody who has it. */
function ownPage(page: string): string {
  return page.startsWith("/") && !page.startsWith("//") ? page : "/today";
}

function paragraph(text: string, className = ""): HTMLParagraphElement {
  const made = document.createElement("p");
  made.className = className;
  made.textContent = text;
  return made;
}

function unseen(text: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "visually-hidden";
  made.textContent = text;
  return made;
}

function row(...children: HTMLElement[]): HTMLElement {
  const made = document.createElement("div");
  made.className = "row";
  made.append(...children);
  return made;
}
