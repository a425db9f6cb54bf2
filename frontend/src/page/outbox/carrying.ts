// A form's own request, with what it carries kept on the phone before. Pure: the world comes from outside.
import type { EntryStore } from "../../outbox/database.ts";
import { HELD_MS, type Kept } from "../../outbox/entry.ts";

/** What carrying needs of the world. */
export interface Carrier {
  readonly store: EntryStore;
  send(): Promise<Response>;
  /** Ends the request; its answer does not matter any more. */
  abort(): void;
  /** Says that it is kept, while there is no answer yet. */
  acknowledge(): void;
  now(): number;
  wait(ms: number): Promise<void>;
}

/** What came of it: the server's answer, or that the entry waits on the phone. */
export type Fate = { readonly kind: "answered"; readonly response: Response } | { readonly kind: "kept" };

/** Without an answer after so long, it is said that it is kept. */
const ACKNOWLEDGED_MS = 900;

/**
 * Keep `entry`, then send the form.
 *
 * @param before Operations whose entries were refused and are mended by this one.
 * Rejects as the request does where nothing can be kept (no storage, or none left).
 */
export async function carry(entry: Kept, before: readonly string[], carrier: Carrier): Promise<Fate> {
  const { store } = carrier;
  try {
    await store.put({ ...entry, heldUntil: carrier.now() + HELD_MS });
  } catch {
    return { kind: "answered", response: await carrier.send() };
  }
  let answered = false;
  void carrier.wait(ACKNOWLEDGED_MS).then(() => {
    if (!answered) carrier.acknowledge();
  });
  const response = await Promise.race([carrier.send().catch(() => null), carrier.wait(HELD_MS).then(() => null)]);
  answered = true;
  // 409: somebody else is signed in here by now, or it clashes: the sender is told which.
  if (response !== null && isOurs(response) && response.status < 500 && response.status !== 409) {
    // What fails here is sent once more, and counts once.
    if (response.ok) await store.remove(entry.op, ...before).catch(() => undefined);
    else if (response.status === 422) await store.remove(entry.op).catch(() => undefined);
    else await store.change(entry.op, { heldUntil: 0 }).catch(() => undefined);
    return { kind: "answered", response };
  }
  carrier.abort();
  await store.change(entry.op, { heldUntil: 0 }).catch(() => undefined);
  if (before.length) await store.remove(...before).catch(() => undefined);
  return { kind: "kept" };
}

/** Every answer of ours has a policy; the page of somebody else's proxy is no receipt. */
function isOurs(response: Response): boolean {
  return response.headers.has("Content-Security-Policy");
}
