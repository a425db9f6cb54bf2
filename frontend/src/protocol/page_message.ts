/** What a page may say to the service worker. */
export type PageMessage =
  /** Sent by the page after the person pressed Reload. */
  | { type: "SKIP_WAITING" }
  /** Sent at every start of a page and when the network is back: somebody is here. */
  | { type: "SEND_ANSWERS" };

/** What the service worker may say to a page. */
export type WorkerMessage =
  /** The page at this address came after all, too late for whoever asked for it. */
  { type: "ARRIVED"; url: string };

const TYPES: readonly unknown[] = ["SKIP_WAITING", "SEND_ANSWERS"] satisfies PageMessage["type"][];

/** Say whether a message's data is one that the worker knows. */
export function isPageMessage(data: unknown): data is PageMessage {
  return typeof data === "object" && data !== null && "type" in data && TYPES.includes(data.type);
}
