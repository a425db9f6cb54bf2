/** The screen before a session: reads the choices, shows what the chosen variant needs. */

import { keepChoices, takeChoices } from "./choices.ts";
import type { Choices } from "./choices.ts";
import { part } from "./elements.ts";
import type { Plan } from "./plan.ts";
import type { Store } from "./storage.ts";

export class BeforeView {
  private readonly form: HTMLFormElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
    private readonly store: Store | null,
    /** The version that the address asks for, which goes before what was chosen. */
    asked: string | null,
  ) {
    this.form = part<HTMLFormElement>(root, "before");
    this.restore(asked);
    this.form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "variant") this.showVariant();
    });
    part<HTMLButtonElement>(root, "start").disabled = false;
    this.showVariant();
  }

  /** What was chosen; null where a tick of the check opens its questions first (another page). */
  choices(): Choices | null {
    const data = new FormData(this.form);
    const pain = data.get("pain_before");
    const number = typeof pain === "string" && pain !== "" ? Number(pain) : Number.NaN;
    const chosen = {
      variant: this.variant(),
      painBefore: Number.isInteger(number) && number >= 0 && number <= 10 ? number : null,
    };
    if (this.form.querySelector('input[name="check"]:checked') === null) return chosen;
    keepChoices(this.store, this.plan.session, chosen);
    this.form.requestSubmit(part(this.root, "answer"));
    return null;
  }

  focus(): void {
    part(this.root, "start").focus();
  }

  /** What was chosen before the questions of the check, so that nobody is asked twice. */
  private restore(asked: string | null): void {
    const kept = takeChoices(this.store, this.plan.session);
    if (kept === null) return;
    this.tick("pain_before", kept.painBefore === null ? "" : String(kept.painBefore));
    if (asked === null) this.tick("variant", kept.variant);
  }

  private tick(name: string, value: string): void {
    for (const radio of this.form.querySelectorAll<HTMLInputElement>(`input[type="radio"][name="${name}"]`)) {
      if (radio.value === value) radio.checked = true;
    }
  }

  private variant(): string {
    const chosen = new FormData(this.form).get("variant");
    const known = this.plan.variants.find((each) => each.name === chosen) ?? this.plan.variants[0];
    return known?.name ?? "";
  }

  /** Only what the chosen variant has: its movements, its equipment. */
  private showVariant(): void {
    const chosen = this.plan.variants.find((each) => each.name === this.variant());
    const items = new Set(chosen?.parts.map((each) => each.item));
    for (const line of this.form.querySelectorAll<HTMLElement>("[data-items]")) {
      const shown = (line.dataset.items ?? "").split(" ").some((id) => items.has(id));
      line.hidden = !shown;
      for (const box of line.querySelectorAll<HTMLInputElement>('input[name="done"]')) box.checked = shown;
    }
  }
}
