/** Keeps the screen on while the session plays, and says honestly when it cannot. */

export type WakeState = "off" | "on" | "refused";

/** The part of the browser that keeps a screen on. */
export interface Screen {
  /** Rejects where it is refused, or where there is no such thing. */
  request(): Promise<Pick<WakeLockSentinel, "released" | "release">>;
  visible(): boolean;
  /** Calls `then` each time the page becomes visible. */
  whenVisible(then: () => void): void;
}

export const browserScreen: Screen = {
  request: () => navigator.wakeLock.request("screen"),
  visible: () => document.visibilityState === "visible",
  whenVisible: (then) =>
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") then();
    }),
};

export class ScreenKeeper {
  private lock: Awaited<ReturnType<Screen["request"]>> | null = null;
  private wanted = false;
  /** One request at a time: of two locks, nobody would let the first one go. */
  private asking = false;
  /** Refused once, it is refused each second: only a tap or a new look at the page asks again. */
  private refused = false;

  constructor(
    private readonly changed: (state: WakeState) => void,
    private readonly screen: Screen = browserScreen,
  ) {
    // A hidden page loses its lock; it has to be asked for again.
    screen.whenVisible(() => this.tapped());
  }

  /** The screen is to stay on; may be said as often as one likes. */
  keepOn(): void {
    this.wanted = true;
    if (this.asking || this.refused || this.lock?.released === false) return;
    void this.ask();
  }

  /** Somebody tapped or came back: what was refused may be granted now. */
  tapped(): void {
    this.refused = false;
    if (this.wanted) this.keepOn();
  }

  letGo(): void {
    if (!this.wanted) return;
    this.wanted = false;
    this.refused = false;
    this.release();
    this.changed("off");
  }

  private async ask(): Promise<void> {
    this.asking = true;
    try {
      this.lock = await this.screen.request();
      if (this.wanted) this.changed("on");
      else this.release();
    } catch {
      this.refused = true;
      // Refused while hidden is no news: asked again when visible.
      if (this.wanted && this.screen.visible()) this.changed("refused");
    } finally {
      this.asking = false;
    }
  }

  private release(): void {
    const { lock } = this;
    this.lock = null;
    lock?.release().catch(() => undefined);
  }
}
