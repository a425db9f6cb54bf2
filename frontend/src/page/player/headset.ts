/** What the buttons of a headset and of the lock screen mean. Nobody who presses them sees the screen. */

import type { Clock } from "./clock.ts";
import { positionAt, type SessionEvent, type SessionMachine, type SessionState } from "./session.ts";

export const HEADSET_BUTTONS = ["play", "pause", "stop", "nexttrack", "previoustrack", "seekbackward", "seekforward"] as const;
export type HeadsetButton = (typeof HEADSET_BUTTONS)[number];

/** Pressed again within so long, "previous" goes to the movement before. */
export const TWICE_MS = 3_000;
const SEEK_MS = 15_000;

/** What the meaning of a button depends on. */
export interface Pressed {
  readonly state: SessionState;
  /** Whether the current movement has an easier version left. */
  readonly canEase: boolean;
  /** Milliseconds since "previous" was pressed last; null: never. */
  readonly sincePreviousMs: number | null;
}

/**
 * The events that a button stands for, to be sent one after the other.
 *
 * Pause and then next means "too much": the easier version plays, or where there is none any
 * more, the next movement. Something that needs an answer about how it feels is never answered
 * by a button, and after the stop advice nothing plays on.
 */
export function meaningOf(button: HeadsetButton, { state, canEase, sincePreviousMs }: Pressed): readonly SessionEvent[] {
  const { phase, sheet } = state;
  if (phase !== "playing" && phase !== "paused") return [];
  switch (button) {
    case "pause":
      return phase === "playing" ? [{ type: "pause" }] : [];
    case "play":
      return phase === "paused" ? playOn(state) : [];
    case "stop":
      return sheet === null ? [{ type: "too_much" }] : [];
    case "nexttrack":
      if (phase === "playing") return [{ type: "next" }];
      return sheet === null ? tooMuch(canEase) : [];
    case "previoustrack":
      if (sheet !== null) return [];
      return [{ type: sincePreviousMs !== null && sincePreviousMs < TWICE_MS ? "previous" : "repeat" }];
    case "seekbackward":
      return sheet === null ? [{ type: "seek", byMs: -SEEK_MS }] : [];
    case "seekforward":
      return sheet === null ? [{ type: "seek", byMs: SEEK_MS }] : [];
  }
}

function playOn({ sheet, playOn: plays }: SessionState): readonly SessionEvent[] {
  if (sheet === null) return [{ type: "toggle" }];
  // Pain of some kind was named, or a long break: that is answered on the screen.
  if (sheet.kind === "pain_kind" || sheet.kind === "advice" || sheet.kind === "resume") return [];
  return plays ? [{ type: "close_sheet" }] : [{ type: "close_sheet" }, { type: "toggle" }];
}

function tooMuch(canEase: boolean): readonly SessionEvent[] {
  return [{ type: "too_much" }, { type: "reason", reason: "other" }, { type: canEase ? "ease" : "skip" }];
}

/** Presses on one session. */
export class Headset {
  private previousAt: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly machine: SessionMachine,
    private readonly current: () => SessionState,
    private readonly send: (event: SessionEvent) => void,
  ) {}

  press(button: HeadsetButton): void {
    const at = this.clock.now();
    const state = this.current();
    const sincePreviousMs = this.previousAt === null ? null : at - this.previousAt;
    const canEase = this.machine.canEase(state);
    for (const event of meaningOf(button, { state, canEase, sincePreviousMs })) this.send(event);
    if (button === "previoustrack") this.previousAt = this.clock.now();
  }

  /** Somebody drew the bar of the lock screen to `positionMs`. */
  seekTo(positionMs: number): void {
    const state = this.current();
    if (state.sheet === null) this.send({ type: "seek", byMs: positionMs - positionAt(state, this.clock.now()) });
  }
}
