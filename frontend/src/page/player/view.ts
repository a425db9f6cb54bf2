/**
 * The screen of a running session: puts moments on it. No rules here.
 *
 * Stable names (`data-player="..."`), for tests and styles. All are in templates/sessions/_*.html.
 *
 * On the root `[data-component="player"]`: `data-phase` (before, playing, paused, stopped,
 * finished), and while under way `data-cue` (index of the cue), `data-kind` (its kind),
 * `data-item` (item id), `data-position` (whole seconds).
 *
 * On the root also `data-closed` (held, ticked) where the phone knows why nothing starts.
 *
 * before     start, closed (why nothing starts; also in sheet-resume), sound-check, open-settings, check, answer,
 *            flare-words, equipment, plain (the form's fold), save-ticked,
 *            plus inputs named `variant`, `pain_before`, `check` and `done`
 * stage      position ("2 of 12"), minutes-left, progress, picture, picture-place, how (how-start, how-steps; in place
 *            of a picture that is not there), name, side, cue,
 *            clock, caption, warning, next-name, notice, live, pacer-breathe, pacer-roll,
 *            track (the sound), flash (of the silent way)
 * buttons    pause, previous, next, repeat, back-15, forward-15, too-much, stop, open-details,
 *            open-sound, open-help
 * details    details-panel, close-details
 * sheets     sheet-why: why-pain, why-tired, why-other, close-why
 *            sheet-pain-kind: pain-mild, pain-sharp, pain-tingling, pain-dizzy, close-pain-kind
 *            sheet-instead: ease, skip, eased-already, close-instead
 *            sheet-advice: advice-text, advice-red, save-stopped
 *            sheet-emergency: save-emergency
 *            sheet-leave: finish, carry-on, leave
 *            sheet-nothing (instead, while nothing is done): leave-nothing, carry-on-nothing
 *            sheet-resume: resume, resume-from, save-resumed, start-again
 *            sheet-old: save-old, throw-away
 *            sheet-sound: setting-sounds, setting-soundVolume, setting-voice, setting-steps,
 *            setting-voiceVolume, setting-vibration, setting-movingPictures, setting-stillInHolds,
 *            screen-state, try-sound, close-sound
 *            sheet-help: setting-keys, close-help
 * ending     ending, ending-title, ending-text, ending-status, try-again, after-place
 * templates  words-held, words-ticked, and after, of which after_view.ts fills after-place: after-advice,
 *            after-form, after-movements, after-error, after-said, after-facts, after-note, after-change
 */

import { LESS_MOTION } from "../calm.ts";
import { part, setText } from "./elements.ts";
import { stepLines } from "./how.ts";
import { clockWords, type Moment } from "./moment.ts";
import { PacerView } from "./pacer.ts";
import { PictureView } from "./picture.ts";
import type { Taste } from "./pictures.ts";
import type { Item } from "./plan.ts";
import type { SessionState } from "./session.ts";
import type { Timeline } from "./timeline.ts";

const TEXTS = ["position", "minutes-left", "name", "side", "cue", "clock", "caption", "next-name"] as const;

export class StageView {
  readonly stage: HTMLElement;
  private readonly texts: Readonly<Record<(typeof TEXTS)[number], HTMLElement>>;
  private readonly picture: PictureView;
  private readonly pacers: readonly PacerView[];
  private readonly details: HTMLElement;
  private detailsOf: Item | null = null;
  private announced = "";
  /** The step that is being said. */
  private said = "";

  constructor(
    private readonly root: HTMLElement,
    taste: () => Taste,
  ) {
    const calm = matchMedia(LESS_MOTION);
    const still = (): boolean => calm.matches;
    this.stage = part(root, "stage");
    this.texts = Object.fromEntries(TEXTS.map((name) => [name, part(root, name)])) as typeof this.texts;
    this.picture = new PictureView(root, taste);
    this.pacers = (["breathe", "roll"] as const).map(
      (name) => new PacerView(name, part(root, `pacer-${name}`), part(root, `pacer-${name}-mover`), still),
    );
    this.details = part(root, "details-panel");
  }

  /** Get ready what the session will begin with. */
  prepare(item: Item): void {
    this.picture.prepare(item);
  }

