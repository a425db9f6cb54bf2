/** The questions on top: shows the one that the state asks, fills in its words. */

import { part, setText } from "./elements.ts";
import type { Plan } from "./plan.ts";
import type { Sheet } from "./session.ts";

export type Asked = Sheet | { readonly kind: "old" };

const NAMES: Readonly<Record<Asked["kind"], string>> = {
  why: "sheet-why",
  pain_kind: "sheet-pain-kind",
  instead: "sheet-instead",
  advice: "sheet-advice",
  leave: "sheet-leave",
  resume: "sheet-resume",
  old: "sheet-old",
};
/** Dizziness may be something that needs help now: its own sheet, written by the server. */
const EMERGENCY = "sheet-emergency";

function nameOf(asked: Asked | null): string | null {
  if (asked === null) return null;
  return asked.kind === "advice" && asked.stop === "dizzy" ? EMERGENCY : NAMES[asked.kind];
}

export class SheetsView {
  private asked: Asked | null = null;

  /** @param dismissed Called when a sheet was left by Esc. */
  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
    private readonly dismissed: () => void,
  ) {
    for (const [name, dialog] of this.dialogs()) {
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.dismissed();
      });
      // Browsers close a dialog on a second Esc whatever we say: the state decides, so open it again.
      dialog.addEventListener("close", () => {
        if (nameOf(this.asked) === name) dialog.showModal();
      });
    }
  }

  /**
   * @param movement Name of the current movement.
   * @param canEase Whether there is an easier version to offer.
   */
  show(asked: Asked | null, movement: string, canEase: boolean): void {
    this.asked = asked;
    if (asked !== null) this.fill(asked, movement, canEase);
    const wanted = nameOf(asked);
    for (const [name, dialog] of this.dialogs()) {
      if (name === wanted && !dialog.open) dialog.showModal();
      else if (name !== wanted && dialog.open) dialog.close();
    }
  }

  /** Whether any dialog is open: then single keys are not for the player. */
  get open(): boolean {
    return this.root.querySelector("dialog[open]") !== null;
  }

  private fill(asked: Asked, movement: string, canEase: boolean): void {
    if (asked.kind === "resume") setText(part(this.root, "resume-from"), movement);
    if (asked.kind === "instead") {
      part(this.root, "ease").hidden = !canEase;
      part(this.root, "eased-already").hidden = canEase;
    }
    if (asked.kind !== "advice" || asked.stop === "dizzy") return;
    setText(part(this.root, "advice-text"), this.plan.stop_advice[asked.stop]);
    setText(part(this.root, "advice-red"), this.plan.stop_advice.red);
  }

  private dialogs(): (readonly [string, HTMLDialogElement])[] {
    return [...Object.values(NAMES), EMERGENCY].map((name) => [name, part<HTMLDialogElement>(this.root, name)] as const);
  }
}
