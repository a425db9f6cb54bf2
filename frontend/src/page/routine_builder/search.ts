// Adding by keyboard: Enter in the search adds the first movement found, the arrows go to the others, and the search is ready for
// the next words at once. Enter in any other line of the form goes back to the search; with Ctrl it saves.
import type { GetPart } from "./main.ts";

/** An answer that has not come is asked for again after so long, ms, and so often. */
const ASK_AGAIN_MS = 600;
const MOST_TIMES = 10;

/** What tells whether found movements are the answer to what stands in the fields. */
export function keyOf(text: string, region: string): string {
  return `${text.trim()}|${region}`;
}

export function startSearch(form: HTMLFormElement, part: GetPart): void {
  const find = part<HTMLInputElement>("find");
  const region = part<HTMLSelectElement>("region");
  let waiting = 0;

  const isAnswered = (): boolean => part("found").dataset["for"] === keyOf(find.value, region.value);
  const buttons = (): HTMLElement[] => [...part("found").querySelectorAll<HTMLElement>('[data-builder="add"]')];

  /** Add the first one; where the answer is not there yet, as soon as it is. */
  function addFirst(times = 1): void {
    clearTimeout(waiting);
    waiting = 0;
    if (!isAnswered()) {
      find.dispatchEvent(new Event("find"));
      if (times < MOST_TIMES) waiting = setTimeout(() => addFirst(times + 1), ASK_AGAIN_MS);
      return;
    }
    const [first] = buttons();
    if (!first) return;
    first.click();
    find.select();
  }

  /** Go on by `step` in what was found; before its first one is the search. */
  function go(step: number): void {
    const all = buttons();
    const to = all.indexOf(document.activeElement as HTMLElement) + step;
    if (to < 0) find.select();
    (to < 0 ? find : all[Math.min(to, all.length - 1)])?.focus();
  }

  new MutationObserver(() => {
    if (waiting && isAnswered()) addFirst();
  }).observe(part("found").parentElement ?? form, { childList: true });

  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = 0;
  });

  form.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || event.isComposing) return;
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) form.requestSubmit(part<HTMLButtonElement>("save"));
      return;
    }
    const inFound = target.matches('[data-builder="add"]');
    if (key === "Enter" && target instanceof HTMLInputElement && target.type !== "checkbox") {
      event.preventDefault();
      if (event.repeat) return;
      if (target === find) addFirst();
      else find.focus();
    } else if ((key === "ArrowDown" || key === "ArrowUp") && (inFound || target === find)) {
      const step = key === "ArrowDown" ? 1 : -1;
      if (target === find && step < 0) return;
      event.preventDefault();
      go(step);
    }
  });
}
