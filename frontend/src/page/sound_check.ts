// The script of "Before your first session": sound check, lock test, and what this browser can do.
import { savesData } from "./calm.ts";
import { part } from "./player/elements.ts";
import type { VoiceFile } from "./player/plan.ts";
import { loadSettings } from "./player/settings.ts";
import { browserStore } from "./player/storage.ts";
import { browserScreen } from "./player/wakelock.ts";
import { whenQuiet } from "./quiet.ts";
import { browserVoice, silence } from "./sound/browser_sound.ts";
import * as can from "./sound_check/abilities.ts";
import { AbilityList } from "./sound_check/ability_list.ts";
import { browserShelf, isIphone, standaloneFlag } from "./sound_check/browser.ts";
import { LockTest } from "./sound_check/lock_test.ts";
import { SoundTest } from "./sound_check/sound_test.ts";

const TREMBLE_MS = 300;

function look(root: HTMLElement): AbilityList {
  const list = new AbilityList(root);
  void list.expect("track", can.playsTrack(new Audio(), silence()));
  void list.expect("own_voice", can.speaksItself("speechSynthesis" in window ? speechSynthesis : null));
  void list.expect("offline", can.keepsOffline(browserShelf()));
  list.show("buttons", can.hasButtons(navigator));
  list.show("quieter", can.makesOthersQuieter(navigator));
  list.show("installed", can.isInstalled((query) => matchMedia(query).matches, standaloneFlag()));
  list.show("vibration", can.canVibrate(navigator));
  if ("vibrate" in navigator) list.offer("vibration", () => void navigator.vibrate(TREMBLE_MS));
  list.show("screen", { answer: "wakeLock" in navigator ? "unknown" : "no" });
  if ("wakeLock" in navigator) list.offer("screen", () => void list.expect("screen", can.keepsScreenOn(browserScreen)));
  for (const name of ["iphone-switch", "iphone-hint"]) part(root, name).hidden = !isIphone();
  return list;
}

function start(root: HTMLElement): void {
  const store = browserStore();
  const settings = loadSettings(store);
  const voices = JSON.parse(part(root, "voices").textContent ?? "[]") as readonly VoiceFile[];
  const file = voices.find(({ name }) => name === settings.voiceName) ?? voices[0];
  const voice = file === undefined ? null : browserVoice(file);
  const list = look(root);
  const sound = new SoundTest(root, voice, settings, (finding) => list.show("voice", finding));
  const lock = new LockTest(root, voice, store);
  root.hidden = false;
  if (savesData()) list.show("voice", { answer: "unknown" });
  // What fails here is told when it is asked for.
  else whenQuiet(() => void Promise.allSettled([sound.prepare(), lock.prepare()]));
}

for (const root of document.querySelectorAll<HTMLElement>('[data-component="sound-check"]')) start(root);
