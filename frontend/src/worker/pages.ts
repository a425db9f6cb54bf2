// Pages come from the network; when there is none, the offline page is shown. No personal page is kept.
import { matchPrecache } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { isPageVisit } from "./requests.ts";

/** Where the server offers the offline page. */
export const OFFLINE_URL = "/offline";

/** Answer visits; everything else, htmx's requests above all, goes past the worker. */
export function answerPages(): void {
  registerRoute(({ request, url }) => isPageVisit(request, url), ({ event, request }) => visit(event as FetchEvent, request));
}

async function visit(event: FetchEvent, request: Request): Promise<Response> {
  try {
    const preloaded = (await event.preloadResponse) as Response | undefined;
    return preloaded ?? (await fetch(request));
  } catch {
    return (await matchPrecache(OFFLINE_URL)) ?? Response.error();
  }
}
