// What is said of an entry that waits on this phone or was refused. Pure.
import { isHeld, LONG_MS, type Kept } from "../../outbox/entry.ts";
import { whenWords } from "./kept_things.ts";

/** What an entry says in the list. */
export interface EntryWords {
  readonly written: string;
  readonly state: string;
  /** Why it was refused; empty if it was not. */
  readonly reason: string;
  /** What the link to its page is called. */
  readonly open: string;
  /** What is asked before it is dropped. */
  readonly question: string;
}

const DELETIONS: readonly Kept["kind"][] = ["check_in_deleted", "session_deleted"];
const DAY_MS = 24 * 60 * 60 * 1000;

export function entryWords(entry: Kept, now: number): EntryWords {
  const refused = entry.state === "rejected";
  return {
    written: `Written ${whenWords(entry.at, now)}.`,
    state: stateWords(entry, now),
    reason: refused ? (entry.words ?? "The server could not use it as it is.") : "",
    open: refused ? "Mend it" : "Open it",
    question: DELETIONS.includes(entry.kind) ? "Drop this? Then it is not deleted." : "Drop this? It is only on this device, and nowhere else.",
  };
}

function stateWords(entry: Kept, now: number): string {
  if (entry.state === "rejected") return "Not taken:";
  if (entry.state === "unknown_schema") return "Waits for the app to be loaded anew, as its version is not the server's.";
  if (isHeld(entry, now)) return "Being sent.";
  const days = Math.floor((now - entry.keptAt) / DAY_MS);
  return now - entry.keptAt >= LONG_MS ? `Has been waiting for ${days} days. Please open the app once with a network.` : "Waits for the network.";
}

/** Say how many there are: "2 entries wait, 1 was not taken." */
export function howManyWords(entries: readonly Kept[]): string {
  const refused = entries.filter(({ state }) => state === "rejected").length;
  const waiting = entries.length - refused;
  const said = waiting ? [`${waiting} ${waiting === 1 ? "entry waits" : "entries wait"}`] : [];
  if (refused) said.push(`${refused} ${said.length ? "" : refused === 1 ? "entry " : "entries "}${refused === 1 ? "was" : "were"} not taken`);
  return said.length ? `${said.join(", ")}.` : "";
}

/** Return the entry with those that mean nothing without it: what was said of a session that is dropped. */
export function droppedWith(entry: Kept, all: readonly Kept[]): Kept[] {
  if (entry.kind !== "session") return [entry];
  const about: readonly Kept["kind"][] = ["session_said", "session_deleted", "morning"];
  return [entry, ...all.filter((each) => each.entity === entry.entity && about.includes(each.kind))];
}
