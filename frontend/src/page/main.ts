// The script of every page but the player: the shell, components, and htmx.
import { startAnswerNow } from "./answer_now.ts";
import { registerComponent, startComponents } from "./components.ts";
import { startCopyButton } from "./copy_button.ts";
import { startDeleting } from "./deleting.ts";
import { listenForInstallOffer, startInstallHint } from "./install_hint.ts";
import { loadHtmxLater } from "./later_htmx.ts";
import { whenPainted } from "./quiet.ts";
import { loadOutbox, startShell } from "./shell.ts";
import { startSignOut, type GetLeaving } from "./sign_out.ts";
import { startTimeZone } from "./time_zone.ts";
import { startWaitingHere } from "./waiting_here.ts";

/** The address of the built htmx.ts, from build.mjs. */
declare const HTMX: string;
/** The address of the built leaving/main.ts. */
declare const LEAVING: string;

const getLeaving: GetLeaving = () => import(LEAVING);

startShell();
listenForInstallOffer(window);

registerComponent("answer-now", startAnswerNow);
registerComponent("copy", startCopyButton);
registerComponent("deleted", () => void getLeaving().then(({ forgetDeleted }) => forgetDeleted()));
registerComponent("deleting", startDeleting);
registerComponent("install-hint", startInstallHint);
registerComponent("sign-out", (form) => startSignOut(form, getLeaving));
registerComponent("time-zone", startTimeZone);
registerComponent("waiting-here", (element) => startWaitingHere(element, getLeaving));
startComponents(document);

// Forms wait for both: from the first on, what htmx sends is kept before.
loadHtmxLater(document, whenPainted, () => Promise.all([import(HTMX), loadOutbox()]));
document.addEventListener("htmx:after:process", (event) => {
  if (event.target instanceof Element) startComponents(event.target);
});
