// Sessions that this phone still keeps for whoever is signed in: not saved yet, or under way.
import { button } from "./button.ts";
import { failureWords, postWithRetry } from "./player/save.ts";
import { browserStore, isOver, Keeper, sessionKey, sessionUrl, type Kept, type Store } from "./player/storage.ts";

/** What was not saved for so long is thrown away: it is about somebody's health. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

export interface Found {
  /** The planned session's id. */
  readonly session: string;
  readonly kept: Kept;
  readonly keeper: Keeper;
}

/** Return what `store` keeps for `user`, oldest first; what is too old or unreadable goes. */
export function keptSessions(store: Store, user: string, now: number): Found[] {
  const beginning = sessionKey(user, "");
  const found: Found[] = [];
  for (const key of Object.keys(store).filter((each) => each.startsWith(beginning))) {
    const keeper = new Keeper(store, key);
    const kept = keeper.load();
    if (kept === null || now - kept.savedAt > KEEP_MS) keeper.clear();
    else if (kept.state.phase !== "before") found.push({ session: key.slice(beginning.length), kept, keeper });
  }
  return found.sort((a, b) => a.kept.savedAt - b.kept.savedAt);
}

/** Show the kept sessions of the person in `data-user`; stay hidden where there are none. */
export function startKeptSessions(element: HTMLElement): void {
  const store = browserStore();
  const user = element.dataset["user"];
  if (store === null || !user) return;
  const cards = keptSessions(store, user, Date.now()).map((each) => (isOver(each.kept) ? unsaved(each) : underWay(each)));
  element.replaceChildren(...cards);
  element.hidden = cards.length === 0;
}

function underWay({ session, kept }: Found): HTMLElement {
  const on = document.createElement("a");
  on.className = "button";
  on.href = sessionUrl(session);
  on.textContent = "Carry on";
  return card("A session is under way", nameAndDay(kept), on);
}

function unsaved({ session, kept, keeper }: Found): HTMLElement {
  const status = paragraph("");
  status.setAttribute("role", "status");
  const save = button("Save", "button");
  const away = button("Throw away", "button button-stop-quiet");
  const made = card("A session is not saved yet", nameAndDay(kept), save, away);
  made.append(status);
  save.addEventListener("click", () => {
    save.disabled = away.disabled = true;
    status.textContent = "Saving…";
    const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    void postWithRetry(`${sessionUrl(session)}/log`, kept.result, (url, init) => fetch(url, init), wait).then((saved) => {
      if (saved.ok) {
        keeper.clear();
        location.assign(saved.url);
        return;
      }
      save.disabled = away.disabled = false;
      status.textContent = failureWords(saved);
      save.focus();
    });
  });
  away.addEventListener("click", () => {
    keeper.clear();
    made.remove();
    document.querySelector<HTMLElement>("main")?.focus();
  });
  return made;
}

function nameAndDay({ name, result }: Kept): string {
  const day = new Date(result.started_at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  return `${name}, ${day}`;
}

function card(title: string, words: string, ...actions: HTMLElement[]): HTMLElement {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const row = document.createElement("p");
  row.className = "row";
  row.append(...actions);
  const made = document.createElement("div");
  made.className = "card stack";
  made.append(heading, paragraph(words), row);
  return made;
}

function paragraph(text: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
