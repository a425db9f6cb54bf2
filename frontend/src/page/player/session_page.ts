/** Wires the player of a session page: plan, clock, screen, sound, storage, saving. */

import { browserClock } from "./clock.ts";
import { entryStore } from "../../outbox/database.ts";
import { onChange, startSending } from "../../outbox/start.ts";
import { uuid7 } from "../../outbox/uuid7.ts";
import { whenQuiet } from "../quiet.ts";
import type { AfterFacts } from "./after.ts";
import { AfterView } from "./after_view.ts";
import { BeforeView } from "./before.ts";
import { OnThisPhone, type PhoneKnows } from "./closed.ts";
import { Device } from "./device.ts";
import { Door } from "./door.ts";
import { Ending } from "./ending.ts";
import { Headset } from "./headset.ts";
import { actionOf } from "./keys.ts";
import { LockScreen } from "./media_session.ts";
import type { Moment } from "./moment.ts";
import { part } from "./elements.ts";
import type { Plan, StopReason } from "./plan.ts";
import { PhoneTells } from "./phone_tells.ts";
import { Player, type Stage, type WakeAfter } from "./player.ts";
import { PreviewDoor, PreviewEnding } from "./preview.ts";
import { ASK_AFTER_GONE_MS, isLongAgo, isUnderWay, newSession, SessionMachine, type SessionEvent, type SessionState } from "./session.ts";
import { SafetyNote } from "./safety_note.ts";
import type { Settings } from "./settings.ts";
import { SheetOpener } from "./sheet_opener.ts";
import { SheetsView } from "./sheets.ts";
import { Sounding } from "./sounding.ts";
import { browserStore, Keeper, returnTo, sessionKey, type Return, type Store } from "./storage.ts";
import { TrackClock } from "./track_clock.ts";
import { joinParts } from "./timeline.ts";
import { StageView } from "./view.ts";

/** So long a start waits for the sound; then the screen leads until it is there. */
const SOUND_WAIT_MS = 2_000;

/** What a button or key does, by the `data-player` name of the button. */
type Actions = Readonly<Record<string, () => void>>;

const wakeAfter: WakeAfter = (ms, wake) => {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
};

