// Pictures of the movement library: kept as they are used, and shown from the store alone. The address
// of a picture changes with its bytes, so that what is kept never has to be asked for again.
import { ExpirationPlugin } from "workbox-expiration";
import { registerRoute } from "workbox-routing";
import { CacheFirst } from "workbox-strategies";
import type { StrategyOptions } from "workbox-strategies/Strategy.js";
import { isFigure, versionsBefore } from "./requests.ts";

declare const self: ServiceWorkerGlobalScope;

const STORE = "figures";
const MONTH_S = 30 * 24 * 60 * 60;
/** The still and the motion of every movement; about 6 MB if somebody looks at all of them. */
const MOST = 200;

type Plugin = NonNullable<StrategyOptions["plugins"]>[number];

/** A new version takes the place of those before it. */
const onlyTheNewest: Plugin = {
  cacheDidUpdate: async ({ request }) => {
    const store = await caches.open(STORE);
    const kept = (await store.keys()).map((each) => each.url);
    await Promise.all(versionsBefore(request.url, kept).map((url) => store.delete(url)));
  },
  // Without a network, an older or newer drawing of the same movement is better than none.
  handlerDidError: async ({ request }) => caches.match(request, { ignoreSearch: true, cacheName: STORE }),
};

/** Keep pictures as they are used: a month without use at most. */
export function answerFigures(): void {
  const expiration = new ExpirationPlugin({ maxEntries: MOST, maxAgeSeconds: MONTH_S, purgeOnQuotaError: true });
  // Workbox's own types are not written for exactOptionalPropertyTypes, hence the cast.
  const store = new CacheFirst({ cacheName: STORE, plugins: [onlyTheNewest, expiration as Plugin] });
  registerRoute(({ request, url }) => isFigure(request, url, self.location.origin), store);
}
