// What every page needs, the player's too: forms at once; the service worker and all that can wait later.
import { clearBadge } from "./badge.ts";
import { startForms } from "./form_progress.ts";
import { reloadPrivatePages } from "./private_pages.ts";
import { whenQuiet } from "./quiet.ts";

/** The addresses of the built upkeep.ts and outbox/main.ts, from build.mjs. */
declare const UPKEEP: string;
declare const OUTBOX: string;

/** Start the page. Called once, by the page's own script. */
export function startShell(): void {
  startForms(document);
  reloadPrivatePages(window);
  clearBadge(window);

  // Its own file: it is read when nothing else waits. Without it only reminders, updates and the offline page are missing.
  whenQuiet(() => void import(UPKEEP).catch(() => undefined));
  whenQuiet(() => void loadOutbox());
}

/** Get what keeps entries on this phone, for whoever is signed in; without it forms are sent as ever. */
export async function loadOutbox(): Promise<void> {
  if (!document.body.dataset["user"]) return;
  try {
    await import(OUTBOX);
  } catch {
    // The network went while the page was new: what waits is sent from here all the same once it is back.
    addEventListener("online", () => void loadOutbox(), { once: true });
  }
}
