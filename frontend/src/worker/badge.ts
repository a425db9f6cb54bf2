// The number at the app's icon: how many reminders wait, as far as this phone knows.
import { keepBadge, keptBadge } from "./store.ts";

declare const navigator: WorkerNavigator & { setAppBadge?: (count: number) => Promise<void> };

/** Show `count` at the icon, nothing for 0; where icons have no number, do nothing. */
export async function showBadge(count: number): Promise<void> {
  if (!navigator.setAppBadge) return;
  // Only a help, and refused where the app is not installed: nothing else may fail by it.
  await Promise.allSettled([navigator.setAppBadge(count), keepBadge(count)]);
}

/** Count one reminder less: it was answered here. */
export async function lowerBadge(): Promise<void> {
  await showBadge(Math.max(0, (await keptBadge().catch(() => 0)) - 1));
}
