// Keeps answers and sends them: at once, by Background Sync where there is one, else as soon as anything wakes the worker.
import { sendKept } from "./answers.ts";
import type { SyncEvent, SyncRegistration } from "./browser_types.ts";
import type { Meaning } from "./click_meaning.ts";
import { plainNotice } from "./payload.ts";
import { show } from "./show.ts";
import { answerStore } from "./store.ts";

declare const self: ServiceWorkerGlobalScope;

const SYNC_TAG = "answers";
/** Between tries while the tap's own event lasts: a phone just woken has its network some seconds later. */
const WAITS_MS = [3_000, 12_000, 45_000];

let last: Promise<unknown> = Promise.resolve();

/** Send what is kept, one round after the other. Resolves to how many are still to be sent. */
export function sendAnswers(): Promise<number> {
  const round = last.then(() =>
    sendKept({ store: answerStore, fetch: (url, init) => fetch(url, init), tell: sayNotTaken, now: () => Date.now() }),
  );
  last = round.catch(() => undefined);
  return round;
}

/** Keep an answer given just now, and send it. */
export async function giveAnswer({ url, answer, page }: Extract<Meaning, { does: "answer" }>): Promise<void> {
  const now = new Date();
  try {
    await answerStore.add({ url, answer, page, at: now.toISOString(), keptAt: now.getTime(), tried: false });
  } catch {
    // No storage, or none left: what cannot be kept must not be lost without a word.
    await sayNotTaken("Your answer could not be kept. Tap to answer on the page.", page);
    return;
  }
  if ((await sendAnswers()) === 0 || (await browserSendsLater())) return;
  for (const wait of WAITS_MS) {
    await new Promise((done) => setTimeout(done, wait));
    if ((await sendAnswers()) === 0) return;
  }
}

/** Send when Background Sync says that there is a network. */
export function sendAnswersOnSync(): void {
  self.addEventListener("sync" as keyof ServiceWorkerGlobalScopeEventMap, (event) => {
    const sync = event as SyncEvent;
    if (sync.tag === SYNC_TAG) sync.waitUntil(sendAllOrFail());
  });
}

async function sendAllOrFail(): Promise<void> {
  if ((await sendAnswers()) > 0) throw new Error("Not everything could be sent yet.");
}

/** Say whether the browser will wake the worker by itself. Chromium refuses while no window of the app is open. */
async function browserSendsLater(): Promise<boolean> {
  const { sync } = self.registration as SyncRegistration;
  if (!sync) return false;
  return sync.register(SYNC_TAG).then(
    () => true,
    () => false,
  );
}

async function sayNotTaken(words: string, page: string): Promise<void> {
  // Where notifications were forbidden meanwhile, the page is the place to find out.
  await show(plainNotice(words, page, self.location.origin)).catch(() => undefined);
}
