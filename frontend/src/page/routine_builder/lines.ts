// The lines of the routine: moved one place by buttons that keep the focus, taken out and put back, each change said aloud.
import type { GetPart } from "./main.ts";

/** A line that was taken out, and before which one it stood. */
interface Removed {
  line: HTMLElement;
  index: number;
}

/** What is said of a line in its place, from 1. */
export function placeWords(name: string, place: number, of: number): string {
  return `${name}: ${place} of ${of}.`;
}

export class Lines {
  private readonly list: HTMLElement;
  private removed: Removed | null = null;
  private known = new Set<Element>();

  constructor(
    private readonly part: GetPart,
    private readonly say: (text: string) => void,
    private readonly changed: () => void,
  ) {
    this.list = part("lines");
  }

  get length(): number {
    return this.list.children.length;
  }

  start(): void {
    this.known = new Set(this.list.children);
    this.list.addEventListener("click", (event) => this.press(event));
    this.part("undo").addEventListener("click", (event) => this.putBack(event));
    // htmx puts new lines in.
    new MutationObserver(() => this.look()).observe(this.list, { childList: true });
  }

  /** A line has come to another place by hand. */
  moved(line: HTMLElement): void {
    this.say(placeWords(nameOf(line), placeOf(line), this.length));
    this.changed();
  }

  private press(event: MouseEvent): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-builder]") : null;
    const line = button?.closest<HTMLElement>("li");
    if (!button || !line) return;
    event.preventDefault();
    const what = button.dataset["builder"];
    if (what === "up") this.move(line, line.previousElementSibling, "first");
    if (what === "down") this.move(line, line.nextElementSibling, "last");
    if (what === "remove") this.takeOut(line);
  }

  /** The other line goes to the other side of this one: so the pressed button never loses the focus. */
  private move(line: HTMLElement, other: Element | null, end: string): void {
    if (!other) return this.say(`${nameOf(line)} is ${end} already.`);
    if (end === "first") line.after(other);
    else line.before(other);
    line.scrollIntoView({ block: "nearest" });
    this.moved(line);
  }

  private takeOut(line: HTMLElement): void {
    this.removed = { line, index: placeOf(line) - 1 };
    line.remove();
    const notice = this.part("removed");
    // What a plain form took out before is not put back by this button any more.
    for (const field of notice.querySelectorAll("input")) field.remove();
    this.part("removed-words").textContent = `${nameOf(line)} is taken out.`;
    notice.hidden = false;
    this.part("undo").focus();
    this.say(`${nameOf(line)} is taken out. ${this.length} left.`);
    this.changed();
  }

  private putBack(event: Event): void {
    const { removed } = this;
    // It was taken out by a plain form: that puts it back.
    if (!removed) return;
    event.preventDefault();
    this.removed = null;
    this.list.insertBefore(removed.line, this.list.children[removed.index] ?? null);
    this.part("removed").hidden = true;
    removed.line.querySelector<HTMLElement>('[data-builder="remove"]')?.focus();
    this.moved(removed.line);
  }

  /** Say of each line that came that it is there. */
  private look(): void {
    for (const line of this.list.children) {
      if (this.known.has(line) || !(line instanceof HTMLElement)) continue;
      this.known.add(line);
      this.say(`Added. ${placeWords(nameOf(line), placeOf(line), this.length)}`);
      this.changed();
    }
  }
}

function nameOf(line: HTMLElement): string {
  return line.dataset["name"] ?? "";
}

/** From 1. */
function placeOf(line: HTMLElement): number {
  return [...(line.parentElement?.children ?? [])].indexOf(line) + 1;
}
