// The script of every page but the player: the shell, components, and htmx.
import { startAnswerNow } from "./answer_now.ts";
import { registerComponent, startComponents } from "./components.ts";
import { startCopyButton } from "./copy_button.ts";
import { listenForInstallOffer, startInstallHint } from "./install_hint.ts";
import { loadHtmxLater } from "./later_htmx.ts";
import { startOfflinePage } from "./offline_page.ts";
import { whenPainted } from "./quiet.ts";
import { startShell } from "./shell.ts";
import { leave, startSignOut } from "./sign_out.ts";
import { startTimeZone } from "./time_zone.ts";

/** The address of the built htmx.ts, from build.mjs. */
declare const HTMX: string;

startShell();
listenForInstallOffer(window);

registerComponent("answer-now", startAnswerNow);
registerComponent("clear-personal", () => void leave());
registerComponent("copy", startCopyButton);
registerComponent("install-hint", startInstallHint);
registerComponent("offline-page", startOfflinePage);
registerComponent("sign-out", startSignOut);
registerComponent("time-zone", startTimeZone);
startComponents(document);

loadHtmxLater(document, whenPainted, () => import(HTMX));
document.addEventListener("htmx:after:process", (event) => {
  if (event.target instanceof Element) startComponents(event.target);
});
