// The page "With no network": what waits, what is kept, what may be kept.
import { entryStore } from "../../outbox/database.ts";
import { onChange } from "../../outbox/start.ts";
import { endingWords, sendNowFor } from "../leaving/send_now.ts";
import { dropFor } from "./drop.ts";
import { EntryList } from "./entry_list.ts";
import { KeptView } from "./kept_view.ts";
import { part } from "./parts.ts";
import { refreshFor } from "./refresh.ts";
import { startRules } from "./rules_view.ts";

/** What is said of the time, and of held entries, grows old. */
const AGAIN_MS = 15_000;

for (const root of document.querySelectorAll<HTMLElement>('[data-component="offline-settings"]')) void start(root);

async function start(root: HTMLElement): Promise<void> {
  const user = root.dataset["user"] ?? "";
  const entries = new EntryList(root, entryStore(user), dropFor(user));
  const kept = new KeptView(root, user, refreshFor(user));
  root.hidden = false;
  // Each by itself: a browser may refuse the one and allow the other.
  const shown = await Promise.allSettled([entries.show(), kept.show(), startRules(root, () => void kept.show())]);
  const refused = shown.map(({ status }) => status === "rejected");
  part(root, "waiting").hidden = refused[0] ?? false;
  part(root, "kept").hidden = refused[1] ?? false;
  part(root, "rules").hidden = refused[2] ?? false;
  part(root, "no-storage").hidden = !refused.includes(true);
  if (refused[0]) return;
  startSending(root, user, entries);
  const again = (): void => void entries.show().catch(() => undefined);
  onChange(user, again);
  setInterval(() => {
    if (document.visibilityState === "visible") again();
  }, AGAIN_MS);
}

function startSending(root: HTMLElement, user: string, entries: EntryList): void {
  const send = part<HTMLButtonElement>(root, "send");
  const said = part(root, "sending");
  send.addEventListener("click", () => {
    send.disabled = true;
    send.setAttribute("aria-busy", "true");
    said.textContent = "Sending …";
    void sendNowFor(user).then(async (ending) => {
      await entries.show();
      send.disabled = false;
      send.removeAttribute("aria-busy");
      said.textContent = entries.isEmpty ? "All sent." : endingWords(ending) || "What could be sent was sent. The rest needs a look from you.";
      if (entries.isEmpty) part(root, "waiting").querySelector<HTMLElement>("h2")?.focus();
      else send.focus();
    });
  });
}
