/** "How was it?" on the last screen, where the server cannot ask: the form, what it leads to, and what was said. */

import { adviceOn, changedFields, faultOf, meansStopping, saidBy, type AfterFacts, type Said } from "./after.ts";
import { part, setText } from "./elements.ts";
import type { Result } from "./storage.ts";

/** What the answers are given to. Each resolves to whether it is on the phone. */
export interface Keeps {
  said(result: Result, said: Said, changed: ReturnType<typeof changedFields>): Promise<boolean>;
  /** Something opens questions that need the server. */
  asked(about: string): Promise<boolean>;
}

const NOT_KEPT = "This could not be kept on this phone. Please try again.";
const ASKED = "Kept on this phone. We ask about it as soon as there is a network; until then no session starts.";

export class AfterView {
  private before: Said | null = null;
  private saving = false;

  constructor(
    private readonly place: HTMLElement,
    private readonly template: HTMLTemplateElement,
    private readonly facts: AfterFacts,
    /** Name of a movement by the item of the plan. */
    private readonly nameOf: (item: string) => string,
    private readonly keeps: Keeps,
  ) {}

  get shown(): boolean {
    return this.before !== null;
  }

  /** Ask about a session that is on the phone only. Asked once. */
  show(result: Result): void {
    if (this.shown) return;
    this.before = saidBy(result, this.facts);
    this.place.append(this.template.content.cloneNode(true));
    this.place.hidden = false;
    this.fill(result, this.before);
    this.advise(result, this.before);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.save(result);
    });
    part(this.place, "after-change").addEventListener("click", () => this.turnTo("after-form"));
    for (const button of this.place.querySelectorAll<HTMLButtonElement>("button[data-about]")) {
      button.addEventListener("click", () => void this.ask(button));
    }
  }

  /** What was said is with the server now. */
  sent(): void {
    if (this.shown) setText(part(this.place, "after-said-title"), "Saved");
  }

  private get form(): HTMLFormElement {
    return part<HTMLFormElement>(this.place, "after-form");
  }

  /** Name the movements, and choose what the session says itself. */
  private fill({ results }: Result, said: Said): void {
    const movements = part(this.place, "after-movements");
    const choices = results.map(({ item }, position) => {
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: "felt_in", value: String(position), checked: position === said.felt_in });
      const label = document.createElement("label");
      label.className = "choice";
      label.append(radio, this.nameOf(item));
      return label;
    });
    movements.prepend(...choices);
    for (const kind of this.form.querySelectorAll<HTMLInputElement>('[name="pain_kinds"]')) kind.checked = said.pain_kinds.includes(kind.value);
  }

  private answers(): Said {
    const sent = new FormData(this.form);
    const rating = (name: string): number | null => {
      const value = sent.get(name);
      return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : null;
    };
    const pain_kinds = sent.getAll("pain_kinds").map(String);
    const note = String(sent.get("note") ?? "").replace(/\r\n?/g, "\n").trim();
    return {
      worst_pain: rating("worst_pain"),
      pain_kinds,
      felt_in: meansStopping(pain_kinds, this.facts) ? rating("felt_in") : null,
      effort: rating("effort"),
      note,
    };
  }

  private async save(result: Result): Promise<void> {
    const { before } = this;
    if (before === null || this.saving) return;
    const said = this.answers();
    const fault = faultOf(said, before);
    this.refuse(fault);
    if (fault !== "") return;
    this.saving = true;
    setText(part(this.place, "after-said-title"), "Saved on this phone");
    const isKept = await this.keeps.said(result, said, changedFields(said, before));
    this.saving = false;
    if (!isKept) return this.refuse(NOT_KEPT);
    this.before = said;
    this.tell(said);
    this.turnTo("after-said");
    this.advise(result, said);
  }

  private refuse(words: string): void {
    const error = part(this.place, "after-error");
    error.hidden = words === "";
    setText(error, words);
  }

  /** The form, or what was said. The focus goes along. */
  private turnTo(name: "after-form" | "after-said"): void {
    for (const each of ["after-form", "after-said"]) part(this.place, each).hidden = each !== name;
    if (name === "after-said") part(this.place, "after-said-title").focus();
    else this.form.querySelector<HTMLElement>("input:checked, input")?.focus();
  }

  private tell(said: Said): void {
    const labels = [...this.form.querySelectorAll<HTMLInputElement>('[name="pain_kinds"]:checked')].map((box) => box.closest("label")?.textContent?.trim() ?? "");
    const rating = (value: number | null): string => (value === null ? "" : `${value} of 10`);
    const rows = [["Effort", rating(said.effort)], ["Worst pain", rating(said.worst_pain)], ["Like", labels.join(", ")]] as const;
    part(this.place, "after-facts").replaceChildren(
      ...rows.filter(([, value]) => value !== "").flatMap(([name, value]) => {
        const [term, words] = [document.createElement("dt"), document.createElement("dd")];
        term.textContent = name;
        words.textContent = value;
        return [term, words];
      }),
    );
    const note = part(this.place, "after-note");
    note.hidden = said.note === "";
    setText(note, said.note);
  }

  /** Show what is to be said; whoever just told it is led to it. */
  private advise({ pain_before }: Result, said: Said): void {
    const holds = adviceOn(said, pain_before, this.facts);
    const notice = part(this.place, "after-advice");
    notice.hidden = holds.size === 0;
    for (const line of notice.querySelectorAll<HTMLElement>("[data-advice]")) line.hidden = !holds.has(line.dataset.advice ?? "");
    if (holds.size === 0 || part(this.place, "after-said").hidden) return;
    notice.scrollIntoView({ block: "start" });
    notice.focus();
  }

  private async ask(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    const isKept = await this.keeps.asked(button.dataset.about ?? "");
    setText(part(this.place, "after-asked"), isKept ? ASKED : NOT_KEPT);
    button.disabled = isKept;
  }
}
