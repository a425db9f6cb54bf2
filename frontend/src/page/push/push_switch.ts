// Turning reminders on and off in this browser. The browser asks for leave only after a press on the button.
import { addressOf } from "../../protocol/push_address.ts";
import { PUSH_STATE } from "./at_start.ts";
import { markFor } from "./mark.ts";
import { browserFacts, guideOf, offerFor, type Offer } from "./browser.ts";
import { switchFailure } from "./switch_failure.ts";
import { post, Refused, subscribeWith } from "./subscription.ts";
import type { Found, Outcome } from "./push_state.ts";
import { REQUEST_TIMEOUT_MS } from "../time_limits.ts";

/** Without a worker in this time something is wrong with it. */
const WORKER_PATIENCE_MS = 15_000;

const RELOADED_KEY = "good-days.push-reloaded";
const RELOAD_AGAIN_MS = 60_000;

/** Show what fits this browser; the button turns reminders on. */
export function startPushSwitch(element: HTMLElement): void {
  const button = element.querySelector<HTMLButtonElement>('[data-push="on"]');
  button?.addEventListener("click", () => void turnOn(element, button));
  void refresh(element);
  window.addEventListener(PUSH_STATE, (event) => afterRepair(element, (event as CustomEvent<Found>).detail.outcome));
  // Whoever changed the browser's settings comes back to this page.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !button?.disabled) void refresh(element);
  });
}

/** The list on the page is older than what was just repaired, or found to be over: once, it is loaded anew. */
function afterRepair(element: HTMLElement, outcome: Outcome): void {
  const isListed = "own" in element.dataset;
  const isOld = isListed ? outcome === "lost" || outcome === "removed" : outcome === "repaired" || outcome === "kept";
  if (isOld && isFirstReload()) location.reload();
  else void refresh(element);
}

function isFirstReload(): boolean {
  try {
    const before = Number(sessionStorage.getItem(RELOADED_KEY));
    sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
    return Math.abs(Date.now() - before) > RELOAD_AGAIN_MS;
  } catch {
    return false; // Without storage nobody could tell the first from the hundredth.
  }
}

async function refresh(element: HTMLElement): Promise<void> {
  // That was found out by trying, and nothing else tells it.
  if ("dead" in element.dataset) return;
  const offer = offerFor(browserFacts());
  const isOn = offer === "ready" && "own" in element.dataset && Notification.permission === "granted" && (await subscribed());
  show(element, isOn ? null : offer);
}

async function subscribed(): Promise<boolean> {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) != null;
}

function show(element: HTMLElement, wanted: Offer | "dead" | null): void {
  for (const part of element.querySelectorAll<HTMLElement>("[data-push-state]")) {
    part.hidden = part.dataset["pushState"] !== wanted;
    if (!part.hidden) copySteps(part);
  }
}

/** The steps of this browser, from the fold with those of all browsers. */
function copySteps(part: HTMLElement): void {
  for (const slot of part.querySelectorAll<HTMLElement>("[data-push-steps]")) {
    const steps = document.querySelector(`[data-guide="${guideOf(browserFacts())}"] [data-steps="${slot.dataset["pushSteps"]}"]`);
    if (steps) slot.replaceChildren(steps.cloneNode(true));
  }
}

async function turnOn(element: HTMLElement, button: HTMLButtonElement): Promise<void> {
  if (button.disabled) return;
  tell(element, "");
  busy(button, true);
  try {
    const permission = await Notification.requestPermission();
    if (permission !== "granted") {
      if (permission === "denied") show(element, "denied");
      else tell(element, "Nothing was changed. If you want reminders, press the button again and choose Allow.");
      return;
    }
    const subscription = await subscribeWith((await worker()).pushManager, element.dataset["key"] ?? "");
    const { endpoint, p256dh, auth } = addressOf(subscription);
    try {
      await post(element.dataset["post"] ?? "", { endpoint, p256dh, auth, key_id: element.dataset["keyId"] ?? "", by_hand: "1" }, REQUEST_TIMEOUT_MS);
    } catch (error) {
      // What the server does not want must not linger in the browser.
      if (error instanceof Refused) await subscription.unsubscribe().catch(() => false);
      if (error instanceof Refused && isDead(endpoint)) {
        element.dataset["dead"] = "";
        return show(element, "dead");
      }
      throw error;
    }
    markFor(document.body.dataset["user"] ?? "");
    history.replaceState(null, "", "#devices");
    location.reload();
  } catch (error) {
    const words = error instanceof Refused ? error.words : "";
    const status = error instanceof Refused ? error.status : 0;
    if (status === 401) return location.reload();
    tell(element, words || switchFailure(error instanceof Error ? error.name : "", status));
  } finally {
    busy(button, false);
  }
}

function isDead(endpoint: string): boolean {
  return new URL(endpoint).hostname.endsWith(".invalid");
}

async function worker(): Promise<ServiceWorkerRegistration> {
  const late = new Promise<never>((_, fail) => {
    setTimeout(() => fail(new DOMException("no worker", "WorkerError")), WORKER_PATIENCE_MS);
  });
  return Promise.race([navigator.serviceWorker.ready, late]);
}

function busy(button: HTMLButtonElement, is: boolean): void {
  button.disabled = is;
  if (is) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
}

function tell(element: HTMLElement, words: string): void {
  const slot = element.querySelector<HTMLElement>("[data-push-error]");
  if (!slot) return;
  slot.textContent = words;
  slot.hidden = !words;
}

/** Removing this browser from the list also ends its subscription here. */
export function startPushOff(form: HTMLElement): void {
  form.addEventListener("submit", () => {
    markFor("");
    void turnOff().catch(() => undefined);
  });
}

async function turnOff(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}
