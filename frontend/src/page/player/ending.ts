/** The last screen: says that it is over, saves, and says honestly when it is not saved yet. */

import { part, setText } from "./elements.ts";
import { failureWords, postWithRetry } from "./save.ts";
import type { Keeper, Result } from "./storage.ts";

const SAVING = "Saving what you did…";

export class Ending {
  private result: Result | null = null;
  private sending = false;
  private closed: Promise<void> = Promise.resolve();

  constructor(
    private readonly root: HTMLElement,
    private readonly url: string,
    private readonly keeper: Keeper,
    /** The clock of the session's times. */
    private readonly now: () => number,
    /** Settles when the closing words are over. */
    private readonly closing: () => Promise<void>,
  ) {}

  show(finished: boolean, result: Result): void {
    this.result = result;
    if (finished) this.closed = this.closing();
    const screen = part(this.root, "ending");
    part(this.root, "before").hidden = true;
    screen.hidden = false;
    setText(part(screen, "ending-title"), finished ? "That is all for today" : "Finished for now");
    const done = result.results.filter((each) => each.state !== "skipped").length;
    const all = result.results.length;
    setText(part(screen, "ending-text"), `${done} of ${all} movements, done or partly done.`);
    part(screen, "ending-title").focus();
    this.send();
  }

  /** The network seems to be back. */
  online(): void {
    if (this.result !== null) this.send();
  }

  send(): void {
    if (this.result === null || this.sending) return;
    this.sending = true;
    this.tell(SAVING, false);
    const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    void postWithRetry(this.url, this.result, (url, init) => fetch(url, init), wait, this.now).then((saved) => {
      this.sending = false;
      if (!saved.ok) {
        this.tell(failureWords(saved), true);
        return;
      }
      this.keeper.clear();
      this.result = null;
      this.tell("Saved.", false);
      void this.closed.then(() => location.assign(saved.url));
    });
  }

  private tell(text: string, failed: boolean): void {
    setText(part(this.root, "ending-status"), text);
    part(this.root, "try-again").hidden = !failed;
  }
}
