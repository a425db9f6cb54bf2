// The service worker's entry: wires events, nothing else.
import { isPageMessage } from "../protocol/page_message.ts";
import { sendAnswers, sendAnswersOnSync } from "./answer_queue.ts";
import { showBadge } from "./badge.ts";
import { answerLibraryFiles } from "./library_files.ts";
import { answerTaps } from "./notification_click.ts";
import { sendEntriesOnSync } from "./outbox_sync.ts";
import { answerPages } from "./pages.ts";
import { showPushMessages } from "./push.ts";
import { keepShell } from "./shell.ts";
import { followSubscriptionChanges } from "./subscription_change.ts";

declare const self: ServiceWorkerGlobalScope;

keepShell();
answerPages();
answerLibraryFiles();
showPushMessages();
answerTaps();
sendAnswersOnSync();
sendEntriesOnSync();
followSubscriptionChanges();

self.addEventListener("activate", (event) => {
  // The browser asks the server while the worker is still starting.
  event.waitUntil(self.registration.navigationPreload?.enable() ?? Promise.resolve());
});
self.addEventListener("message", (event) => {
  if (!isPageMessage(event.data)) return;
  // Never taken unasked: the person pressed Reload.
  if (event.data.type === "SKIP_WAITING") event.waitUntil(self.skipWaiting());
  // Who looks at the app need not be called to it.
  else event.waitUntil(Promise.allSettled([sendAnswers(), showBadge(0)]));
});
