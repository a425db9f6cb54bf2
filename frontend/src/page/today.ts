// The script that Today has besides that of every page: sessions that are only on this phone. Most days there is none, so what
// shows them is a file of its own.
import { browserStore, sessionKey } from "./player/storage.ts";

/** The address of the built kept_sessions.ts, from build.mjs. */
declare const KEPT_SESSIONS: string;

for (const element of document.querySelectorAll<HTMLElement>('[data-component="kept-sessions"]')) void start(element);

async function start(element: HTMLElement): Promise<void> {
  const ours = sessionKey(element.dataset["user"] ?? "", "");
  if (!Object.keys(browserStore() ?? {}).some((key) => key.startsWith(ours))) return;
  const { startKeptSessions } = (await import(KEPT_SESSIONS)) as typeof import("./kept_sessions.ts");
  startKeptSessions(element);
}
