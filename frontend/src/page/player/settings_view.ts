/** The "Sound and voice" sheet and the key help. */

import { part, setText } from "./elements.ts";
import type { Settings } from "./settings.ts";
import type { SheetOpener } from "./sheet_opener.ts";

const SWITCHES = ["sounds", "voice", "steps", "vibration", "keys"] as const;
const VOLUMES = ["soundVolume", "voiceVolume"] as const;

export class SettingsView {
  private readonly dialog: HTMLDialogElement;

  constructor(
    private readonly root: HTMLElement,
    private settings: Settings,
    private readonly opener: SheetOpener,
    private readonly changed: (settings: Settings) => void,
  ) {
    this.dialog = part<HTMLDialogElement>(root, "sheet-sound");
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

  open(): void {
    this.opener.open(this.dialog);
  }

  openHelp(): void {
    this.opener.open(part<HTMLDialogElement>(this.root, "sheet-help"));
  }

  close(): void {
    this.dialog.close();
    part<HTMLDialogElement>(this.root, "sheet-help").close();
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
  }

  screen(text: string): void {
    setText(part(this.root, "screen-state"), text);
  }

  private change(settings: Settings): void {
    this.settings = settings;
    this.changed(settings);
  }

  private input(name: string): HTMLInputElement {
    return part<HTMLInputElement>(this.root, `setting-${name}`);
  }
}
