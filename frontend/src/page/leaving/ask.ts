// "Not everything has been sent": asked before somebody signs out of a phone that holds what the server has not got.
import { button } from "../button.ts";
import { leftBehind, leftWords, type LeftBehind } from "./left_behind.ts";
import { endingWords, sendNowFor } from "./send_now.ts";

const NAMED = 5;
/** For so long nothing can be thrown away: the second tap of a double tap must not do it. */
const DEAF_MS = 500;

/** Ask until there is nothing left, or it may be thrown away. Resolves to whether to go on signing out. */
export async function mayLeave(user: string): Promise<boolean> {
  const left = await leftBehind(user);
  return leftWords(left) === "" || new Question(user).ask(left);
}

class Question {
  private readonly dialog = document.createElement("dialog");
  private readonly what = document.createElement("div");
  private readonly said = paragraph("");
  private readonly send: HTMLButtonElement;
  private readonly others: readonly HTMLButtonElement[];
  private settle: (mayLeave: boolean) => void = () => undefined;

  constructor(private readonly user: string) {
    const title = document.createElement("h2");
    title.id = "leaving-title";
    title.tabIndex = -1;
    title.autofocus = true;
    title.textContent = "Not everything has been sent";
    this.said.setAttribute("role", "status");
    this.what.className = "stack stack-tight";
    this.send = button("Send now", "button", () => void this.sendAll());
    const away = button("Throw away and sign out", "button button-stop-quiet", () => this.end(true));
    const stay = button("Stay", "button button-bare", () => this.end(false));
    this.others = [away, stay];
    this.dialog.className = "ask";
    this.dialog.setAttribute("aria-labelledby", title.id);
    this.dialog.append(title, this.what, this.said, this.send, away, stay);
    // Escape, or the phone's own way back.
    this.dialog.addEventListener("cancel", () => this.end(false));
  }

  ask(left: LeftBehind): Promise<boolean> {
    this.draw(left);
    document.body.append(this.dialog);
    this.dialog.showModal();
    const [away] = this.others;
    if (away) {
      away.disabled = true;
      setTimeout(() => (away.disabled = false), DEAF_MS);
    }
    return new Promise((settle) => (this.settle = settle));
  }

  private draw(left: LeftBehind): void {
    const { entries } = left;
    const titles = document.createElement("ul");
    for (const { title } of entries.slice(0, NAMED)) titles.append(item(title));
    if (entries.length > NAMED) titles.append(item(`and ${entries.length - NAMED} more`));
    const refused = entries.filter(({ state }) => state === "rejected").length;
    this.what.replaceChildren(paragraph(leftWords(left)));
    if (entries.length) this.what.append(titles);
    if (refused) this.what.append(paragraph(`${refused === 1 ? "One of them was" : `${refused} of them were`} not taken, and ${refused === 1 ? "needs" : "need"} a look from you. `, look()));
    if (left.underWay) this.what.append(paragraph("A session under way can be carried on and saved from Today. Signing out throws it away."));
    this.send.hidden = entries.length === refused;
  }

  private async sendAll(): Promise<void> {
    this.busy(true);
    this.said.textContent = "Sending …";
    const ending = await sendNowFor(this.user);
    const left = await leftBehind(this.user);
    this.busy(false);
    if (leftWords(left) === "") return this.end(true);
    this.draw(left);
    this.said.textContent = endingWords(ending) || "What could be sent was sent.";
    (this.send.hidden ? this.others[1] : this.send)?.focus();
  }

  private busy(is: boolean): void {
    for (const each of [this.send, ...this.others]) each.disabled = is;
    if (is) this.send.setAttribute("aria-busy", "true");
    else this.send.removeAttribute("aria-busy");
  }

  private end(mayLeave: boolean): void {
    this.dialog.remove();
    this.settle(mayLeave);
  }
}

function look(): HTMLAnchorElement {
  const made = document.createElement("a");
  made.href = "/settings/offline";
  made.textContent = "See what waits";
  return made;
}

function item(text: string): HTMLLIElement {
  const made = document.createElement("li");
  made.dir = "auto";
  made.textContent = text;
  return made;
}

function paragraph(...children: (string | HTMLElement)[]): HTMLParagraphElement {
  const made = document.createElement("p");
  made.append(...children);
  return made;
}
