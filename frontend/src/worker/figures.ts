// Pictures of the movement library: shown from the store at once, refreshed behind it.
import { ExpirationPlugin } from "workbox-expiration";
import { registerRoute } from "workbox-routing";
import { StaleWhileRevalidate } from "workbox-strategies";
import type { StrategyOptions } from "workbox-strategies/Strategy.js";
import { isFigure } from "./requests.ts";

declare const self: ServiceWorkerGlobalScope;

const MONTH_S = 30 * 24 * 60 * 60;

type Plugin = NonNullable<StrategyOptions["plugins"]>[number];

/** Keep pictures as they are used: 120 at most, a month without use at most. */
export function answerFigures(): void {
  const expiration = new ExpirationPlugin({ maxEntries: 120, maxAgeSeconds: MONTH_S, purgeOnQuotaError: true });
  // Workbox's own types are not written for exactOptionalPropertyTypes, hence the cast.
  const store = new StaleWhileRevalidate({ cacheName: "figures", plugins: [expiration as Plugin] });
  registerRoute(({ request, url }) => isFigure(request, url, self.location.origin), store);
}
