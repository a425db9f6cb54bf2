// Sends what waits once, now, because somebody asked for it; the usual sending goes on beside it.
import { Sender, type Ending } from "../../outbox/sender.ts";
import { browserWorld } from "../../outbox/world.ts";

/** Another page may be sending just now: it is looked again so often. */
const TRIES = 20;
const BETWEEN_MS = 500;

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Send batch after batch until nothing is due or something is in the way. Returns what ended it; never "sent". */
export async function sendNow(sender: Pick<Sender, "round">, pause: typeof wait = wait): Promise<Exclude<Ending, "sent">> {
  for (let tries = 0; ; ) {
    const ending = await sender.round();
    if (ending === "busy" && tries < TRIES) {
      tries += 1;
      await pause(BETWEEN_MS);
    } else if (ending !== "sent") return ending;
  }
}

/** Send what `user` wrote on this phone. */
export function sendNowFor(user: string): Promise<Exclude<Ending, "sent">> {
  return sendNow(new Sender(browserWorld(user, wait)));
}

/** Say how it ended where something is left. */
export function endingWords(ending: Exclude<Ending, "sent">): string {
  if (ending === "signed_out") return "The server does not know this sign-in any more. Sign in again; what waits is then sent.";
  if (ending === "other_user") return "Somebody else is signed in here now. These entries are sent when you sign in again.";
  if (ending === "reload") return "The app has to be loaded anew first. Open it once more with a network.";
  if (ending === "busy") return "They are being sent just now. Please look again in a moment.";
  if (ending === "later") return "They could not be sent: there is no network, or no answer from the server. They stay on this device.";
  return "";
}
