// At a start: is what the server knows of this browser's subscription still true? If not, it repairs itself.
import { addressOf } from "../../protocol/push_address.ts";
import { post, subscribeWith } from "./subscription.ts";
import { REQUEST_TIMEOUT_MS } from "../time_limits.ts";

const STATE_URL = "/reminders/devices/state";
const DEVICES_URL = "/reminders/devices";

/** What the server answers. */
interface Said {
  readonly state: "kept" | "subscribe" | "nothing";
  readonly key: string;
  readonly key_id: string;
  readonly moves: boolean;
}

/** `kept`: all is well. `repaired`: it was not, and is now. `lost`: it cannot be, as long as the browser does not allow it.
 * `removed`: the person ended it on another device. `none`: there was nothing to look after. */
export type Outcome = "kept" | "repaired" | "lost" | "removed" | "none";

export interface Found {
  readonly outcome: Outcome;
  /** Whether there are reminders that go where the person goes. */
  readonly moves: boolean;
}

/** What of the browser is needed. */
export interface Start {
  /** "unsupported" where there are no notifications or no push. */
  readonly permission: string;
  /** Null where there is no service worker, or none yet. */
  readonly manager: PushManager | null;
  /** Whether the person who is signed in turned reminders on in this browser. */
  readonly wanted: boolean;
  readonly send?: typeof post;
}

/** Say what is here and do what the server says. Throws where it cannot be reached or refuses. */
export async function reconcile({ permission, manager, wanted, send = post }: Start): Promise<Found> {
  const subscription = (await manager?.getSubscription()) ?? null;
  const { endpoint, p256dh, auth, key } = addressOf(subscription);
  const state = { permission, endpoint, p256dh, auth, key, wanted: wanted ? "1" : "0" };
  const said = (await send(STATE_URL, state, REQUEST_TIMEOUT_MS)) as Said;
  const { moves } = said;
  if (said.state === "kept") return { outcome: "kept", moves };
  if (said.state === "subscribe" && permission === "granted") {
    if (!manager) return { outcome: "none", moves };
    const renewed = addressOf(await subscribeWith(manager, said.key));
    const fields = { endpoint: renewed.endpoint, p256dh: renewed.p256dh, auth: renewed.auth, key_id: said.key_id };
    await send(DEVICES_URL, fields, REQUEST_TIMEOUT_MS);
    return { outcome: "repaired", moves };
  }
  // Without a key the server cannot say anything about anybody's subscription.
  if (!wanted || !said.key) return { outcome: "none", moves };
  return { outcome: permission === "granted" ? "removed" : "lost", moves };
}
