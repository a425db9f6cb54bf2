/** The screen before a session: reads the choices, shows what the chosen variant needs. */

import { part, setText } from "./elements.ts";
import { proposed } from "./pain_proposal.ts";
import type { Part, Plan } from "./plan.ts";
import type { ItemResult } from "./practice_log.ts";
import type { Result } from "./storage.ts";

/** Name of the flare-day version. */
const FLARE = "flare";

export interface Choices {
  readonly variant: string;
  readonly painBefore: number | null;
}

export class BeforeView {
  private readonly form: HTMLFormElement;
  /** The version that stood before a rating proposed another one. */
  private instead: string | null = null;
  /** Whether the version was chosen by hand: then a rating only says what would fit. */
  private byHand = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
  ) {
    this.form = part<HTMLFormElement>(root, "before");
    this.form.addEventListener("change", (event) => {
      if (!(event.target instanceof HTMLInputElement)) return;
      if (event.target.name === "variant") {
        this.byHand = true;
        this.showVariant(true);
      }
      if (event.target.name === "pain_before") this.propose();
    });
    part<HTMLButtonElement>(root, "start").disabled = false;
    this.showVariant(false);
    // A rating that stands already, from before the questions of the check: the version is chosen too.
    this.byHand = this.painBefore() !== null;
    this.propose();
  }

  /** What was chosen; null where a tick of the check opens its questions first (session_page.ts hears of it). */
  choices(): Choices | null {
    if (this.ticked) {
      this.form.requestSubmit(part(this.root, "answer"));
      return null;
    }
    return {
      variant: this.variant(),
      painBefore: this.painBefore(),
    };
  }

  /** Whether something of the check is ticked. */
  get ticked(): boolean {
    return this.form.querySelector('input[name="check"]:checked') !== null;
  }

  /** What the chosen version is made of. */
  get parts(): readonly Part[] {
    return (this.plan.variants.find((each) => each.name === this.variant()) ?? this.plan.variants[0]).parts;
  }

  /** @param act Called when another version is chosen. */
  whenChanged(act: () => void): void {
    this.form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "variant") act();
    });
  }

  focus(): void {
    part(this.root, "start").focus();
  }

  /** The day was said to be a flare: its version stands, unless another was chosen by hand. */
  flareDay(): void {
    if (this.byHand || !this.plan.variants.some(({ name }) => name === FLARE)) return;
    const was = this.variant();
    this.instead = FLARE;
    this.choose(FLARE);
    const words = this.root.querySelector<HTMLElement>('[data-player="flare-words"]');
    if (words !== null && was !== FLARE) words.hidden = false;
  }

  /** What was done by the plain form's ticks; null where nothing is ticked. */
  ticks(logId: string, now: number): Result | null {
    const done = new Set(new FormData(this.form).getAll("done").map(String));
    const results = this.parts.map(({ item, easier }): ItemResult => {
      const planned = this.plan.items.get(item);
      const was = done.has(item);
      const done_s = was ? (planned?.[easier ? "easier" : "usual"].duration_s ?? 0) : 0;
      return { item, state: was ? "done" : "skipped", easier, done_s, reason: null, slug: planned?.slug ?? "" };
    });
    const took = results.reduce((sum, { done_s }) => sum + done_s, 0);
    if (took === 0) return null;
    const started_at = new Date(now - took * 1000).toISOString();
    const finished_at = new Date(now).toISOString();
    return { log_id: logId, variant: this.variant(), started_at, finished_at, pain_before: this.painBefore(), stop: null, results };
  }

  /** The rating that is chosen, 0-10. */
  private painBefore(): number | null {
    const pain = new FormData(this.form).get("pain_before");
    const number = typeof pain === "string" && pain !== "" ? Number(pain) : Number.NaN;
    return Number.isInteger(number) && number >= 0 && number <= 10 ? number : null;
  }

  /** Say what fits the rating, and choose it unless something was chosen by hand. */
  private propose(): void {
    const offer = proposed(this.plan.pain_before, this.painBefore(), this.instead ?? this.variant());
    const words = part(this.root, "pain-words");
    words.hidden = offer === null;
    setText(words, offer?.words ?? "");
    part(this.root, "not-today").hidden = offer?.restIsFine !== true;
    if (this.byHand) return;
    this.instead ??= this.variant();
    this.choose(offer?.variant ?? this.instead);
  }

  private choose(variant: string): void {
    for (const radio of this.form.querySelectorAll<HTMLInputElement>('input[type="radio"][name="variant"]')) {
      if (radio.value !== variant || radio.checked) continue;
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
      this.byHand = false;
    }
  }

  private variant(): string {
    const chosen = new FormData(this.form).get("variant");
    const known = this.plan.variants.find((each) => each.name === chosen) ?? this.plan.variants[0];
    return known?.name ?? "";
  }

  /**
   * Only what the chosen variant has: its movements, its equipment.
   *
   * @param changed Whether it was chosen just now: then all of it counts as done, unless unticked.
   */
  private showVariant(changed: boolean): void {
    const chosen = this.plan.variants.find((each) => each.name === this.variant());
    const items = new Set(chosen?.parts.map((each) => each.item));
    for (const line of this.form.querySelectorAll<HTMLElement>("[data-items]")) {
      const shown = (line.dataset.items ?? "").split(" ").some((id) => items.has(id));
      line.hidden = !shown;
      if (!changed) continue;
      for (const box of line.querySelectorAll<HTMLInputElement>('input[name="done"]')) box.checked = shown;
    }
  }
}