  /** Put a moment on the screen. */
  show(state: SessionState, moment: Moment, timeline: Timeline, positionMs: number): void {
    const playing = state.phase === "playing";
    const { item } = moment.part;
    const { dataset } = this.root;
    dataset.cue = String(moment.cueIndex);
    dataset.kind = moment.kind;
    dataset.item = item.id;
    dataset.position = String(Math.floor(positionMs / 1000));

    this.write("position", `${moment.part.index + 1} of ${moment.partCount}`);
    this.write("minutes-left", `${moment.minutesLeft} min left`);
    this.write("name", item.name);
    this.write("side", moment.sideWords);
    this.texts.side.toggleAttribute("data-sided", moment.sided);
    this.write("cue", moment.word);
    this.write("clock", clockWords(moment.leftS));
    this.write("caption", this.said === "" ? moment.caption : this.said);
    this.write("next-name", moment.nextName === null ? "Last movement" : `Next: ${moment.nextName}`);
    part<HTMLProgressElement>(this.root, "progress").value = moment.progress;

    const warning = part(this.root, "warning");
    warning.hidden = moment.warning === "";
    setText(warning, moment.warning);

    const pause = part(this.root, "pause");
    const label = playing ? "Pause" : "Play";
    setText(part(pause, "pause-label"), label);

    this.picture.show(moment, timeline.parts[moment.part.index + 1]?.item ?? null, playing);
    const cue = timeline.cues[moment.cueIndex];
    for (const pacer of this.pacers) pacer.show(moment, positionMs - (cue?.startMs ?? 0), playing);
    this.fillDetails(item);
    this.announce(moment);
  }

  /** Cover the page with the stage, or give the page back. */
  cover(covering: boolean): void {
    if (this.stage.hidden !== covering) return;
    this.stage.hidden = !covering;
    document.documentElement.classList.toggle("is-playing", covering);
    // What lies under the stage is out of reach of the keyboard and of screen readers.
    for (let at: HTMLElement | null = this.stage; at !== null && at !== document.body; at = at.parentElement) {
      for (const sibling of at.parentElement?.children ?? []) {
        if (sibling === at || !(sibling instanceof HTMLElement) || sibling instanceof HTMLDialogElement) continue;
        sibling.inert = covering;
      }
    }
    if (covering) part(this.root, "pause").focus();
  }

  toggleDetails(open: boolean = this.details.hasAttribute("hidden")): void {
    this.details.hidden = !open;
    part(this.root, "open-details").setAttribute("aria-expanded", String(open));
    if (open) part(this.root, "close-details").focus();
    else if (document.activeElement === document.body || this.details.contains(document.activeElement)) {
      part(this.root, "open-details").focus();
    }
  }

  get detailsOpen(): boolean {
    return !this.details.hidden;
  }

  /** Show a step as long as it is said; "" for none. */
  saying(line: string): void {
    this.said = line;
    if (line !== "") this.write("caption", line);
  }

  /** A short remark about the device (screen, sound); "" for none. */
  remark(text: string): void {
    const notice = part(this.root, "notice");
    notice.hidden = text === "";
    setText(notice, text);
  }

  private write(name: (typeof TEXTS)[number], text: string): void {
    setText(this.texts[name], text);
  }

  /** Movement and side for screen readers: when they change, not each second. */
  private announce(moment: Moment): void {
    const turning = moment.kind === "switch_side" || moment.kind === "get_ready";
    const key = `${moment.part.index} ${moment.part.easier} ${turning ? moment.cueIndex : ""}`;
    const [before] = this.announced.split(" ");
    if (key === this.announced) return;
    const samePart = before === String(moment.part.index);
    this.announced = key;
    if (samePart && !turning) return;
    const words = [moment.part.item.name, turning ? moment.word : "", moment.sideWords];
    setText(part(this.root, "live"), words.filter((word) => word !== "").join(". "));
  }

  private fillDetails(item: Item): void {
    if (this.detailsOf === item) return;
    this.detailsOf = item;
    part(this.details, "details-steps").replaceChildren(...stepLines(item));
    const lines: readonly (readonly [string, string])[] = [
      ["start", item.start_position],
      ["feel", item.feel],
      ["breathing", item.breathing],
      ["easier", item.how_easier],
      ["cautions", item.cautions],
      ["note", item.note],
    ];
    for (const [name, text] of lines) {
      const line = part(this.details, `details-${name}`);
      setText(line, text);
      const row = line.closest<HTMLElement>("[data-row]");
      if (row !== null) row.hidden = text === "";
    }
  }
}
