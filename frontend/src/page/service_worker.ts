// Registers the service worker, and offers a new version; never takes it unasked.
import type { PageMessage } from "../protocol/page_message.ts";
import { trustedWorkerUrl } from "./trusted_urls.ts";
import { showUpdateBar } from "./update_bar.ts";

const CHECK_EVERY_MS = 60 * 60 * 1000;

/** To be called once the page has loaded, so that the first paint has the network to itself. */
export function registerServiceWorker(): void {
  if ("serviceWorker" in navigator) void register();
}

async function register(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(trustedWorkerUrl(), { scope: "/" });
    watch(registration);
    void sendKeptAnswers();
    window.addEventListener("online", () => void sendKeptAnswers());
  } catch (error) {
    // The app works without a worker (private window, storage full): only the offline page is missing.
    console.warn("No service worker:", error);
  }
}

/** Not every browser wakes the worker when there is a network again (Background Sync). */
async function sendKeptAnswers(): Promise<void> {
  const message: PageMessage = { type: "SEND_ANSWERS" };
  (await navigator.serviceWorker.ready).active?.postMessage(message);
}

function watch(registration: ServiceWorkerRegistration): void {
  if (registration.waiting && navigator.serviceWorker.controller) showUpdateBar(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      if (coming.state === "installed" && navigator.serviceWorker.controller) showUpdateBar(coming);
    });
  });
  // An installed app can stay open for days, and nothing but a navigation would look for a new version.
  let checkedAt = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - checkedAt < CHECK_EVERY_MS) return;
    checkedAt = Date.now();
    registration.update().catch(() => undefined);
  });
}
