// Later: what nobody waits for comes after everything that somebody does.

/** Act once the page is loaded and the browser has nothing better to do. */
export function whenQuiet(act: () => void): void {
  const idle = (): void => {
    if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: 1000 });
    else setTimeout(act, 200);
  };
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle, { once: true });
}
