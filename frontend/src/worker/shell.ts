// The shell: built files and the offline page, fetched when the worker is installed.
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

/** The list that build.mjs makes. */
declare const PRECACHE: { url: string; revision: string | null }[];

/** Keep the shell, and drop what an older worker kept. */
export function keepShell(): void {
  cleanupOutdatedCaches();
  precacheAndRoute(PRECACHE, { cleanURLs: false, directoryIndex: "", ignoreURLParametersMatching: [] });
}
