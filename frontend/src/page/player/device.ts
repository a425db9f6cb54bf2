/** Sound, voice, vibration, screen and pictures of this phone, as the person set them. */

import { LESS_MOTION, savesData } from "../calm.ts";
import { part, setText } from "./elements.ts";
import type { Signal } from "./moment.ts";
import type { Taste } from "./pictures.ts";
import { keepSettings, loadSettings, type Settings } from "./settings.ts";
import { SettingsView } from "./settings_view.ts";
import type { SheetOpener } from "./sheet_opener.ts";
import { Sounds } from "./sound.ts";
import { DeviceVoice, spoken, type Speaker } from "./speech.ts";
import type { Store } from "./storage.ts";
import { canVibrate, vibrate } from "./vibration.ts";
import { ScreenKeeper, type WakeState } from "./wakelock.ts";

const SCREEN_WORDS: Readonly<Record<WakeState, string>> = {
  off: "The screen is kept on while a session plays.",
  on: "The screen stays on while the session plays.",
  refused: "This browser will not keep the screen on. Set your phone's screen to stay on longer.",
};
const MUTED = "Tap anywhere to bring the sound back.";

export class Device {
  readonly sheets: SettingsView;
  private settings: Settings;
  private readonly calm = matchMedia(LESS_MOTION);
  private readonly sounds = new Sounds();
  private readonly speaker: Speaker = new DeviceVoice();
  private readonly screen: ScreenKeeper;
  private wake: WakeState = "off";
  private playing = false;

  /** @param remark Shows what the person should know about the phone; "" for nothing. */
  constructor(
    root: HTMLElement,
    store: Store | null,
    opener: SheetOpener,
    private readonly remark: (text: string) => void,
  ) {
    this.settings = loadSettings(store);
    this.sheets = new SettingsView(root, this.settings, opener, (changed) => {
      this.settings = changed;
      keepSettings(store, changed);
      this.apply();
    });
    this.sheets.tellMissing(this.speaker.available, canVibrate());
    setText(part(root, "screen-state"), SCREEN_WORDS.off);
    this.screen = new ScreenKeeper((state) => {
      this.wake = state;
      this.sheets.screen(SCREEN_WORDS[state]);
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
    this.sounds.unlock(() => this.tell());
    this.speaker.prime();
    this.screen.tapped();
  }

  /** The screen stays on while a session plays, and no longer. */
  follow(playing: boolean): void {
    this.playing = playing;
    if (playing) this.screen.keepOn();
    else this.screen.letGo();
    this.tell();
  }

  signal(signal: Signal): void {
    if (this.settings.sounds) this.sounds.play(signal);
    if (this.settings.vibration) vibrate(signal);
  }

  /** @param steps Said after `text`, in one go, unless the person wants no steps. */
  say(text: string, steps = ""): void {
    if (this.settings.voice) this.speaker.say(spoken(text, this.settings.steps ? steps : ""));
  }

  hush(): void {
    this.speaker.stop();
  }

  soundCheck(): void {
    this.unlock();
    this.signal("start");
    this.say("This is how the voice sounds.");
  }

  private apply(): void {
    this.sounds.setVolume(this.settings.sounds ? this.settings.soundVolume : 0);
    this.speaker.setVolume(this.settings.voice ? this.settings.voiceVolume : 0);
    this.tell();
  }

  private tell(): void {
    const heard = this.settings.sounds && this.settings.soundVolume > 0;
    const muted = this.playing && heard && this.sounds.blocked;
    this.remark(muted ? MUTED : this.playing && this.wake === "refused" ? SCREEN_WORDS.refused : "");
  }
}
