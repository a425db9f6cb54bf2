/** Wires the player of a session page: plan, clock, screen, sound, storage, saving. */

import { browserClock } from "../../shared/clock.ts";
import { uuid7 } from "../../shared/uuid.ts";
import { BeforeView } from "./before.ts";
import { part, setText } from "./elements.ts";
import { Ending } from "./ending.ts";
import { actionOf } from "./keys.ts";
import { parsePlan } from "./plan.ts";
import { Player } from "./player.ts";
import { ASK_AFTER_MS, newSession, SessionMachine, type SessionEvent, type SessionState } from "./session.ts";
import { keepSettings, loadSettings, type Settings } from "./settings.ts";
import { SettingsView } from "./settings_view.ts";
import { SheetsView, type Asked } from "./sheets.ts";
import { Sounds } from "./sound.ts";
import { DeviceVoice, type Speaker } from "./speech.ts";
import { browserStore, Keeper, returnTo, sessionKey, tabStore } from "./storage.ts";
import { canVibrate, vibrate } from "./vibration.ts";
import { StageView } from "./view.ts";
import { ScreenKeeper, type WakeState } from "./wakelock.ts";

const SCREEN_WORDS: Readonly<Record<WakeState, string>> = {
  off: "The screen is kept on while a session plays.",
  on: "The screen stays on while the session plays.",
  refused: "This browser will not keep the screen on. Set your phone's screen to stay on longer.",
};
const MUTED = "Tap anywhere to bring the sound back.";

