/** Shows what was found out about the browser, each in its line. */

import { part } from "../player/elements.ts";
import type { Ability, Finding } from "./abilities.ts";
import { showLine } from "./lines.ts";

export class AbilityList {
  constructor(private readonly root: HTMLElement) {}

  /** Show one answer; a later one takes its place. */
  show(name: Ability, { answer, number }: Finding): void {
    const row = this.row(name);
    showLine(row, answer);
    for (const place of row.querySelectorAll("[data-number]")) place.textContent = number ?? "";
    for (const counted of row.querySelectorAll<HTMLElement>("[data-counted]")) counted.hidden = number === undefined;
  }

  /** Show the answer once it is known. */
  async expect(name: Ability, finding: Promise<Finding>): Promise<void> {
    this.show(name, await finding);
  }

  /** Offer to find something out by a tap. */
  offer(name: Ability, then: () => void): void {
    const button = part<HTMLButtonElement>(this.root, `try-${name}`);
    button.hidden = false;
    button.addEventListener("click", then);
  }

  private row(name: Ability): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(`[data-ability="${name}"]`);
    if (found === null) throw new Error(`the page has no data-ability="${name}"`);
    return found;
  }
}
