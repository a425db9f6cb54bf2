/** Keeps the screen on while the session plays, and says honestly when it cannot. */

export type WakeState = "off" | "on" | "refused";

export class ScreenKeeper {
  private lock: WakeLockSentinel | null = null;
  private wanted = false;

  constructor(private readonly changed: (state: WakeState) => void) {
    document.addEventListener("visibilitychange", () => {
      // A hidden page loses its lock; it has to be asked for again.
      if (document.visibilityState === "visible" && this.wanted) void this.ask();
    });
  }

  /** To be called in a tap. */
  keepOn(): void {
    if (this.wanted && this.lock !== null && !this.lock.released) return;
    this.wanted = true;
    void this.ask();
  }

  letGo(): void {
    this.wanted = false;
    const lock = this.lock;
    this.lock = null;
    lock?.release().catch(() => undefined);
    this.changed("off");
  }

  private async ask(): Promise<void> {
    try {
      if (!("wakeLock" in navigator)) throw new Error("no wake lock here");
      const lock = await navigator.wakeLock.request("screen");
      if (!this.wanted) {
        await lock.release();
        return;
      }
      this.lock = lock;
      this.changed("on");
    } catch {
      // Refused while hidden is no news: asked again when visible.
      if (this.wanted && document.visibilityState === "visible") this.changed("refused");
    }
  }
}