function start(root: HTMLElement): void {
  const plan = parsePlan(JSON.parse(document.getElementById("session-data")?.textContent ?? "null"));
  const usual = plan.variants[0];
  if (usual === undefined) return;
  const store = browserStore();
  let settings: Settings = loadSettings(store);
  const clock = browserClock();
  const machine = new SessionMachine(plan);
  const keeper = new Keeper(store, sessionKey(plan.user, plan.session));
  const sounds = new Sounds();
  const speaker: Speaker = new DeviceVoice();

  const view = new StageView(root);
  const before = new BeforeView(root, plan, tabStore(), new URLSearchParams(location.search).get("variant"));
  const ending = new Ending(root, plan.log_url, keeper);
  const sheets = new SheetsView(root, plan, () => player.send({ type: "close_sheet" }));
  const settingsView = new SettingsView(root, settings, (changed) => {
    settings = changed;
    keepSettings(store, changed);
    applySettings();
  });
  let wake: WakeState = "off";
  const screen = new ScreenKeeper((state) => {
    wake = state;
    settingsView.screen(SCREEN_WORDS[state]);
    remark();
  });

  const back = returnTo(keeper.load(), plan.signature, Date.now(), clock.now(), ASK_AFTER_MS);
  const first: SessionState = "state" in back ? back.state : newSession(usual);
  const player = new Player(
    plan,
    machine,
    clock,
    keeper,
    {
      show(state, moment, position) {
        root.dataset.phase = state.phase;
        const underWay = state.phase === "playing" || state.phase === "paused";
        view.cover(underWay);
        if (!underWay) view.toggleDetails(false);
        if (underWay && moment !== null) view.show(state, moment, machine.timeline(state), position);
        ask(state.sheet, moment?.part.item.name ?? "", underWay && machine.canEase(state));
        if (state.phase === "playing") screen.keepOn();
        else screen.letGo();
        remark();
      },
      signal(signal) {
        if (settings.sounds) sounds.play(signal);
        if (settings.vibration) vibrate(signal);
      },
      say(text) {
        if (settings.voice) speaker.say(text);
      },
      hush: () => speaker.stop(),
      ended(state, result) {
        ending.show(state.phase === "finished", result);
      },
    },
    (ms, tick) => {
      const timer = setTimeout(tick, ms);
      return () => clearTimeout(timer);
    },
    () => Date.now(),
    first,
  );

  function ask(asked: Asked | null, movement: string, canEase: boolean): void {
    sheets.show(asked, movement, canEase);
  }

  function applySettings(): void {
    sounds.setVolume(settings.sounds ? settings.soundVolume : 0);
    speaker.setVolume(settings.voice ? settings.voiceVolume : 0);
    remark();
  }

  /** What the person should know about the device, on the screen that plays. */
  function remark(): void {
    const playing = root.dataset.phase === "playing";
    const muted = playing && settings.sounds && settings.soundVolume > 0 && !sounds.ready && sounds.blocked;
    view.remark(muted ? MUTED : playing && wake === "refused" ? SCREEN_WORDS.refused : "");
  }

  /** Browsers allow sound and voice only from a tap or key on. */
  function unlock(): void {
    sounds.unlock(remark);
    speaker.prime();
  }

  function soundCheck(): void {
    unlock();
    if (settings.sounds) sounds.play("start");
    if (settings.voice) speaker.say("This is how the voice sounds.");
    if (settings.vibration) vibrate("start");
  }

  function begin(): void {
    const choices = before.choices();
    if (choices === null) return;
    unlock();
    player.send({ type: "begin", ...choices, logId: uuid7(Date.now()) });
  }

  const event = (sent: SessionEvent) => (): void => player.send(sent);
  const actions: Readonly<Record<string, () => void>> = {
    start: begin,
    "sound-check": soundCheck,
    "try-sound": soundCheck,
    "open-settings": () => settingsView.open(),
    "open-sound": () => settingsView.open(),
    "open-help": () => settingsView.openHelp(),
    "close-sound": () => settingsView.close(),
    "close-help": () => settingsView.close(),
    "open-details": () => view.toggleDetails(),
    "close-details": () => view.toggleDetails(false),
    pause: event({ type: "toggle" }),
    previous: event({ type: "previous" }),
    next: event({ type: "next" }),
    repeat: event({ type: "repeat" }),
    "back-15": event({ type: "seek", byMs: -15_000 }),
    "forward-15": event({ type: "seek", byMs: 15_000 }),
    "too-much": event({ type: "too_much" }),
    stop: event({ type: "ask_leave" }),
    "close-why": event({ type: "close_sheet" }),
    "close-pain-kind": event({ type: "close_sheet" }),
    "close-instead": event({ type: "close_sheet" }),
    "carry-on": event({ type: "close_sheet" }),
    resume: event({ type: "carry_on" }),
    "start-again": () => {
      player.send({ type: "start_again" });
      before.focus();
    },
    "why-pain": event({ type: "reason", reason: "pain" }),
    "why-tired": event({ type: "reason", reason: "tired" }),
    "why-other": event({ type: "reason", reason: "other" }),
    "pain-mild": event({ type: "pain_kind", pain: "mild" }),
    "pain-sharp": event({ type: "pain_kind", pain: "sharp" }),
    "pain-tingling": event({ type: "pain_kind", pain: "tingling" }),
    "pain-dizzy": event({ type: "pain_kind", pain: "dizzy" }),
    ease: event({ type: "ease" }),
    skip: event({ type: "skip" }),
    finish: event({ type: "stop" }),
    "save-stopped": event({ type: "stop" }),
    "save-resumed": event({ type: "stop" }),
    leave: () => {
      keeper.clear();
      left = true;
    },
    "save-old": () => {
      ask(null, "", false);
      if (back.kind === "old") ending.show(false, back.result);
    },
    "throw-away": () => {
      keeper.clear();
      ask(null, "", false);
      before.focus();
    },
    "try-again": () => ending.send(),
  };
  let left = false;

  root.addEventListener("click", (click) => {
    const button = click.target instanceof Element ? click.target.closest("button, a") : null;
    const name = button instanceof HTMLElement ? button.dataset.player : undefined;
    if (name !== undefined) actions[name]?.();
  });
  document.addEventListener("pointerdown", unlock);
  document.addEventListener("keydown", (key) => {
    unlock();
    if (view.stage.hidden || sheets.open) return;
    if (key.key === "Escape" && view.detailsOpen) {
      view.toggleDetails(false);
      return;
    }
    const onControl = key.target instanceof Element && key.target.closest("button, a, input, summary") !== null;
    const { ctrlKey, altKey, metaKey } = key;
    const action = actionOf({ key: key.key, ctrlKey, altKey, metaKey, onControl }, settings.keys);
    // A held key repeats; only seeking is meant then.
    if (action === null || (key.repeat && !key.key.startsWith("Arrow"))) return;
    key.preventDefault();
    actions[action]?.();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") player.send({ type: "tick" });
    else if (!left) player.keep();
  });
  addEventListener("pagehide", () => {
    if (!left) player.keep();
  });
  addEventListener("online", () => ending.online());

  settingsView.tellMissing(speaker.available, canVibrate());
  applySettings();
  setText(part(root, "screen-state"), SCREEN_WORDS.off);
  if (back.kind === "none" || back.kind === "old") {
    root.dataset.phase = "before";
    if (back.kind === "old") ask({ kind: "old" }, "", false);
  } else {
    player.open();
    if (back.kind === "unsaved") ending.show(back.state.phase === "finished", back.result);
  }
}

const root = document.querySelector<HTMLElement>('[data-component="player"]');
if (root !== null) start(root);
