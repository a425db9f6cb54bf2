/** The questions on top: shows the one that the state asks, fills in its words. */

import { part, setText } from "./elements.ts";
import type { Plan } from "./plan.ts";
import type { Sheet } from "./session.ts";
import type { SheetOpener } from "./sheet_opener.ts";

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
/** Stands for "leave" while there is nothing to save. */
const NOTHING = "sheet-nothing";

/** What the words of a sheet depend on. */
export interface About {
  /** Name of the current movement. */
  readonly movement: string;
  /** Whether there is an easier version to offer. */
  readonly canEase: boolean;
  /** Whether there is nothing to save. */
  readonly nothingDone: boolean;
  /** Whether it was last played so long ago that what is new has to be asked. */
  readonly longAgo: boolean;
}

function nameOf(asked: Asked | null, nothingDone: boolean): string | null {
  if (asked === null) return null;
  if (asked.kind === "leave" && nothingDone) return NOTHING;
  return asked.kind === "advice" && asked.stop === "dizzy" ? EMERGENCY : NAMES[asked.kind];
}

export class SheetsView {
  private wanted: string | null = null;

  /** @param dismissed Called when a sheet was left by Esc. */
  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
    private readonly opener: SheetOpener,
    private readonly dismissed: () => void,
  ) {
    for (const [name, dialog] of this.dialogs()) {
      dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        this.dismissed();
      });
      // Browsers close a dialog on a second Esc whatever we say: the state decides, so open it again.
      dialog.addEventListener("close", () => {
        if (this.wanted === name) dialog.showModal();
      });
    }
  }

  show(asked: Asked, about: About): void {
    this.fill(asked, about);
    this.turnTo(nameOf(asked, about.nothingDone));
  }

  close(): void {
    this.turnTo(null);
  }

  /** Whether what is new since a long break is still to be asked. */
  get toAsk(): boolean {
    return this.newSince?.hidden === true;
  }

  /** Whether any dialog is open: then single keys are not for the player. */
  get open(): boolean {
    return this.root.querySelector("dialog[open]") !== null;
  }

  private turnTo(wanted: string | null): void {
    this.wanted = wanted;
    for (const [name, dialog] of this.dialogs()) {
      if (name === wanted && !dialog.open) this.opener.open(dialog);
      else if (name !== wanted && dialog.open) dialog.close();
    }
  }

  /** Not there where the check was answered just now. */
  private get newSince(): HTMLElement | null {
    return this.root.querySelector('[data-player="new-since"]');
  }

  private fill(asked: Asked, { movement, canEase, nothingDone, longAgo }: About): void {
    if (asked.kind === "resume") {
      if (this.newSince !== null) this.newSince.hidden = !longAgo;
      setText(part(this.root, "resume-from"), movement);
      part(this.root, "save-resumed").hidden = nothingDone;
    }
    if (asked.kind === "instead") {
      part(this.root, "ease").hidden = !canEase;
      part(this.root, "eased-already").hidden = canEase;
    }
    if (asked.kind !== "advice" || asked.stop === "dizzy") return;
    setText(part(this.root, "advice-text"), this.plan.stop_advice[asked.stop]);
    setText(part(this.root, "advice-red"), this.plan.stop_advice.red);
  }

  private dialogs(): (readonly [string, HTMLDialogElement])[] {
    return [...Object.values(NAMES), EMERGENCY, NOTHING].map((name) => [name, part<HTMLDialogElement>(this.root, name)] as const);
  }
}
