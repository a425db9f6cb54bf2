/** The screen before a session: reads the choices, shows what the chosen variant needs. */

import { part } from "./elements.ts";
import type { Part, Plan } from "./plan.ts";

export interface Choices {
  readonly variant: string;
  readonly painBefore: number | null;
}

export class BeforeView {
  private readonly form: HTMLFormElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
  ) {
    this.form = part<HTMLFormElement>(root, "before");
    this.form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "variant") this.showVariant(true);
    });
    part<HTMLButtonElement>(root, "start").disabled = false;
    this.showVariant(false);
  }

  /** What was chosen; null where a tick of the check opens its questions first (another page). */
  choices(): Choices | null {
    const data = new FormData(this.form);
    const pain = data.get("pain_before");
    const number = typeof pain === "string" && pain !== "" ? Number(pain) : Number.NaN;
    if (this.ticked) {
      this.form.requestSubmit(part(this.root, "answer"));
      return null;
    }
    return {
      variant: this.variant(),
      painBefore: Number.isInteger(number) && number >= 0 && number <= 10 ? number : null,
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
