// A push message: shown, always; then the server hears that it was.
import { sendAnswers } from "./answer_queue.ts";
import { showBadge } from "./badge.ts";
import { mostButtons } from "./browser_types.ts";
import { noticeOf, receiptIn } from "./payload.ts";
import { show } from "./show.ts";

declare const self: ServiceWorkerGlobalScope;

const RECEIPT_WITHIN_MS = 20_000;

/** Show what is pushed. */
export function showPushMessages(): void {
  self.addEventListener("push", (event) => {
    // A declarative message that is "mutable": the browser shows it itself (https://www.w3.org/TR/push-api/).
    const shownByBrowser = (event as { notification?: Notification | null }).notification;
    event.waitUntil(shownByBrowser ? report(receiptIn(shownByBrowser.data, self.location.origin), null) : take(event.data));
  });
}

async function take(data: PushMessageData | null): Promise<void> {
  const notice = noticeOf(data?.text() ?? "", self.location.origin, mostButtons());
  // If this fails nothing was shown, and nobody may be told that it was.
  await show(notice);
  await report(notice.receipt, notice.badge);
}

async function report(receipt: string | null, badge: number | null): Promise<void> {
  await Promise.allSettled([
    receipt === null ? null : sayShown(receipt),
    badge === null ? null : showBadge(badge),
    // The worker is awake, and there was a network a moment ago.
    sendAnswers(),
  ]);
}

/** The address says which message and which device; a lost receipt is only missed in the health of delivery. */
async function sayShown(url: string): Promise<void> {
  await fetch(url, {
    method: "POST",
    credentials: "omit",
    redirect: "error",
    keepalive: true,
    signal: AbortSignal.timeout(RECEIPT_WITHIN_MS),
  });
}
