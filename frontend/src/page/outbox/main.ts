// The script of everybody who is signed in: what is written on this phone is kept, shown and sent, with a network or without.
import { onChange, startSending } from "../../outbox/start.ts";
import { startOutboxForms } from "./forms.ts";
import { LazyPage } from "./lazy_page.ts";
import { WaitingLine } from "./waiting.ts";

const user = document.body.dataset["user"];
const main = document.querySelector<HTMLElement>("main");
if (user && main) start(user, main);

function start(user: string, main: HTMLElement): void {
  const page = new LazyPage(user);
  startOutboxForms(page);
  // The player has the whole screen.
  const line = document.querySelector('[data-component="player"]') ? null : new WaitingLine(user, main);
  const look = (): void => {
    // A browser without storage (a private window) has nothing waiting.
    Promise.all([page.look(), line?.look()]).catch(() => undefined);
  };
  onChange(user, look);
  page.open().catch(() => undefined);
  look();
  startSending(user, (ending) => void line?.told(ending).catch(() => undefined));
}
