/** The lock screen and the buttons of a headset: shows what is being done, passes presses on. */

import { HEADSET_BUTTONS, type HeadsetButton } from "./headset.ts";
import type { Moment } from "./moment.ts";

/** Shown when a movement has no picture. */
const APP_ICON = "/static/icons/icon-512.png";

export class LockScreen {
  private shown = "";

  /** @param pressed Called for each button, on a headset too. */
  constructor(
    private readonly sessionName: string,
    pressed: (button: HeadsetButton) => void,
    soughtTo: (positionMs: number) => void,
  ) {
    for (const button of HEADSET_BUTTONS) this.listen(button, () => pressed(button));
    this.listen("seekto", ({ seekTime }) => {
      if (seekTime !== undefined && seekTime !== null) soughtTo(seekTime * 1000);
    });
  }

  /** @param totalMs Of the whole session. */
  show(moment: Moment, playing: boolean, positionMs: number, totalMs: number): void {
    const session = this.session;
    if (session === null) return;
    session.playbackState = playing ? "playing" : "paused";
    try {
      session.setPositionState({ duration: totalMs / 1000, position: Math.min(positionMs, totalMs) / 1000 });
    } catch {
      // Not every browser shows a position.
    }
    const { item } = moment.part;
    const title = [item.name, moment.sideWords].filter((words) => words !== "").join(" · ");
    const artist = moment.nextName === null ? "Last movement" : `Next: ${moment.nextName}`;
    const key = `${title}|${artist}`;
    if (key === this.shown) return;
    this.shown = key;
    const picture = item.figure?.still_webp ?? null;
    const artwork = picture === null ? { src: APP_ICON, type: "image/png", sizes: "512x512" } : { src: picture, type: "image/webp" };
    session.metadata = new MediaMetadata({ title, artist, album: this.sessionName, artwork: [artwork] });
  }

  /** The session is over: the lock screen is given back. */
  clear(): void {
    if (this.session === null || this.shown === "") return;
    this.shown = "";
    this.session.metadata = null;
    this.session.playbackState = "none";
  }

  private get session(): MediaSession | null {
    return "mediaSession" in navigator ? navigator.mediaSession : null;
  }

  private listen(action: MediaSessionAction, handler: MediaSessionActionHandler): void {
    try {
      this.session?.setActionHandler(action, handler);
    } catch {
      // This browser has no such button.
    }
  }
}
