// The script of /reminders, beside that of every page.
import { startPushOff, startPushSwitch } from "./push_switch.ts";

for (const element of document.querySelectorAll<HTMLElement>('[data-component="push-switch"]')) startPushSwitch(element);
for (const form of document.querySelectorAll<HTMLElement>('[data-component="push-off"]')) startPushOff(form);
