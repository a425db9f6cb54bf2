// The script that Today has besides that of every page: sessions that are only on this phone, and the voice of those to come.
import { startComingVoice } from "./coming_voice.ts";
import { startKeptSessions } from "./kept_sessions.ts";

for (const element of document.querySelectorAll<HTMLElement>('[data-component="kept-sessions"]')) {
  startKeptSessions(element);
}
for (const element of document.querySelectorAll<HTMLElement>('[data-component="coming-voice"]')) {
  startComingVoice(element);
}
