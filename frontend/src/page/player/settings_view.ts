/** The "Sound, voice and pictures" sheet and the key help. */

import { part, setText } from "./elements.ts";
import { SettingInputs } from "./setting_inputs.ts";
import type { Settings } from "./settings.ts";
import type { SheetOpener } from "./sheet_opener.ts";

export class SettingsView {
  private readonly dialog: HTMLDialogElement;
  private readonly inputs: SettingInputs;

  constructor(
    private readonly root: HTMLElement,
    settings: Settings,
    private readonly opener: SheetOpener,
    changed: (settings: Settings) => void,
  ) {
    this.dialog = part<HTMLDialogElement>(root, "sheet-sound");
    this.inputs = new SettingInputs(root, settings, changed);
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
  tellMissing(ownVoice: boolean, vibration: boolean): void {
    this.inputs.tellMissing(ownVoice, vibration);
  }

  screen(text: string): void {
    setText(part(this.root, "screen-state"), text);
  }
}
