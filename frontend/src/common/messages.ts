/** What a page may say to the service worker. */
export type PageMessage = { type: "SKIP_WAITING" };

/** Say whether a message's data is one that the worker knows. */
export function isPageMessage(data: unknown): data is PageMessage {
  return typeof data === "object" && data !== null && "type" in data && data.type === "SKIP_WAITING";
}
