/** Finds the player's elements by their `data-player` name. */

/** The first element called `name` in `root`. Throws if the template lacks it: a fault to be seen at once. */
export function part<T extends HTMLElement = HTMLElement>(root: ParentNode, name: string): T {
  const found = root.querySelector<T>(`[data-player="${name}"]`);
  if (found === null) throw new Error(`the page has no data-player="${name}"`);
  return found;
}

/** Set a text only if it differs: a screen that stays the same costs nothing. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
