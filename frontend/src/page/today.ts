// The script that Today has besides that of every page: sessions that are only on this phone.
import { startKeptSessions } from "./kept_sessions.ts";

for (const element of document.querySelectorAll<HTMLElement>('[data-component="kept-sessions"]')) {
  startKeptSessions(element);
}
