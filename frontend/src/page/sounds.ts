// The script of "Sound, voice and pictures" in settings: the player's own switches, kept where the player reads them.
import { part } from "./player/elements.ts";
import { SettingInputs } from "./player/setting_inputs.ts";
import { keepSettings, loadSettings } from "./player/settings.ts";
import { browserStore } from "./player/storage.ts";
import { canVibrate } from "./player/vibration.ts";

for (const root of document.querySelectorAll<HTMLElement>('[data-component="sounds"]')) {
  const store = browserStore();
  const inputs = new SettingInputs(root, loadSettings(store), (changed) => {
    part(root, "not-kept").hidden = keepSettings(store, changed);
  });
  inputs.tellMissing("speechSynthesis" in window, canVibrate());
  root.hidden = false;
}
