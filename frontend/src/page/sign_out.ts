// Signing out: what asks, wipes the phone and tells the server is got only now, as few pages ever need it.
import { clearPersonal } from "./clear_personal.ts";
import type * as Leaving from "./leaving/main.ts";

/** On a first visit, before the service worker keeps the app itself. */
const NEEDS_A_NETWORK = "There is no network, and this page was not made ready for that. Nothing was changed: please try again with a network.";

/** Gets leaving/main.ts, built as a file of its own; rejects where it cannot be had. */
export type GetLeaving = () => Promise<typeof Leaving>;

/** Let the form in `element`, which names whose it is, sign out by way of leaving/main.ts. */
export function startSignOut(element: HTMLElement, getLeaving: GetLeaving): void {
  element.addEventListener("submit", (event) => {
    if (!(element instanceof HTMLFormElement)) return;
    event.preventDefault();
    const user = String(new FormData(element).get("user"));
    const button = element.querySelector("button");
    setBusy(button, true);
    void getLeaving()
      .then(({ signOut }) => signOut(user, "deletes" in element.dataset))
      .then(
        (left) => {
          if (left) return;
          setBusy(button, false);
          button?.focus();
        },
        () => {
          if (!navigator.onLine) {
            setBusy(button, false);
            say(element, NEEDS_A_NETWORK);
            return;
          }
          clearPersonal(user, () => localStorage);
          HTMLFormElement.prototype.submit.call(element);
        },
      );
  });
  // Back from the browser's memory the button works again.
  window.addEventListener("pageshow", () => setBusy(element.querySelector("button"), false));
}

function say(form: HTMLFormElement, words: string): void {
  const said = form.querySelector("[data-error]") ?? document.createElement("p");
  said.className = "form-error";
  said.setAttribute("data-error", "");
  said.setAttribute("role", "alert");
  said.textContent = words;
  form.append(said);
}

function setBusy(button: HTMLButtonElement | null, is: boolean): void {
  if (button) button.disabled = is;
  if (is) button?.setAttribute("aria-busy", "true");
  else button?.removeAttribute("aria-busy");
}
