// The script of the routine builder, beside that of every page: adding by Enter, the order of the lines, taking out and putting
// back. Without it the same buttons are sent as a plain form. The server reckons every dose and minute.
import { startDragging } from "./drag.ts";
import { startEasier } from "./easier.ts";
import { startKeeping } from "./keeping.ts";
import { Lines } from "./lines.ts";
import { startSearch } from "./search.ts";

/** What `data-builder` calls an element of the form. */
export type GetPart = <T extends HTMLElement = HTMLElement>(name: string) => T;

function start(form: HTMLFormElement): void {
  const part: GetPart = <T extends HTMLElement>(name: string): T => {
    const found = form.querySelector<T>(`[data-builder="${name}"]`);
    if (!found) throw new Error(`the builder has no data-builder="${name}"`);
    return found;
  };
  const keeping = startKeeping(form);
  const say = (text: string): void => void (part("said").textContent = text);
  /** Something of the routine is different: the server says what it comes to. */
  const changed = (): void => {
    keeping.changed();
    part("total").dispatchEvent(new Event("refresh"));
  };
  const lines = new Lines(part, say, changed);
  lines.start();
  startSearch(form, part);
  startDragging(part("lines"), (line) => lines.moved(line));
  startEasier(part("lines"));
  form.addEventListener("input", ({ target }) => {
    if (target instanceof Element && !target.matches('[data-builder="find"], [data-builder="region"]')) changed();
  });
}

const form = document.querySelector<HTMLFormElement>("#routine");
if (form) start(form);
