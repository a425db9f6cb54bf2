/** Lines that the template holds, of which one at most is shown. */

/** Show of the lines of `box` only the one called `name`; "" for none. */
export function showLine(box: HTMLElement, name: string): void {
  for (const line of box.querySelectorAll<HTMLElement>("[data-line]")) line.hidden = line.dataset["line"] !== name;
}
