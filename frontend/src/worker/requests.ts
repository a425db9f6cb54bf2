// Which requests the worker answers. Pure, so that it can be tested without a worker.

/** The part of a Request that decides. */
export interface RequestFacts {
  mode: string;
  method: string;
  headers: { has(name: string): boolean };
}

/** What devices tell of themselves; nothing that is kept says it. */
const OF_DEVICES = "/reminders/";

/** Say whether this is somebody opening a page (never a form being sent, never htmx). */
export function isPageVisit(request: RequestFacts, url: URL): boolean {
  if (request.mode !== "navigate" || request.method !== "GET" || request.headers.has("HX-Request")) return false;
  return !["/sw.js", "/manifest.webmanifest", "/healthz"].includes(url.pathname) && !url.pathname.startsWith("/static/");
}

/**
 * Say whether this is a plain form of one of our own pages being sent.
 *
 * What the worker sends on counts as its own, with cookies and as of the same origin. So a form of another site must
 * never pass through it: our pages always name themselves (Referrer-Policy), and nobody else can name one of them.
 */
export function isFormSent(request: Pick<RequestFacts, "mode" | "method"> & { referrer: string }, url: URL, origin: string): boolean {
  if (request.mode !== "navigate" || request.method !== "POST" || url.origin !== origin) return false;
  return request.referrer.startsWith(`${origin}/`);
}

/** Say whether this changes something that a kept page may show. */
export function isWriting(request: Pick<RequestFacts, "method">, url: URL, origin: string): boolean {
  return request.method === "POST" && url.origin === origin && !url.pathname.startsWith(OF_DEVICES);
}

/** Say whether this is a built file: its name changes with its content. */
export function isBuiltFile(request: Pick<RequestFacts, "method">, url: URL, origin: string): boolean {
  return request.method === "GET" && url.origin === origin && url.pathname.startsWith("/static/dist/");
}

/** Return those of the kept addresses that are built files and not among the present ones. */
export function droppedFiles(kept: readonly string[], present: readonly string[], origin: string): string[] {
  const wanted = new Set(present.map((each) => new URL(each, origin).pathname));
  return kept.filter((each) => {
    const { pathname } = new URL(each, origin);
    return pathname.startsWith("/static/dist/") && !wanted.has(pathname);
  });
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
