// Pictures and voice of the movement library: kept as they are used, and had from the store alone. The
// address of a file changes with its bytes, so that what is kept never has to be asked for again.
import { ExpirationPlugin } from "workbox-expiration";
import { registerRoute } from "workbox-routing";
import { CacheFirst } from "workbox-strategies";
import type { StrategyOptions } from "workbox-strategies/Strategy.js";
import { isLibraryFile, versionsBefore } from "./requests.ts";

declare const self: ServiceWorkerGlobalScope;

const MONTH_S = 30 * 24 * 60 * 60;
/** Folder of the library, by which its store is named too -> how many of its files are kept. */
const MOST: Readonly<Record<string, number>> = {
  // The still and the motion of every movement; about 6 MB if somebody looks at all of them.
  figures: 200,
  // Every line of both voices and their lists; about 4 MB.
  voice: 600,
};

type Plugin = NonNullable<StrategyOptions["plugins"]>[number];

/** A new version takes the place of those before it; without a network, another version is better than none. */
function onlyTheNewest(cacheName: string): Plugin {
  return {
    cacheDidUpdate: async ({ request }) => {
      const store = await caches.open(cacheName);
      const kept = (await store.keys()).map((each) => each.url);
      await Promise.all(versionsBefore(request.url, kept).map((url) => store.delete(url)));
    },
    handlerDidError: async ({ request }) => caches.match(request, { ignoreSearch: true, cacheName }),
  };
}

/** Keep the library's files as they are used: a month without use at most. */
export function answerLibraryFiles(): void {
  for (const [folder, maxEntries] of Object.entries(MOST)) {
    const expiration = new ExpirationPlugin({ maxEntries, maxAgeSeconds: MONTH_S, purgeOnQuotaError: true });
    // Workbox's own types are not written for exactOptionalPropertyTypes, hence the cast.
    const store = new CacheFirst({ cacheName: folder, plugins: [onlyTheNewest(folder), expiration as Plugin] });
    registerRoute(({ request, url }) => isLibraryFile(request, url, self.location.origin, folder), store);
  }
}
