// The browser ended or renewed a subscription by itself: a new one is made, and the server hears of it.
// Whatever fails here is mended by the page at its next start.
import { addressOf } from "../protocol/push_address.ts";
import { fieldsOf, textIn } from "./payload.ts";

declare const self: ServiceWorkerGlobalScope;

const DEVICES = "/reminders/devices";
const LONGEST_KEY = 200;

/** What is done with the world; a worker's own, or a test's. */
export interface Browser {
  subscription(): Promise<PushSubscription | null>;
  subscribe(key: BufferSource | string): Promise<PushSubscription>;
  permission: string;
  /** Send a form with the cookies of whoever is signed in. Resolves to the JSON of a good answer, else null. */
  post(path: string, fields: Record<string, string>): Promise<unknown>;
}

/** Follow the browser's own changes. */
export function followSubscriptionChanges(): void {
  self.addEventListener("pushsubscriptionchange", (event) => {
    event.waitUntil(resubscribe(event.oldSubscription, event.newSubscription, browser()).catch(() => undefined));
  });
}

/** Have a subscription again, and tell the server. `old` and `fresh` are null where the browser does not say. */
export async function resubscribe(old: PushSubscription | null, fresh: PushSubscription | null, browser: Browser): Promise<void> {
  const oldKey = old?.options?.applicationServerKey ?? null;
  let now = fresh ?? (await browser.subscription());
  const made = !now && oldKey ? await browser.subscribe(oldKey).catch(() => null) : null;
  now ??= made;
  const said = fieldsOf(
    await browser.post(`${DEVICES}/state`, {
      permission: browser.permission,
      ...addressOf(now),
      // Who turned reminders on here, the worker cannot know: the server does, by the address or the device.
      wanted: "0",
      old_endpoint: old?.endpoint ?? "",
    }),
  );
  const key = textIn(said["key"], LONGEST_KEY);
  // Without a key the server cannot say anything about anybody's subscription.
  if (said["state"] === "nothing" && key !== null) await made?.unsubscribe();
  if (said["state"] !== "subscribe" || key === null) return;
  if (now && addressOf(now).key !== key) {
    // A browser refuses another key as long as there is a subscription with the old one.
    await now.unsubscribe();
    now = null;
  }
  now ??= await browser.subscribe(key);
  const { endpoint, p256dh, auth } = addressOf(now);
  await browser.post(DEVICES, { endpoint, p256dh, auth, key_id: textIn(said["key_id"], LONGEST_KEY) ?? "", name: "" });
}

function browser(): Browser {
  const manager = self.registration.pushManager;
  return {
    permission: Notification.permission,
    subscription: () => manager.getSubscription(),
    subscribe: (key) => manager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
    post: async (path, fields) => {
      const headers = { Accept: "application/json" };
      const response = await fetch(path, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "error" });
      return response.ok ? ((await response.json()) as unknown) : null;
    },
  };
}
