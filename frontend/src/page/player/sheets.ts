/** The questions on top: shows the one that the state asks, fills in its words. */

import { part, setText } from "./elements.ts";
import type { Plan } from "./plan.ts";
import type { Sheet } from "./session.ts";

const NAMES = {
  why: "sheet-why",
  pain_kind: "sheet-pain-kind",
  instead: "sheet-instead",
  advice: "sheet-advice",
  leave: "sheet-leave",
  resume: "sheet-resume",
  old: "sheet-old",
} as const;

export type Asked = Sheet | { readonly kind: "old" };

export class SheetsView {
  private asked: Asked | null = null;

  /** @param dismissed Called when a sheet was left by Esc. */
  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
    private readonly dismissed: () => void,
  ) {
    for (const name of Object.values(NAMES)) {
      const dialog = part<HTMLDialogElement>(root, name);
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.dismissed();
      });
      // Browsers close a dialog on a second Esc whatever we say: the state decides, so open it again.
      dialog.addEventListener("close", () => {
        if (this.asked !== null && NAMES[this.asked.kind] === name) dialog.showModal();
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
    for (const [kind, name] of Object.entries(NAMES)) {
      const dialog = part<HTMLDialogElement>(this.root, name);
      if (asked?.kind === kind && !dialog.open) dialog.showModal();
      else if (asked?.kind !== kind && dialog.open) dialog.close();
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
    if (asked.kind !== "advice") return;
    const { stop_advice: advice, emergency_number: number, help_url: help } = this.plan;
    setText(part(this.root, "advice-text"), advice[asked.stop]);
    setText(part(this.root, "advice-red"), advice.red);
    const call = part<HTMLAnchorElement>(this.root, "advice-call");
    setText(part(call, "advice-number"), `Call ${number}`);
    // "112 or your local emergency number": the first number in it is what a tap calls.
    const digits = /\d[\d ]*/.exec(number)?.[0].replaceAll(" ", "") ?? "112";
    call.href = `tel:${digits}`;
    call.classList.toggle("button-stop", asked.stop === "dizzy");
    call.classList.toggle("button-stop-quiet", asked.stop !== "dizzy");
    const more = part<HTMLAnchorElement>(this.root, "advice-help");
    more.hidden = help === null;
    if (help !== null) more.href = help;
  }
}
