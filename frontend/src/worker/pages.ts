// Pages come from the network. Where it is missing or silent: what this phone keeps of them for whoever is here, else the
// offline page, which lists what there is. An answer that comes too late is kept for the next time.
import { matchPrecache } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import type { WorkerMessage } from "../protocol/page_message.ts";
import { fact, setFact } from "../offline/device_facts.ts";
import { copyFor, keepPage, keepsPages, keyOf, notePerson } from "../offline/kept_pages.ts";
import { finishLeaving } from "../offline/pending_sign_out.ts";
import { isFormSent, isPageVisit, isWriting } from "./requests.ts";

declare const self: ServiceWorkerGlobalScope;

/** Where the server offers the pages that are the same for everybody. */
const OFFLINE_URL = "/offline";
const NOT_SENT_URL = "/offline/not-sent";
/** So long a page may take before its kept copy is shown. */
const PATIENCE_MS = 2_500;
/** Who presses "Try again" on a page that did not come wants to wait for it. */
const LONG_PATIENCE_MS = 20_000;
const SENDING_PATIENCE_MS = 15_000;
const REMEMBERED_MS = 60_000;
/** Said by a proxy whose app is not there: a kept page is better. */
const NOBODY_THERE: ReadonlySet<number> = new Set([502, 503, 504]);

/** Address -> when it did not come in time. Forgotten with the worker, which costs a press of a button. */
const slowAt = new Map<string, number>();

/** Answer visits and say when a form cannot be sent; everything else, htmx's requests above all, goes past the worker. */
export function answerPages(): void {
  registerRoute(({ request, url }) => isPageVisit(request, url), ({ event, request }) => visit(event as FetchEvent, request));
  registerRoute(({ request, url }) => isFormSent(request, url, self.location.origin), ({ request }) => send(request), "POST");
  self.addEventListener("fetch", (event) => {
    if (isWriting(event.request, new URL(event.request.url), self.location.origin)) event.waitUntil(noteWriting());
  });
}

async function visit(event: FetchEvent, request: Request): Promise<Response> {
  const key = keyOf(request.url);
  const isLeaving = (await fact("leaving").catch(() => undefined)) !== undefined;
  if (isLeaving && !(await leavesFirst(event))) return (await offlinePage("failed")) ?? Response.error();
  const coming = ask(event, request, isLeaving);
  const now = Date.now();
  const isRemembered = now - (slowAt.get(key) ?? 0) < REMEMBERED_MS;
  slowAt.delete(key);
  const answer = await Promise.race([coming.catch(() => "failed" as const), slow(isRemembered ? LONG_PATIENCE_MS : PATIENCE_MS)]);
  if (answer instanceof Response && !NOBODY_THERE.has(answer.status)) return answer;
  const copy = await keptFor(key);
  if (copy !== null) return copy;
  if (answer instanceof Response) return answer;
  if (answer === "slow") {
    slowAt.set(key, Date.now());
    event.waitUntil(coming.then(() => tell({ type: "ARRIVED", url: request.url })).catch(() => undefined));
  }
  return (await offlinePage(answer)) ?? Response.error();
}

/** Ask the network, and keep what comes, whenever it comes. */
function ask(event: FetchEvent, request: Request, isPreloadTheirs: boolean): Promise<Response> {
  const began = Date.now();
  const coming = isPreloadTheirs ? fetch(request) : fromNetwork(event, request);
  // A frame on somebody else's page has no cookies: whoever it shows is not who is here.
  if (request.destination === "document") {
    const kept = coming.then(async (answer): Promise<void> => {
      if (answer.headers.get("X-Offline") === "yes") await keepPage(request.url, answer.clone(), began);
      else await notePerson(answer, began);
    });
    event.waitUntil(kept.catch(() => undefined));
  }
  return coming;
}

/** Whoever signed out with no network is signed out first. What the browser fetched ahead meanwhile is still theirs. */
async function leavesFirst(event: FetchEvent): Promise<boolean> {
  const finishing = finishLeaving();
  event.waitUntil(Promise.allSettled([finishing, event.preloadResponse]));
  return Promise.race([finishing, slow(PATIENCE_MS).then(() => false)]);
}

async function fromNetwork(event: FetchEvent, request: Request): Promise<Response> {
  const preloaded = (await event.preloadResponse) as Response | undefined;
  // With no network the promise rejects, but in Firefox, where it gives an answer that is an error.
  if (preloaded?.type === "error") throw new TypeError("No network");
  return preloaded ?? (await fetch(request));
}

/** Return the kept copy; the app's start leads to Today, as the server does with whoever is signed in. */
async function keptFor(key: string): Promise<Response | null> {
  try {
    if (key === "/") return (await keepsPages()) ? Response.redirect("/today", 302) : null;
    return await copyFor(key, Date.now());
  } catch {
    // No storage: nothing is kept.
    return null;
  }
}

async function offlinePage(why: "slow" | "failed"): Promise<Response | undefined> {
  const page = await matchPrecache(OFFLINE_URL);
  if (page === undefined || why === "failed") return page;
  return new Response((await page.text()).replace("<html", "<html data-slow"), { headers: page.headers });
}

/** Send a plain form. What it holds stays in the page that it is on: the way there is back. */
async function send(request: Request): Promise<Response> {
  const answer = await Promise.race([fetch(request).catch(() => "failed" as const), slow(SENDING_PATIENCE_MS)]);
  return answer instanceof Response ? answer : ((await matchPrecache(NOT_SENT_URL)) ?? Response.error());
}

function slow(ms: number): Promise<"slow"> {
  return new Promise((done) => setTimeout(() => done("slow"), ms));
}

async function tell(message: WorkerMessage): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const each of windows) each.postMessage(message);
}

/** What is kept may say something else now: the page fetches it anew once it is quiet (page/offline/due.ts). */
async function noteWriting(): Promise<void> {
  await setFact("written", Date.now()).catch(() => undefined);
}
