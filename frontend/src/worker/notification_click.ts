// A tap on a notification: its page in a window of the app, or an answer that opens nothing.
import { giveAnswer, sendAnswers } from "./answer_queue.ts";
import { lowerBadge } from "./badge.ts";
import { choiceOf, meaningOf } from "./click_meaning.ts";

declare const self: ServiceWorkerGlobalScope;

/** Do what taps ask for. */
export function answerTaps(): void {
  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(act(event.notification.data, event.action));
  });
}

async function act(data: unknown, action: string): Promise<void> {
  const meaning = meaningOf(data, action, self.location.origin);
  if (meaning.does === "answer") {
    await Promise.allSettled([lowerBadge(), giveAnswer(meaning)]);
    return;
  }
  // First: a tap allows a window for a few seconds only.
  await open(meaning.url);
  await Promise.allSettled([sendAnswers()]);
}

async function open(url: string): Promise<void> {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const controlled = new Set((await self.clients.matchAll({ type: "window" })).map((each) => each.id));
  const { focus, lead } = choiceOf(all, url);
  if (focus && (await tried(() => focus.focus()))) return;
  // A page that was loaded past this worker cannot be led anywhere.
  const found = lead.find((each) => controlled.has(each.id));
  if (found) {
    // To the front at once: a tap allows it for some seconds, and the page may take longer to load.
    const seen = await tried(() => found.focus());
    if (await tried(() => found.navigate(url))) return;
    if (seen) return;
  }
  await tried(() => self.clients.openWindow(url));
}

/** Return what came of it, null where the browser refuses or does not know it. */
async function tried<Result>(act: () => Promise<Result>): Promise<Result | null> {
  try {
    return await act();
  } catch {
    return null;
  }
}
