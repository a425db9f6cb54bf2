// What a session left on this phone belongs to whoever signs out, and must not stay for the next person; nor do reminders.
import { forgetHere } from "./push/forget_here.ts";

/** Everything that is kept under this beginning is somebody's own. */
const PERSONAL = "good-days.session.";

/** How long a sign-out waits for the browser to end its subscription; the server ends its side in any case. */
const PATIENCE_MS = 2000;

/** Clear the person's own data from the phone when the sign-out form is sent. */
export function startSignOut(element: HTMLElement): void {
  element.addEventListener("submit", (event) => {
    if (!(element instanceof HTMLFormElement)) return;
    event.preventDefault();
    const button = element.querySelector("button");
    if (button) button.disabled = true;
    button?.setAttribute("aria-busy", "true");
    const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
    void Promise.race([leave(), late]).then(() => HTMLFormElement.prototype.submit.call(element));
  });
  // Back from the browser's memory the button works again.
  window.addEventListener("pageshow", () => {
    const button = element.querySelector("button");
    if (button) button.disabled = false;
    button?.removeAttribute("aria-busy");
  });
}

/** Take all that is somebody's own out of this browser. */
export function leave(): Promise<void> {
  clearPersonal(() => localStorage);
  return forgetHere();
}

/** Remove every personal entry; a phone that refuses storage has none. */
export function clearPersonal(open: () => Storage): void {
  try {
    const store = open();
    for (const key of Object.keys(store)) {
      if (key.startsWith(PERSONAL)) store.removeItem(key);
    }
  } catch {
    // Storage is switched off: there is nothing to clear.
  }
}
