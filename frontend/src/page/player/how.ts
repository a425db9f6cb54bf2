/** How the movement is done, in words, as large as they fit: it stands where there is no picture. */

import { part, setText } from "./elements.ts";
import type { Item } from "./plan.ts";

/** The largest first; stage.css knows them by `data-size`. */
const SIZES = ["large", "medium", "small"] as const;

/** One line a step, for a numbered list. */
export function stepLines(item: Item): HTMLLIElement[] {
  return item.steps.map((step) => {
    const line = document.createElement("li");
    line.textContent = step;
    return line;
  });
}

export class HowView {
  private shown: Item | null = null;

  constructor(private readonly panel: HTMLElement) {
    const watch = new ResizeObserver(() => this.fit());
    for (const each of [panel, part(panel, "how-steps")]) watch.observe(each);
  }

  fill(item: Item): void {
    if (this.shown === item) return;
    this.shown = item;
    const start = part(this.panel, "how-start");
    start.hidden = item.start_position === "";
    setText(start, item.start_position);
    part(this.panel, "how-steps").replaceChildren(...stepLines(item));
    this.panel.scrollTop = 0;
    this.fit();
  }

  show(shown: boolean): void {
    this.panel.hidden = !shown;
    this.fit();
  }

  /** The largest letters with which nothing scrolls; if all do, the keyboard must get there to scroll. */
  private fit(): void {
    const { panel } = this;
    const scrolls = (): boolean => panel.scrollHeight > panel.clientHeight + 1;
    for (const size of SIZES) {
      panel.dataset.size = size;
      if (!scrolls()) break;
    }
    if (scrolls()) panel.tabIndex = 0;
    else panel.removeAttribute("tabindex");
  }
}
