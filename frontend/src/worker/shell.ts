// The shell: built files and the pages that are the same for everybody, fetched when the worker is installed. Kept pages
// name the files of the build that they were made with: what a newer worker drops stays until they are fetched anew.
import { cacheNames } from "workbox-core";
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
import { registerRoute } from "workbox-routing";
import { SHELL_BEFORE } from "../offline/shell_before.ts";
import { droppedFiles, isBuiltFile } from "./requests.ts";

declare const self: ServiceWorkerGlobalScope;

/** The list that build.mjs makes. */
declare const PRECACHE: { url: string; revision: string | null }[];

/** Keep the shell, and move what an older worker kept out of the way. */
export function keepShell(): void {
  // While the worker is installed all of the older one's files are still there; as it takes over they are dropped.
  self.addEventListener("install", (event) => event.waitUntil(saveDropped().catch(() => undefined)));
  cleanupOutdatedCaches();
  precacheAndRoute(PRECACHE, { cleanURLs: false, directoryIndex: "", ignoreURLParametersMatching: [] });
  registerRoute(
    ({ request, url }) => isBuiltFile(request, url, self.location.origin),
    // In any store: a newer worker that waits has fetched its files already, and fresh pages name those.
    async ({ request }) => (await caches.match(request, { ignoreVary: true })) ?? fetch(request),
  );
}

async function saveDropped(): Promise<void> {
  if (!(await caches.has(cacheNames.precache))) return;
  const shell = await caches.open(cacheNames.precache);
  const dropped = droppedFiles((await shell.keys()).map(({ url }) => url), PRECACHE.map(({ url }) => url), self.location.origin);
  if (dropped.length === 0) return;
  const before = await caches.open(SHELL_BEFORE);
  await Promise.all(
    dropped.map(async (url) => {
      const file = await shell.match(url);
      if (file) await before.put(url, file);
    }),
  );
}
