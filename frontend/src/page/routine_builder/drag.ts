// The order of the lines by pointer: a line is taken by its handle and goes where it is held; Esc puts it back. By keyboard the
// buttons of lines.ts do the same.

/** Near an edge of the screen it scrolls, in CSS pixels. */
const EDGE = 90;
const SCROLL = 12;

/** Upper edge and height of each other line, from above. */
export interface Box {
  readonly top: number;
  readonly height: number;
}

/** How many of the other lines a pointer at `y` has above it: those whose middle it has passed. */
export function placeAt(y: number, others: readonly Box[]): number {
  return others.filter(({ top, height }) => top + height / 2 < y).length;
}

/** @param moved Called when a line has come to another place. */
export function startDragging(list: HTMLElement, moved: (line: HTMLElement) => void): void {
  let held: { line: HTMLElement; handle: HTMLElement; pointer: number; before: Element | null; y: number } | null = null;

  function follow(): void {
    if (!held) return;
    const { line, y } = held;
    const others = [...list.children].filter((each) => each !== line);
    const place = placeAt(y, others.map((each) => each.getBoundingClientRect()));
    const next = others[place] ?? null;
    if (line.nextElementSibling !== next) list.insertBefore(line, next);
  }

  function scroll(): void {
    if (!held) return;
    const { y } = held;
    const by = y < EDGE ? -SCROLL : y > innerHeight - EDGE ? SCROLL : 0;
    if (by) {
      scrollBy(0, by);
      follow();
    }
    requestAnimationFrame(scroll);
  }

  function letGo(back: boolean): void {
    if (!held) return;
    const { line, before } = held;
    held = null;
    line.classList.remove("is-held");
    if (back) list.insertBefore(line, before);
    else if (line.nextElementSibling !== before) moved(line);
  }

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-builder="handle"]') : null;
    const line = handle?.closest<HTMLElement>("li");
    if (!handle || !line || event.button !== 0 || held) return;
    event.preventDefault();
    held = { line, handle, pointer: event.pointerId, before: line.nextElementSibling, y: event.clientY };
    line.classList.add("is-held");
    requestAnimationFrame(scroll);
  });
  // A line that moves in the page loses the pointer that it captured, so the whole page listens.
  document.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held?.pointer) return;
    held.y = event.clientY;
    follow();
  });
  document.addEventListener("pointerup", (event) => {
    if (event.pointerId === held?.pointer) letGo(false);
  });
  document.addEventListener("pointercancel", (event) => {
    if (event.pointerId === held?.pointer) letGo(true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && held) letGo(true);
  });
}
