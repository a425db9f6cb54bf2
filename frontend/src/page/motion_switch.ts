// Whether a picture moves: at once, when asked to, or not at all. Knows no document.

export type Shown = "still" | "loading" | "motion" | "failed";

export class MotionSwitch {
  private shown: Shown = "still";
  /** Which wish a loading picture answers; a later one, either way, makes it void. */
  private wish = 0;

  /**
   * @param load Gets the moving picture ready; false where it cannot be had or shown.
   * @param show Puts it on the screen.
   */
  constructor(
    private readonly load: () => Promise<boolean>,
    private readonly show: (shown: Shown) => void,
  ) {}

  /** The person pressed the button. */
  toggle(): Promise<void> {
    return this.shown === "motion" || this.shown === "loading" ? this.pause() : this.play();
  }

  async play(): Promise<void> {
    this.wish += 1;
    const mine = this.wish;
    this.put("loading");
    const ready = await this.load();
    if (mine === this.wish) this.put(ready ? "motion" : "failed");
  }

  /** Back to the still picture. */
  async pause(): Promise<void> {
    this.wish += 1;
    this.put("still");
  }

  private put(shown: Shown): void {
    this.shown = shown;
    this.show(shown);
  }
}
