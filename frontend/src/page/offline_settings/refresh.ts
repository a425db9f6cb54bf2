// "Refresh now": the same fetching ahead that goes on by itself, all of it and at once.
import type * as Warm from "../offline/warm.ts";
import { LEAVING } from "../quiet.ts";
import type { Refresh } from "./kept_view.ts";

/** The address of the built warm.ts, from build.mjs. */
declare const WARM: string;

/** Another tab, or the quiet fetching of this one, may be at it: asked again so often. */
const TRIES = 10;
const BETWEEN_MS = 500;
/** Without its worker, a browser keeps no page. */
const WORKER_PATIENCE_MS = 10_000;

export function refreshFor(user: string): Refresh {
  return async (progress) => {
    const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer };
    if (!(await inTime(serviceWorker?.ready))) return false;
    const { warm } = (await import(WARM)) as typeof Warm;
    // The quiet fetching of this page makes way.
    window.dispatchEvent(new Event(LEAVING));
    for (let tries = 0; tries < TRIES; tries += 1) {
      const warmed = await warm(user, { force: true, tell: (done, wanted) => progress(wanted ? done / wanted : 1) });
      if (warmed !== null) return warmed.pages >= warmed.wanted;
      await new Promise((done) => setTimeout(done, BETWEEN_MS));
    }
    return false;
  };
}

async function inTime(ready: Promise<unknown> | undefined): Promise<boolean> {
  const late = new Promise<undefined>((done) => setTimeout(done, WORKER_PATIENCE_MS));
  return (await Promise.race([ready, late])) !== undefined;
}
