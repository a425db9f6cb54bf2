// Nothing of somebody's reminders stays in a browser that they leave.
import { markFor } from "./mark.ts";
import { forgetZoneAnswers } from "./zone_answers.ts";

/** What of the browser is needed; its own if left out. */
export interface Leaving {
  readonly serviceWorker?: Pick<ServiceWorkerContainer, "getRegistration">;
  clearAppBadge?(): Promise<void>;
}

/** End the subscription, close what is shown, clear the badge and forget who turned reminders on here. Never throws. */
export async function forgetHere(browser: Leaving = navigator, open: () => Storage = () => localStorage): Promise<void> {
  markFor("", open);
  forgetZoneAnswers(open);
  try {
    // Asked for at once: whoever signs out leaves the page soon.
    const badge = browser.clearAppBadge?.().catch(() => undefined);
    const registration = await browser.serviceWorker?.getRegistration("/");
    await Promise.allSettled([badge, endSubscription(registration), closeNotifications(registration)]);
  } catch {
    // A browser that refuses has nothing to forget; the server ends the subscription with the sign-in.
  }
}

async function endSubscription(registration: ServiceWorkerRegistration | undefined): Promise<void> {
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

async function closeNotifications(registration: ServiceWorkerRegistration | undefined): Promise<void> {
  for (const each of (await registration?.getNotifications()) ?? []) each.close();
}
