// A browser's subscription: made anew with the server's key, sent as a form.
import { addressOf } from "../../protocol/push_address.ts";

/** Return bytes of base64url. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/**
 * Subscribe with the server's current key.
 *
 * A subscription that was made with another key stands in the way (InvalidStateError): it goes first.
 */
export async function subscribeWith(manager: PushManager, key: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
  const before = await manager.getSubscription();
  if (before && addressOf(before).key !== key.replaceAll("=", "")) await before.unsubscribe();
  try {
    return await manager.subscribe(options);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    await (await manager.getSubscription())?.unsubscribe();
    return manager.subscribe(options);
  }
}

/** The server said why it stored nothing. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly words: string,
  ) {
    super("refused");
    this.name = "Refused";
  }
}

/** Post a form and return the JSON of the answer. Throws Refused for any answer but success. */
export async function post(url: string, fields: Record<string, string>, timeoutMs: number): Promise<unknown> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json" },
    body: new URLSearchParams(fields),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  const said: unknown = isJson ? await answer.json() : null;
  if (answer.ok) return said;
  throw new Refused(answer.status, (said as { words?: string } | null)?.words ?? "");
}
