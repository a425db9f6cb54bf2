/** The script of the player's page: the shell without htmx, and the player. */

import { startShell } from "../shell.ts";
import { parsePlan } from "./plan.ts";
import { SessionPage } from "./session_page.ts";

startShell();
const root = document.querySelector<HTMLElement>('[data-component="player"]');
if (root !== null) {
  const embedded = document.getElementById("session-data")?.textContent ?? "null";
  new SessionPage(root, parsePlan(JSON.parse(embedded))).open();
}
