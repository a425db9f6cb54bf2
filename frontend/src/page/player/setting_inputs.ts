/** The switches of how a session leads, sound, voice, vibration, keys and pictures, wherever a page has them. */

import { LESS_MOTION } from "../calm.ts";
import { part } from "./elements.ts";
import { LEADS, VOICE_NAMES, type Settings } from "./settings.ts";

const SWITCHES = ["sounds", "voice", "steps", "vibration", "keys", "movingPictures", "stillInHolds"] as const;
const VOLUMES = ["soundVolume", "voiceVolume"] as const;

export class SettingInputs {
  /** @param changed Called with all settings after each change. */
  constructor(
    private readonly root: HTMLElement,
    private settings: Settings,
    private readonly changed: (settings: Settings) => void,
  ) {
    for (const lead of LEADS) {
      const choice = this.input(`lead-${lead}`);
      choice.checked = settings.lead === lead;
      choice.addEventListener("change", () => {
        if (choice.checked) this.change({ ...this.settings, lead });
      });
    }
    const voice = part<HTMLSelectElement>(root, "setting-voiceName");
    voice.value = settings.voiceName;
    voice.addEventListener("change", () => {
      const voiceName = VOICE_NAMES.find((each) => each === voice.value);
      if (voiceName !== undefined) this.change({ ...this.settings, voiceName });
    });
    for (const name of SWITCHES) {
      const box = this.input(name);
      box.checked = settings[name];
      box.addEventListener("change", () => this.change({ ...this.settings, [name]: box.checked }));
    }
    for (const name of VOLUMES) {
      const range = this.input(name);
      range.value = String(Math.round(settings[name] * 100));
      range.addEventListener("change", () =>
        this.change({ ...this.settings, [name]: Number(range.value) / 100 }),
      );
    }
  }

  /**
   * What this device cannot do, said beside the switch.
   *
   * @param ownVoice Whether it has a voice of its own; spoken words are recorded and need none.
   */
  tellMissing(ownVoice: boolean, vibration: boolean): void {
    for (const [name, available] of [["steps", ownVoice], ["vibration", vibration]] as const) {
      this.input(name).disabled = !available;
      part(this.root, `${name}-missing`).hidden = available;
    }
    const calm = matchMedia(LESS_MOTION).matches;
    for (const name of ["movingPictures", "stillInHolds"]) this.input(name).disabled = calm;
    part(this.root, "motion-missing").hidden = !calm;
  }

  private change(settings: Settings): void {
    this.settings = settings;
    this.changed(settings);
  }

  private input(name: string): HTMLInputElement {
    return part<HTMLInputElement>(this.root, `setting-${name}`);
  }
}
