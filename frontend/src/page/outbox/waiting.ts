// A quiet line on every page: how much waits on this phone, and what it waits for.
import { entryStore } from "../../outbox/database.ts";
import { isHeld, LONG_MS, type Kept } from "../../outbox/entry.ts";
import type { Ending } from "../../outbox/sender.ts";

/** What keeps the sender from sending, if it is not the network. */
export type Hindrance = Extract<Ending, "signed_out" | "other_user" | "reload"> | null;

/** Words of the line, and where they lead. Pure. */
export interface Words {
  readonly text: string;
  readonly href: string;
}

const ALL = "/settings/offline";

/** Say what waits; null if nothing does. */
export function waitingWords(entries: readonly Kept[], hindrance: Hindrance, now: number): Words | null {
  const refused = entries.filter(({ state }) => state === "rejected").length;
  const waiting = entries.filter((entry) => entry.state !== "rejected" && !isHeld(entry, now));
  const one = waiting.length === 1;
  if (refused) return { text: `${refused === 1 ? "1 entry on this phone needs" : `${refused} entries on this phone need`} a look`, href: ALL };
  if (waiting.length === 0) return null;
  const line = one ? "1 entry waits on this phone" : `${waiting.length} entries wait on this phone`;
  const it = one ? "it" : "them";
  if (hindrance === "signed_out") return { text: `${line}. Sign in to send ${it}`, href: "/sign-in" };
  if (hindrance === "other_user") return { text: `${line}. Somebody else is signed in here now`, href: ALL };
  if (hindrance === "reload") return { text: `${line}. Load this page again to send ${it}`, href: "" };
  const since = Math.min(...waiting.map(({ keptAt }) => keptAt));
  const long = now - since > LONG_MS ? ` for ${Math.floor((now - since) / 86_400_000)} days now` : "";
  return { text: line + long, href: ALL };
}

/** The line of one page. */
export class WaitingLine {
  private readonly line = document.createElement("p");
  private hindrance: Hindrance = null;
  private shown = "";

  constructor(
    private readonly user: string,
    main: HTMLElement,
  ) {
    this.line.className = "waiting-line small";
    this.line.setAttribute("role", "status");
    main.prepend(this.line);
  }

  /** Hear how the sending ended. */
  async told(ending: Ending): Promise<void> {
    this.hindrance = ending === "signed_out" || ending === "other_user" || ending === "reload" ? ending : null;
    await this.look();
  }

  /** Count again. */
  async look(): Promise<void> {
    const words = waitingWords(await entryStore(this.user).all(), this.hindrance, Date.now());
    const text = words?.text ?? "";
    if (text === this.shown) return;
    this.shown = text;
    this.line.replaceChildren(...(words ? [linkTo(words)] : []));
  }
}

function linkTo({ text, href }: Words): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = href || location.href;
  link.textContent = text;
  return link;
}
