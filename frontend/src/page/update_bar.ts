// "A new version is ready": the waiting worker takes over only when the person says so.
import type { PageMessage } from "../protocol/page_message.ts";
import { button } from "./button.ts";
import { LEAVING } from "./quiet.ts";

const BAR_ID = "update-bar";
const PATIENCE_MS = 5000;

/** Show the bar for `waiting`, unless a guided session is on the page or the bar is there already. */
export function showUpdateBar(waiting: ServiceWorker): void {
  if (document.getElementById(BAR_ID) || document.querySelector('[data-component="player"]')) return;
  const bar = document.createElement("div");
  bar.id = BAR_ID;
  bar.className = "update-bar";
  bar.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = "A new version is ready.";
  const reload = button("Reload", "button");
  const later = button("Later", "button button-quiet");
  reload.addEventListener("click", () => {
    reload.disabled = true;
    takeOver(waiting);
  });
  later.addEventListener("click", () => bar.remove());
  bar.append(text, reload, later);
  document.body.append(bar);
}

function takeOver(waiting: ServiceWorker): void {
  // A browser lets no newer worker in before all that the old one answers is over.
  window.dispatchEvent(new Event(LEAVING));
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  // Another tab may have let it in already; then there is no change of controller to wait for.
  if (waiting.state === "activated") location.reload();
  const message: PageMessage = { type: "SKIP_WAITING" };
  waiting.postMessage(message);
  // Going ends the old one's work too, and with it what the newer one waits for.
  setTimeout(() => location.reload(), PATIENCE_MS);
}
