/** Sound, vibration, flashes, screen and pictures of this phone, as the person set them. */

import { LESS_MOTION, savesData } from "../calm.ts";
import { part } from "./elements.ts";
import { flash } from "./flash.ts";
import type { Signal } from "./moment.ts";
import type { Taste } from "./pictures.ts";
import type { Line } from "./plan.ts";
import { keepSettings, loadSettings, type Settings } from "./settings.ts";
import { SettingsView } from "./settings_view.ts";
import type { SheetOpener } from "./sheet_opener.ts";
import type { Sounding } from "./sounding.ts";
import type { Store } from "./storage.ts";
import { canVibrate, vibrate } from "./vibration.ts";
import { ScreenKeeper, type WakeState } from "./wakelock.ts";

const SCREEN_WORDS: Readonly<Record<WakeState, string>> = {
  off: "The screen is kept on while a session plays.",
  on: "The screen stays on while the session plays.",
  refused: "This browser will not keep the screen on. Set your phone's screen to stay on longer.",
};
const DARK = "The screen may go dark. The sound goes on.";

export class Device {
  readonly sheets: SettingsView;
  readonly sounding: Sounding;
  private settings: Settings;
  private readonly calm = matchMedia(LESS_MOTION);
  private readonly screen: ScreenKeeper;
  private wake: WakeState = "off";
  private playing = false;

  /**
   * @param sounding Makes what is heard, of the settings as they are.
   * @param remark Shows what the person should know about the phone; "" for nothing.
   */
  constructor(
    private readonly root: HTMLElement,
    store: Store | null,
    opener: SheetOpener,
    sounding: (settings: Settings) => Sounding,
    private readonly remark: (text: string) => void,
  ) {
    this.settings = loadSettings(store);
    this.sounding = sounding(this.settings);
    this.sheets = new SettingsView(root, this.settings, opener, (changed) => {
      this.settings = changed;
      keepSettings(store, changed);
      this.apply();
    });
    this.sheets.tellMissing(this.sounding.own.available, canVibrate());
    this.screen = new ScreenKeeper((state) => {
      this.wake = state;
      this.tell();
    });
    this.apply();
  }

  /** Whether single letters are shortcuts. */
  get keys(): boolean {
    return this.settings.keys;
  }

  get taste(): Taste {
    const { movingPictures, stillInHolds } = this.settings;
    return { moving: movingPictures && !this.calm.matches && !savesData(), stillInHolds };
  }

  /** To be called in a tap or key press: browsers allow sound, voice and a screen kept on only from one. */
  unlock(): void {
    this.sounding.unlock();
    this.screen.tapped();
    this.tell();
  }

  /** The screen stays on while a session plays, and no longer; not where it may go dark. */
  follow(playing: boolean): void {
    this.playing = playing;
    if (playing && !this.mayGoDark) this.screen.keepOn();
    else this.screen.letGo();
    this.tell();
  }

  signal(signal: Signal): void {
    this.sounding.signal(signal);
    const silent = this.settings.lead === "silent";
    if (this.settings.vibration) vibrate(signal, silent);
    if (silent) flash(part(this.root, "flash"), signal, this.calm.matches);
  }

  say(lines: readonly Line[], steps: readonly string[]): void {
    this.sounding.say(lines, steps);
  }

  soundCheck(): void {
    this.unlock();
    this.signal("start");
    this.sounding.tell("This is how the voice sounds");
  }

  /** Only while a track leads: without one, a dark screen would leave nobody to lead. */
  private get mayGoDark(): boolean {
    return this.settings.lead === "dark" && (!this.playing || this.sounding.leads);
  }

  private apply(): void {
    this.sounding.set(this.settings);
    this.follow(this.playing);
  }

  private tell(): void {
    this.sheets.screen(this.mayGoDark ? DARK : SCREEN_WORDS[this.wake]);
    const refused = this.wake === "refused" ? SCREEN_WORDS.refused : "";
    this.remark(this.playing ? this.sounding.remark || refused : "");
  }
}