export class SessionPage {
  private readonly clock = new TrackClock(browserClock());
  private readonly machine: SessionMachine;
  private readonly keeper: Keeper;
  private readonly view: StageView;
  private readonly before: BeforeView;
  private readonly ending: Pick<Ending, "show" | "online" | "send">;
  private readonly door: Pick<Door, "ifItHolds" | "open" | "lookAgain">;
  private readonly tells: Pick<PhoneTells, "stopped"> | null;
  private readonly sheets: SheetsView;
  private readonly device: Device;
  private readonly headset: Headset;
  private readonly lockScreen: LockScreen;
  private readonly back: Return;
  private readonly player: Player;
  /** Left without saving: nothing is to be kept any more. */
  private left = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly plan: Plan,
  ) {
    const store = browserStore();
    const { clock } = this;
    this.machine = new SessionMachine(plan);
    // Of a preview nothing is kept.
    this.keeper = new Keeper(plan.preview ? null : store, sessionKey(plan.user, plan.session));
    this.view = new StageView(root, () => this.device.taste);
    this.before = new BeforeView(root, plan);
    const prepare = (): Promise<unknown> => {
      this.device.unlock();
      return this.device.sounding.ready(SOUND_WAIT_MS);
    };
    const closing = (): Promise<void> => this.device.sounding.closing();
    const around = plan.preview ? { tells: null, ending: new PreviewEnding(root, closing), door: new PreviewDoor(prepare) } : this.forReal(store, prepare, closing);
    this.tells = around.tells;
    this.ending = around.ending;
    this.door = around.door;
    const opener = new SheetOpener(clock);
    opener.guard(root);
    this.sheets = new SheetsView(root, plan, opener, () => this.player.send({ type: "close_sheet" }));
    this.device = new Device(root, store, opener, (settings) => this.sounding(settings), (text) => this.view.remark(text));
    this.back = this.kept();
    const first = "state" in this.back ? this.back.state : newSession(plan.variants[0]);
    this.player = new Player(plan, this.machine, clock, this.keeper, this.stage(), wakeAfter, Date.now, first);
    this.headset = new Headset(clock, this.machine, () => this.player.current, (event) => this.player.send(event));
    this.lockScreen = new LockScreen(plan.name, (button) => this.headset.press(button), (position) => this.headset.seekTo(position));
  }

  /** What keeps, asks and sends, of a session that counts. */
  private forReal(store: Store | null, prepare: () => Promise<unknown>, closing: () => Promise<void>): { tells: PhoneTells; ending: Ending; door: Door } {
    const { root, plan, clock } = this;
    const [outbox, template] = [entryStore(plan.user), part<HTMLTemplateElement>(root, "after")];
    const facts = JSON.parse(template.dataset.facts ?? "null") as AfterFacts;
    const note = new SafetyNote(store, plan.user);
    const tells = new PhoneTells(plan, outbox, note, facts);
    const after = new AfterView(part(root, "after-place"), template, facts, (item) => plan.items.get(item)?.name ?? "", tells);
    const ending = { of: plan, user: plan.user, url: plan.log_url, keeper: this.keeper, store: outbox, now: () => clock.now(), closing };
    const door = {
      store: outbox,
      note,
      phone: new OnThisPhone(plan, outbox, note, facts),
      prepare,
      idle: () => this.idle,
      knows: ({ flare }: PhoneKnows) => {
        if (flare) this.before.flareDay();
      },
    };
    return { tells, ending: new Ending(root, ending, after), door: new Door(root, plan, door) };
  }

  /** Begin to listen, and go on where the phone was left. */
  open(): void {
    this.listen();
    const first = this.plan.items.get(this.plan.variants[0].parts[0]?.item ?? "");
    if (first !== undefined) whenQuiet(() => this.view.prepare(first));
    whenQuiet(() => this.prepareSound());
    this.before.whenChanged(() => this.prepareSound());
    if (!this.plan.preview) whenQuiet(() => startSending(this.plan.user));
    void this.door.open();
    const { back } = this;
    if (back.kind === "none") return;
    if (back.kind === "old") {
      this.sheets.show({ kind: "old" }, { movement: "", canEase: false, nothingDone: false, longAgo: false });
      return;
    }
    this.player.open();
    if (back.kind === "unsaved") this.ending.show(back.state.phase === "finished", back.result);
  }

  private stage(): Stage {
    return {
      show: (state, moment, position) => this.show(state, moment, position),
      signal: (signal) => this.device.signal(signal),
      say: (lines, steps) => this.device.say(lines, steps),
      hush: () => this.device.sounding.hush(),
      advise: (stop) => this.advise(stop),
      led: () => ({ led_by: this.device.sounding.ledBy, unrecorded_lines: this.device.sounding.unrecordedLines }),
      ended: (state, result) => this.ending.show(state.phase === "finished", result),
    };
  }

  private show(state: SessionState, moment: Moment | null, position: number): void {
    this.root.dataset.phase = state.phase;
    const underWay = isUnderWay(state);
    this.device.sounding.follow(state.phase, this.machine.timeline(state), position);
    if (underWay && moment !== null) this.lockScreen.show(moment, state.phase === "playing", position, this.machine.timeline(state).totalMs);
    else this.lockScreen.clear();
    this.view.cover(underWay);
    if (!underWay) this.view.toggleDetails(false);
    if (underWay && moment !== null) this.view.show(state, moment, this.machine.timeline(state), position);
    if (state.sheet === null) this.sheets.close();
    else {
      this.sheets.show(state.sheet, {
        movement: moment?.part.item.name ?? "",
        canEase: this.machine.canEase(state),
        nothingDone: this.machine.nothingDone(state),
        longAgo: isLongAgo(state, this.clock.now()),
      });
    }
    this.device.follow(state.phase === "playing");
  }

  private sounding(settings: Settings): Sounding {
    return new Sounding(this.plan.voices, part<HTMLAudioElement>(this.root, "track"), this.clock, settings, {
      changed: () => this.look(),
      interrupted: () => this.player.send({ type: "pause" }),
      saying: (line) => this.view.saying(line),
    });
  }

  /** Advice that is not an emergency is spoken too: whoever stops in pain may not look at the screen. */
  private advise(stop: StopReason): void {
    this.tells?.stopped(this.player.current.logId);
    const { stop_advice: advice } = this.plan;
    if (stop !== "dizzy") this.device.sounding.tell(advice[stop], advice.red);
  }

  /** Look at the session again: what leads it has changed. */
  private look(): void {
    if (this.player.current.phase === "playing") this.player.send({ type: "tick" });
    else this.device.follow(false);
  }

  /** Put the sound of the chosen version together before it is needed. */
  private prepareSound(): void {
    const { current } = this.player;
    if (current.phase === "finished" || current.phase === "stopped") return;
    const parts = current.phase === "before" ? this.before.parts : current.parts;
    this.device.sounding.prepare(joinParts(this.plan, parts));
  }

  private begin(): void {
    const choices = this.before.choices();
    if (choices !== null) this.player.send({ type: "begin", ...choices, logId: uuid7(Date.now()) });
  }

  private resume(): void {
    // The sheet may have been open since before the break was long: asked first, then carried on.
    if (this.sheets.toAsk && isLongAgo(this.player.current, this.clock.now())) this.player.send({ type: "tick" });
    else void this.door.ifItHolds(() => this.player.send({ type: "carry_on" }));
  }

  /** Nothing is played, and nothing is being told: then the page may be loaded anew. */
  private get idle(): boolean {
    return this.player.current.phase === "before" && !this.before.ticked && part(this.root, "ending").hidden !== false;
  }

  private actions(): Actions {
    return {
      start: () => {
        if (this.before.choices() !== null) void this.door.ifItHolds(() => this.begin());
      },
      "sound-check": () => this.device.soundCheck(),
      "try-sound": () => this.device.soundCheck(),
      "open-settings": () => this.device.sheets.open(),
      "open-sound": () => this.device.sheets.open(),
      "open-help": () => this.device.sheets.openHelp(),
      "close-sound": () => this.device.sheets.close(),
      "close-help": () => this.device.sheets.close(),
      "open-details": () => this.view.toggleDetails(),
      "close-details": () => this.view.toggleDetails(false),
      "try-again": () => void this.ending.send(),
      ...this.playing(),
      ...this.answers(),
      ...this.endings(),
    };
  }

  /** The buttons of the stage. */
  private playing(): Actions {
    return {
      pause: this.sending({ type: "toggle" }),
      previous: this.sending({ type: "previous" }),
      next: this.sending({ type: "next" }),
      repeat: this.sending({ type: "repeat" }),
      "back-15": this.sending({ type: "seek", byMs: -15_000 }),
      "forward-15": this.sending({ type: "seek", byMs: 15_000 }),
      "too-much": this.sending({ type: "too_much" }),
      stop: this.sending({ type: "ask_leave" }),
    };
  }

  /** The answers to "Too much?". */
  private answers(): Actions {
    return {
      "close-why": this.sending({ type: "close_sheet" }),
      "close-pain-kind": this.sending({ type: "close_sheet" }),
      "close-instead": this.sending({ type: "close_sheet" }),
      "why-pain": this.sending({ type: "reason", reason: "pain" }),
      "why-tired": this.sending({ type: "reason", reason: "tired" }),
      "why-other": this.sending({ type: "reason", reason: "other" }),
      "pain-mild": this.sending({ type: "pain_kind", pain: "mild" }),
      "pain-sharp": this.sending({ type: "pain_kind", pain: "sharp" }),
      "pain-tingling": this.sending({ type: "pain_kind", pain: "tingling" }),
      "pain-dizzy": this.sending({ type: "pain_kind", pain: "dizzy" }),
      ease: this.sending({ type: "ease" }),
      skip: this.sending({ type: "skip" }),
    };
  }

  /** Saving, leaving, coming back. */
  private endings(): Actions {
    return {
      finish: this.sending({ type: "stop" }),
      "save-stopped": this.sending({ type: "stop" }),
      "save-emergency": this.sending({ type: "stop" }),
      "save-resumed": this.sending({ type: "stop" }),
      "carry-on": this.sending({ type: "close_sheet" }),
      "carry-on-nothing": this.sending({ type: "close_sheet" }),
      resume: () => this.resume(),
      "start-again": () => void this.door.ifItHolds(() => {
        this.player.send({ type: "start_again" });
        this.before.focus();
      }),
      leave: () => this.leave(),
      "leave-nothing": () => this.leave(),
      "save-old": () => {
        this.sheets.close();
        if (this.back.kind === "old") this.ending.show(false, this.back.result);
      },
      "throw-away": () => {
        this.keeper.clear();
        this.sheets.close();
        this.before.focus();
      },
    };
  }

  private sending(event: SessionEvent): () => void {
    return () => this.player.send(event);
  }

  private listen(): void {
    const actions = this.actions();
    this.root.addEventListener("click", (click) => {
      const button = click.target instanceof Element ? click.target.closest("button, a") : null;
      const name = button instanceof HTMLElement ? button.dataset.player : undefined;
      if (name !== undefined) actions[name]?.();
    });
    document.addEventListener("pointerdown", () => this.device.unlock());
    document.addEventListener("keydown", (key) => this.press(key, actions));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return this.keep();
      this.player.send({ type: "tick" });
      void this.door.lookAgain();
    });
    addEventListener("pagehide", () => {
      if (!this.left) this.player.leave();
    });
    addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.comeBack();
      void this.door.lookAgain();
    });
    addEventListener("online", () => {
      this.ending.online();
      if (this.root.dataset.closed !== undefined) void this.door.lookAgain();
    });
    if (!this.plan.preview) onChange(this.plan.user, () => void this.door.lookAgain());
    part(this.root, "before").addEventListener("submit", (event) => this.saveTicked(event));
  }

  /** "I did it without the guide": kept and sent like a session that was led. A tick of the check goes to the server first. */
  private saveTicked(event: SubmitEvent): void {
    if (event.defaultPrevented || event.submitter?.dataset.player !== "save-ticked" || this.before.ticked) return;
    const result = this.before.ticks(uuid7(Date.now()), this.clock.now());
    if (result === null) return;
    event.preventDefault();
    this.ending.show(false, result);
  }

  private press(key: KeyboardEvent, actions: Actions): void {
    this.device.unlock();
    if (this.view.stage.hidden || this.sheets.open) return;
    if (key.key === "Escape" && this.view.detailsOpen) {
      this.view.toggleDetails(false);
      return;
    }
    const onControl = key.target instanceof Element && key.target.closest("button, a, input, summary") !== null;
    const { ctrlKey, altKey, metaKey } = key;
    const action = actionOf({ key: key.key, ctrlKey, altKey, metaKey, onControl }, this.device.keys);
    // A held key repeats; only seeking is meant then.
    if (action === null || (key.repeat && !key.key.startsWith("Arrow"))) return;
    key.preventDefault();
    actions[action]?.();
  }

  /** What is kept on the phone, and what it means now. */
  private kept(): Return {
    return returnTo(this.keeper.load(), this.plan.signature, Date.now(), this.clock.now(), ASK_AFTER_GONE_MS);
  }

  /** Back by the browser's Back in a page that it had put aside: for the person the same as a new one. */
  private comeBack(): void {
    const back = this.kept();
    const goesOn = back.kind === "go_on" || back.kind === "ask";
    this.player.comeBack(goesOn && isUnderWay(this.player.current) ? back.state : null);
  }

  /** Away without saving: nothing of it stays on the phone. */
  private leave(): void {
    this.keeper.clear();
    this.left = true;
  }

  /** The page may be going: keep where the session stands. */
  private keep(): void {
    if (!this.left) this.player.keep();
  }
}
