// Sessions that this phone keeps for whoever is signed in: those under way are shown, those that are over go to the outbox.
import { entryStore, type EntryStore } from "../outbox/database.ts";
import { dayInWords, sessionEntry } from "./player/entries.ts";
import { kept } from "./player/keeping.ts";
import { browserStore, isOver, Keeper, sessionKey, sessionUrl, type Kept, type Store } from "./player/storage.ts";

/** What was not touched for so long is thrown away: it is about somebody's health. */
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

/** Give the outbox what is over; @returns what it did not take. */
export async function moveOver(found: readonly Found[], store: Pick<EntryStore, "put">, now: number): Promise<Found[]> {
  const left: Found[] = [];
  for (const each of found) {
    const { session, keeper, kept: { name, result } } = each;
    if (await kept(store, sessionEntry({ session, name }, result, now))) keeper.clear();
    else left.push(each);
  }
  return left;
}

/** Show what the person in `data-user` has under way; hidden where there is nothing. What is over goes to the outbox. */
export function startKeptSessions(element: HTMLElement): void {
  const store = browserStore();
  const user = element.dataset["user"];
  if (store === null || !user) return;
  const show = (cards: readonly HTMLElement[]): void => {
    element.append(...cards);
    element.hidden = element.childElementCount === 0;
  };
  const found = keptSessions(store, user, Date.now());
  element.replaceChildren();
  show(found.filter((each) => !isOver(each.kept)).map((each) => card(each, "A session is under way", "Carry on")));
  const over = found.filter((each) => isOver(each.kept));
  void moveOver(over, entryStore(user), Date.now()).then((left) => {
    show(left.map((each) => card(each, "A session is not saved yet", "Save it")));
  });
}

/** @param leads What its link says: the session's own page goes on with it, or saves it. */
function card({ session, kept: { name, result } }: Found, title: string, leads: string): HTMLElement {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const link = document.createElement("a");
  link.className = "button";
  link.href = sessionUrl(session);
  link.textContent = leads;
  const row = document.createElement("p");
  row.className = "row";
  row.append(link);
  const made = document.createElement("div");
  made.className = "card stack";
  made.append(heading, paragraph(`${name}, ${dayInWords(result.started_at)}`), row);
  return made;
}

function paragraph(text: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
