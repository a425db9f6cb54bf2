// Later: what nobody waits for comes after everything that somebody does.

/** Said to the window when the page is about to be loaded anew: what nobody waits for ends. */
export const LEAVING = "good-days:leaving";

/** Act once the page is loaded and painted. */
export function whenPainted(act: () => void): void {
  // A frame is painted between two calls; a page that nobody sees paints none.
  const painted = (): void => {
    if (document.hidden) act();
    else requestAnimationFrame(() => requestAnimationFrame(act));
  };
  if (document.readyState === "complete") painted();
  else addEventListener("load", painted, { once: true });
}

/** Act once the page is loaded and painted, and the browser has nothing better to do. */
export function whenQuiet(act: () => void): void {
  whenPainted(() => {
    if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: 1000 });
    else setTimeout(act, 200);
  });
}
