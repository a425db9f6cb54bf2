/** What stands for the outbox, the door and the last screen while somebody only looks at a routine: nothing is kept, asked or sent. */

import { part, setText } from "./elements.ts";

/** A preview is of no day and of no person: it always may start. */
export class PreviewDoor {
  /** @param prepare In the tap that asks: the sound gets ready. */
  constructor(private readonly prepare: () => Promise<unknown>) {}

  async ifItHolds(go: () => void): Promise<void> {
    await this.prepare();
    go();
  }

  async open(): Promise<void> {}

  async lookAgain(): Promise<void> {}
}

/** The last screen of a preview: says that nothing was saved, and leads back. */
export class PreviewEnding {
  constructor(
    private readonly root: HTMLElement,
    /** Says the closing words. */
    private readonly closing: () => Promise<void>,
  ) {}

  show(finished: boolean): void {
    if (finished) void this.closing();
    const screen = part(this.root, "ending");
    part(this.root, "before").hidden = true;
    screen.hidden = false;
    setText(part(screen, "ending-title"), "That was the preview");
    setText(part(screen, "ending-text"), "Nothing of it was saved.");
    part(screen, "ending-title").focus();
  }

  online(): void {}

  async send(): Promise<void> {}
}
