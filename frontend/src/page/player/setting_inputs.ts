/** The switches of sound, voice, vibration, keys and pictures, wherever a page has them. */

import { LESS_MOTION } from "../calm.ts";
import { part } from "./elements.ts";
import type { Settings } from "./settings.ts";

const SWITCHES = ["sounds", "voice", "steps", "vibration", "keys", "movingPictures", "stillInHolds"] as const;
const VOLUMES = ["soundVolume", "voiceVolume"] as const;

export class SettingInputs {
  /** @param changed Called with all settings after each change. */
  constructor(
    private readonly root: HTMLElement,
    private settings: Settings,
    private readonly changed: (settings: Settings) => void,
  ) {
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

  /** What this device cannot do, said beside the switch. */
  tellMissing(voice: boolean, vibration: boolean): void {
    for (const [name, available] of [["voice", voice], ["vibration", vibration]] as const) {
      this.input(name).disabled = !available;
      const line = part(this.root, `${name}-missing`);
      line.hidden = available;
      if (available || name !== "voice") continue;
      for (const other of ["steps", "voiceVolume"]) this.input(other).disabled = true;
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
