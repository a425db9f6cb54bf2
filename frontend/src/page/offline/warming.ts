// Starts fetching what this phone keeps, when it is due and nobody waits for anything else.
import { fact, setFact } from "../../offline/device_facts.ts";
import { dayIn } from "../../offline/page_choice.ts";
import { savesData } from "../calm.ts";
import { LEAVING, whenQuiet } from "../quiet.ts";
import { isDue, type Here } from "./due.ts";
import type * as Warm from "./warm.ts";

/** The address of the built warm.ts, from build.mjs. */
declare const WARM: string;

/** Said by the outbox when entries came, went or changed: the name of its channel (outbox/database.ts). */
const ENTRIES = "good-days-outbox";
/** After something was written the page may have more to send; and its answer comes first. */
const AFTER_WRITING_MS = 3_000;

/** Keep this phone ready for having no network, for whoever is signed in on `body`. */
export function startWarming(body: HTMLElement): void {
  const { user, build, timeZone = "UTC" } = body.dataset;
  // While somebody is led through a session nothing else goes on.
  if (document.querySelector('[data-component="player"]')) return;
  if (!user || !build || !("serviceWorker" in navigator) || !("caches" in window)) return;
  let leaving = new AbortController();
  let soon: ReturnType<typeof setTimeout> | undefined;

  let isAtIt = false;
  let isAsked = false;

  const begin = (): void => {
    isAsked = isAtIt;
    if (isAtIt) return;
    isAtIt = true;
    const here: Here = { user, build, day: dayIn(timeZone, Date.now()) };
    void warmIfDue(here, leaving.signal)
      .catch(() => undefined)
      .then(() => {
        isAtIt = false;
        // What was written meanwhile may be missing in what came before it.
        if (isAsked && !leaving.signal.aborted) begin();
      });
  };
  const beginSoon = (): void => {
    clearTimeout(soon);
    soon = setTimeout(() => whenQuiet(begin), AFTER_WRITING_MS);
  };
  const stop = (): void => leaving.abort();
  window.addEventListener(LEAVING, stop);
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    leaving = new AbortController();
    beginSoon();
  });
  window.addEventListener("online", beginSoon);
  const written = (): void => void setFact("written", Date.now()).catch(() => undefined);
  // Later the worker sees what is sent, and notes it; at the first visit it does not yet.
  if (navigator.serviceWorker.controller === null) document.addEventListener("submit", written, { capture: true });
  // The worker notes what is sent as it goes out; a page fetched before the answer came may not have it yet.
  document.addEventListener("htmx:after:request", ({ target }) => {
    if (!(target instanceof Element) || target.closest("[data-hx-post]") === null) return;
    written();
    beginSoon();
  });
  if ("BroadcastChannel" in window) {
    new BroadcastChannel(ENTRIES).onmessage = () => {
      written();
      beginSoon();
    };
  }
  // A therapist changed the plan: what is kept of it is not to be practised any more.
  if (document.querySelector("[data-plan-is-new]")) void setFact("written", Date.now()).then(begin, begin);
  else begin();
}

async function warmIfDue(here: Here, signal: AbortSignal): Promise<void> {
  if (savesData() || (await fact("keepNothing"))) return;
  if (!isDue(await fact("warmed"), await fact("written"), here, Date.now())) return;
  const { warm } = (await import(WARM)) as typeof Warm;
  await warm(here.user, { signal });
}
