// What is looked after at every start of a signed-in page, once it is quiet: reminders that got lost, and travel.
import { forgetHere } from "./forget_here.ts";
import { markedFor, markFor } from "./mark.ts";
import { reconcile, type Found } from "./push_state.ts";
import { askAboutZone, zoneHereToAskAbout } from "./time_zone_question.ts";

const LOOKED_KEY = "good-days.push-looked";
const EVERY_MS = 10 * 60 * 1000;
const WORKER_PATIENCE_MS = 5000;

/** Said to the window when it was looked after; /reminders listens. */
export const PUSH_STATE = "good-days:push-state";

/** Look; at most once in ten minutes for each tab, at /reminders every time. To be called once the page is quiet. */
export function startPush(body: HTMLElement): void {
  const { user, timeZone = "", minutesAhead = "" } = body.dataset;
  if (user) void look(user, timeZone, minutesAhead).catch(() => undefined);
}

async function look(user: string, account: string, ahead: string): Promise<void> {
  const marked = markedFor();
  // Somebody else was here before, and did not sign out.
  if (marked && marked !== user) return forgetHere();
  const page = document.querySelector<HTMLElement>('[data-component="push-switch"]');
  const wanted = marked === user;
  const zone = zoneHereToAskAbout(user, account, ahead, Date.now());
  const before = lastLook(user);
  if (!page && (before || !(wanted || zone))) {
    if (zone && before?.moves) askAboutZone(user, account, zone);
    return;
  }
  const here = await browser();
  // Without its worker nothing can be said yet: the next page looks again.
  if (wanted && here.permission === "granted" && !here.manager) return;
  const found = await reconcile({ ...here, wanted });
  noteLook(user, found.moves);
  if (found.outcome === "removed") await forgetHere();
  if (found.outcome === "kept" || found.outcome === "repaired") markFor(user);
  window.dispatchEvent(new CustomEvent<Found>(PUSH_STATE, { detail: found }));
  if (zone && found.moves) askAboutZone(user, account, zone);
}

async function browser(): Promise<{ permission: string; manager: PushManager | null }> {
  if (!("Notification" in window && "PushManager" in window && "serviceWorker" in navigator)) return { permission: "unsupported", manager: null };
  // The first page of all registers the worker just now.
  const late = new Promise<null>((done) => setTimeout(() => done(null), WORKER_PATIENCE_MS));
  const registration = await Promise.race([navigator.serviceWorker.ready, late]);
  return { permission: Notification.permission, manager: registration?.pushManager ?? null };
}

function lastLook(user: string): { moves: boolean } | null {
  try {
    const [who, at, moves] = (sessionStorage.getItem(LOOKED_KEY) ?? "").split(" ");
    const age = Date.now() - Number(at);
    return who === user && age >= 0 && age < EVERY_MS ? { moves: moves === "moves" } : null;
  } catch {
    return null;
  }
}

function noteLook(user: string, moves: boolean): void {
  try {
    sessionStorage.setItem(LOOKED_KEY, `${user} ${Date.now()} ${moves ? "moves" : ""}`);
  } catch {
    // Storage is switched off: it is looked after at each page.
  }
}
