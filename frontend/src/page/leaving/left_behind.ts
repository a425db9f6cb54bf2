// What of somebody is only on this phone: entries that were not sent, and a session under way.
import { entryStore } from "../../outbox/database.ts";
import type { Kept } from "../../outbox/entry.ts";
import { browserStore, Keeper, sessionKey, type Store } from "../player/storage.ts";

export interface LeftBehind {
  readonly entries: readonly Kept[];
  /** Sessions that were begun and not saved. */
  readonly underWay: number;
}

/** Find what would be lost; a browser that keeps nothing has nothing to lose. */
export async function leftBehind(user: string): Promise<LeftBehind> {
  const entries = await entryStore(user)
    .all()
    .catch(() => []);
  return { entries, underWay: sessionsUnderWay(browserStore(), user) };
}

export function sessionsUnderWay(store: Store | null, user: string): number {
  if (store === null) return 0;
  const beginning = sessionKey(user, "");
  const keys = Object.keys(store).filter((key) => key.startsWith(beginning));
  return keys.filter((key) => (new Keeper(store, key).load()?.state.phase ?? "before") !== "before").length;
}

/** Say what it is, in a sentence; empty if there is nothing. */
export function leftWords({ entries, underWay }: LeftBehind): string {
  const parts: string[] = [];
  if (entries.length === 1) parts.push("one entry");
  if (entries.length > 1) parts.push(`${entries.length} entries`);
  if (underWay === 1) parts.push("a session under way");
  if (underWay > 1) parts.push(`${underWay} sessions under way`);
  if (parts.length === 0) return "";
  const words = parts.join(" and ");
  const one = entries.length + underWay === 1;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${one ? "is" : "are"} only on this device.`;
}
