// On Today and Progress: what was done and said and is only on this phone so far.
import { entryStore } from "../../outbox/database.ts";
import { isHeld, type Kept } from "../../outbox/entry.ts";

/** `data-outbox-list` says which: sessions that were done, this conversation's messages, or everything. */
export async function showWaitingList(user: string): Promise<void> {
  const place = document.querySelector<HTMLElement>("[data-outbox-list]");
  if (!place) return;
  const wanted = place.dataset["outboxList"] ?? "";
  const isWanted = (entry: Kept): boolean => wanted === "all" || (entry.kind === wanted && (wanted !== "message" || entry.page === location.pathname));
  const entries = (await entryStore(user).all()).filter((entry) => !isHeld(entry, Date.now()) && isWanted(entry));
  place.hidden = entries.length === 0;
  if (place.hidden) {
    place.replaceChildren();
    return;
  }
  const heading = document.createElement("h2");
  heading.className = "ask-title";
  heading.textContent = "Only on this phone so far";
  const list = document.createElement("ul");
  list.className = "rows";
  list.append(...entries.map((entry) => row(entry, wanted)));
  const card = document.createElement("div");
  card.className = "card stack stack-tight on-phone";
  card.append(heading, list);
  place.replaceChildren(card);
}

function row(entry: Kept, place: string): HTMLLIElement {
  const made = document.createElement("li");
  made.className = "row row-apart";
  const title = document.createElement(entry.kind === "session" || entry.kind.endsWith("_deleted") || place === "message" ? "span" : "a");
  title.textContent = place === "message" ? (entry.said?.at(-1)?.[1] ?? entry.title) : entry.title;
  title.dir = "auto";
  if (title instanceof HTMLAnchorElement) title.href = entry.page;
  const state = document.createElement("span");
  state.className = "soft small";
  state.textContent = stateOf(entry);
  made.append(title, state);
  return made;
}

function stateOf({ state, words, kind }: Kept): string {
  if (state === "rejected") return words ?? "Not taken";
  return kind.endsWith("_deleted") ? "Deletion waits for a network" : "Waits for a network";
}
