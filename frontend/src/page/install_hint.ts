// Offers to put the app on the home screen: a button where the browser has one, words on an iPhone or iPad.
import { button } from "./button.ts";

const DISMISSED_KEY = "install-hint-dismissed-at";
const QUIET_MS = 60 * 24 * 60 * 60 * 1000;

/** Chromium's event; not in the standard types. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

let offer: InstallOffer | null = null;
const waiting = new Set<() => void>();

/** Keep the browser's offer, which may come before or after the hint's element is found. */
export function listenForInstallOffer(page: Window): void {
  page.addEventListener("beforeinstallprompt", (event) => {
    if (!page.document.querySelector('[data-component="install-hint"]')) return;
    event.preventDefault();
    offer = event as InstallOffer;
    for (const show of waiting) show();
  });
  page.addEventListener("appinstalled", () => {
    for (const element of page.document.querySelectorAll<HTMLElement>('[data-component="install-hint"]')) element.hidden = true;
    void page.navigator.storage?.persist?.().catch(() => false);
  });
}

/** Fill and show the hint when installing is possible, not done, and not declined in the last 60 days. */
export function startInstallHint(element: HTMLElement): void {
  if (isInstalled() || isQuiet(readDismissedAt(), Date.now())) return;
  if (offersOnlyByHand(navigator)) fill(element, BY_HAND, null);
  else if (offer) fill(element, BY_BUTTON, () => void install(element));
  else waiting.add(() => fill(element, BY_BUTTON, () => void install(element)));
}

const BY_BUTTON = "Keep Good Days on your home screen. It opens like any other app.";
const BY_HAND = "To keep Good Days on your home screen: tap Share, the square with an arrow, then “Add to Home Screen”.";

/** Say whether a hint declined at `dismissedAt` (milliseconds, null for never) is still to stay away. */
export function isQuiet(dismissedAt: number | null, now: number): boolean {
  return dismissedAt !== null && now - dismissedAt < QUIET_MS;
}

/** Say whether this is an iPhone or iPad, where only the share sheet can install (an iPad calls itself a Mac). */
export function offersOnlyByHand(device: { userAgent: string; platform: string; maxTouchPoints: number }): boolean {
  return /iPhone|iPad|iPod/.test(device.userAgent) || (device.platform === "MacIntel" && device.maxTouchPoints > 1);
}

function isInstalled(): boolean {
  const standalone = (navigator as { standalone?: boolean }).standalone === true;
  return standalone || matchMedia("(display-mode: standalone)").matches;
}

async function install(element: HTMLElement): Promise<void> {
  const made = offer;
  offer = null; // The browser allows one prompt for each offer.
  element.hidden = true;
  if ((await made?.prompt())?.outcome === "dismissed") dismiss(element);
}

function dismiss(element: HTMLElement): void {
  element.hidden = true;
  try {
    localStorage.setItem(DISMISSED_KEY, String(Date.now()));
  } catch {
    // A private window keeps nothing: the hint comes again with the next visit.
  }
}

function readDismissedAt(): number | null {
  try {
    const kept = Number(localStorage.getItem(DISMISSED_KEY));
    return Number.isFinite(kept) && kept > 0 ? kept : null;
  } catch {
    return null;
  }
}

function fill(element: HTMLElement, words: string, onInstall: (() => void) | null): void {
  const text = document.createElement("p");
  text.textContent = words;
  const actions = document.createElement("p");
  actions.className = "row";
  if (onInstall) actions.append(button("Install", "button", onInstall));
  actions.append(button("Not now", "button button-quiet", () => dismiss(element)));
  element.replaceChildren(text, actions);
  element.hidden = false;
}
