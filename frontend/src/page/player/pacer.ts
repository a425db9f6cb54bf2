/** The moving pacers: a breathing circle and a slow marker. The browser animates, the clock sets them. */

import { BREATH_IN_S, BREATH_S, ROLL_S, type Moment } from "./moment.ts";

const SMALL = "scale(0.55)";
const LARGE = "scale(1)";

function animation(element: HTMLElement, pacer: "breathe" | "roll"): Animation {
  if (pacer === "breathe") {
    return element.animate(
      [
        { transform: SMALL, easing: "ease-in-out" },
        { transform: LARGE, easing: "ease-in-out", offset: BREATH_IN_S / BREATH_S },
        { transform: SMALL },
      ],
      { duration: BREATH_S * 1000, iterations: Infinity },
    );
  }
  return element.animate(
    [
      { transform: "translateX(0)" },
      { transform: "translateX(100%)", offset: 0.5 },
      { transform: "translateX(0)" },
    ],
    { duration: ROLL_S * 1000, iterations: Infinity },
  );
}

/** How far the browser's animation may be off before it is set right (it has no drift of its own). */
const TOLERANCE_MS = 120;

/** One pacer on the screen; shown while its moment asks for it, still when paused. */
export class PacerView {
  private running: Animation | null = null;

  /**
   * @param box Shown and hidden.
   * @param mover What grows or moves in it.
   * @param still Whether motion is unwelcome: then the words alone pace.
   */
  constructor(
    private readonly pacer: "breathe" | "roll",
    private readonly box: HTMLElement,
    private readonly mover: HTMLElement,
    private readonly still: () => boolean,
  ) {}

  show(moment: Moment, inCueMs: number, playing: boolean): void {
    const wanted = moment.pacer === this.pacer;
    this.box.hidden = !wanted;
    if (!wanted || this.still()) {
      this.running?.cancel();
      this.running = null;
      return;
    }
    this.running ??= animation(this.mover, this.pacer);
    const at = Number(this.running.currentTime ?? 0);
    if (Math.abs(at - inCueMs) > TOLERANCE_MS) this.running.currentTime = inCueMs;
    if (playing) this.running.play();
    else this.running.pause();
  }
}
