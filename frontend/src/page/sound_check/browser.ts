/** The browser, as the abilities are looked for in it. */

import type { Shelf } from "./abilities.ts";

const TRIAL = "sound-check-trial";

/** Where pages and clips are kept; null where there is no such thing. */
export function browserShelf(): Shelf | null {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return null;
  return {
    async tryOut() {
      const trial = await caches.open(TRIAL);
      await trial.put("/", new Response("."));
      await caches.delete(TRIAL);
    },
    async free() {
      const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
      return quota === undefined ? null : Math.max(0, quota - (usage ?? 0));
    },
  };
}

/** Whether this is an iPhone or iPad: only their engine knows about the menu of a long touch. */
export function isIphone(): boolean {
  return CSS.supports("-webkit-touch-callout", "none");
}

/** What an iPhone or iPad says about being opened from the home screen. */
export function standaloneFlag(): boolean | undefined {
  return (navigator as Navigator & { readonly standalone?: boolean }).standalone;
}
