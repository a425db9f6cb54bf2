/** Opens sheets so that the second tap of a double tap hits none of the buttons that appear under the finger. */

import type { Clock } from "./clock.ts";

/** For so long after it opened a sheet takes no taps. */
export const DEAF_MS = 500;

/** The part of a click that decides. */
export type Tap = Pick<MouseEvent, "detail">;

export class SheetOpener {
  private openedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Pick<Clock, "now">) {}

  /** Hold back taps on the sheets in `root`, before anything there hears of them. */
  guard(root: HTMLElement): void {
    root.addEventListener(
      "click",
      (click) => {
        const inSheet = click.target instanceof Element && click.target.closest("dialog") !== null;
        if (!inSheet || this.takes(click)) return;
        click.preventDefault();
        click.stopImmediatePropagation();
      },
      { capture: true },
    );
  }

  open(dialog: Pick<HTMLDialogElement, "showModal">): void {
    this.openedAt = this.clock.now();
    dialog.showModal();
  }

  /** Whether a sheet takes this click now. A key or a screen reader clicks with detail 0: always. */
  takes({ detail }: Tap): boolean {
    return detail === 0 || this.clock.now() - this.openedAt >= DEAF_MS;
  }
}
