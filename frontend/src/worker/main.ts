// The service worker's entry: wires events, nothing else.
import { isPageMessage } from "../common/messages.ts";
import { answerLibraryFiles } from "./library_files.ts";
import { answerPages } from "./pages.ts";
import { keepShell } from "./shell.ts";

declare const self: ServiceWorkerGlobalScope;

keepShell();
answerPages();
answerLibraryFiles();

self.addEventListener("activate", (event) => {
  // The browser asks the server while the worker is still starting.
  event.waitUntil(self.registration.navigationPreload?.enable() ?? Promise.resolve());
});
self.addEventListener("message", (event) => {
  // Sent by the page after the person pressed Reload; never taken unasked.
  if (isPageMessage(event.data)) event.waitUntil(self.skipWaiting());
});
