// Which requests the worker answers. Pure, so that it can be tested without a worker.

/** The part of a Request that decides. */
export interface RequestFacts {
  mode: string;
  method: string;
  headers: { has(name: string): boolean };
}

/** Say whether this is somebody opening a page (never a form being sent, never htmx). */
export function isPageVisit(request: RequestFacts, url: URL): boolean {
  if (request.mode !== "navigate" || request.method !== "GET" || request.headers.has("HX-Request")) return false;
  return !["/sw.js", "/manifest.webmanifest", "/healthz"].includes(url.pathname) && !url.pathname.startsWith("/static/");
}

/** Say whether this is a file of a library folder ("figures", "voice") whose address names its version. */
export function isLibraryFile(request: RequestFacts, url: URL, origin: string, folder: string): boolean {
  return request.method === "GET" && url.origin === origin && url.pathname.startsWith(`/static/${folder}/`) && url.searchParams.has("v");
}

/** Return those of the kept addresses that are the file at `address` in another version. */
export function versionsBefore(address: string, kept: readonly string[]): string[] {
  const path = (url: string): string => url.split("?", 1)[0] ?? url;
  return kept.filter((url) => url !== address && path(url) === path(address));
}
