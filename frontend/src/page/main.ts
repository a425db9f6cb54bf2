// The script of every page but the player: htmx and the shell.
import { startComponents } from "./components.ts";
import { configureHtmx } from "./htmx.ts";
import { startShell } from "./shell.ts";

configureHtmx();
startShell();
document.addEventListener("htmx:after:process", (event) => {
  if (event.target instanceof Element) startComponents(event.target);
});
