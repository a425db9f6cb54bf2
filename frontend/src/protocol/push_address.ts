// The address and keys of a browser's subscription, as the server wants them. Pages and worker send them.

/** What the server wants to know of a subscription. */
export interface Address {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  /** The server's key that it was made with; empty where the browser does not say. */
  readonly key: string;
}

export const NO_ADDRESS: Address = { endpoint: "", p256dh: "", auth: "", key: "" };

/** Write bytes as base64url without padding, "" for none. */
export function base64Url(bytes: ArrayBuffer | null): string {
  if (!bytes) return "";
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the address and keys of a subscription; empty texts where there is none. */
export function addressOf(subscription: PushSubscription | null): Address {
  if (!subscription) return NO_ADDRESS;
  return {
    endpoint: subscription.endpoint,
    p256dh: base64Url(subscription.getKey("p256dh")),
    auth: base64Url(subscription.getKey("auth")),
    key: base64Url(subscription.options.applicationServerKey),
  };
}
