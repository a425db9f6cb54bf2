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

/** Say whether this is a picture of the movement library whose address names its version. */
export function isFigure(request: RequestFacts, url: URL, origin: string): boolean {
  return request.method === "GET" && url.origin === origin && url.pathname.startsWith("/static/figures/") && url.searchParams.has("v");
}

/** Return those of the kept addresses that are the picture at `address` in another version. */
export function versionsBefore(address: string, kept: readonly string[]): string[] {
  const path = (url: string): string => url.split("?", 1)[0] ?? url;
  return kept.filter((url) => url !== address && path(url) === path(address));
}
