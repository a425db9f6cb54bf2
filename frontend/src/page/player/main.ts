/** Starts the player where the page has one. */

import { parsePlan } from "./plan.ts";
import { SessionPage } from "./session_page.ts";

const root = document.querySelector<HTMLElement>('[data-component="player"]');
if (root !== null) {
  const embedded = document.getElementById("session-data")?.textContent ?? "null";
  new SessionPage(root, parsePlan(JSON.parse(embedded))).open();
}
