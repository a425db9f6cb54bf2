// What every page needs besides htmx: forms, components and the service worker.
import { startAnswerNow } from "./answer_now.ts";
import { clearBadge } from "./badge.ts";
import { registerComponent, startComponents } from "./components.ts";
import { startCopyButton } from "./copy_button.ts";
import { startForms } from "./form_progress.ts";
import { listenForInstallOffer, startInstallHint } from "./install_hint.ts";
import { startOfflinePage } from "./offline_page.ts";
import { reloadPrivatePages } from "./private_pages.ts";
import { registerServiceWorker } from "./service_worker.ts";
import { startPush } from "./push/at_start.ts";
import { leave, startSignOut } from "./sign_out.ts";
import { startTimeZone } from "./time_zone.ts";

/** Start the page. Called once, by the page's own script. */
export function startShell(): void {
  startForms(document);
  reloadPrivatePages(window);
  listenForInstallOffer(window);

  registerComponent("answer-now", startAnswerNow);
  registerComponent("clear-personal", () => void leave());
  registerComponent("copy", startCopyButton);
  registerComponent("install-hint", startInstallHint);
  registerComponent("offline-page", startOfflinePage);
  registerComponent("sign-out", startSignOut);
  registerComponent("time-zone", startTimeZone);
  startComponents(document);
  clearBadge(window);

  registerServiceWorker();
  startPush(document.body);
}
