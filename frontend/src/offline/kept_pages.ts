// Pages kept on this device, one cache for each person: by the worker as they are visited, by the page as they are fetched
// ahead. The headers are those of fstpwa/offline.py. What cannot be known for sure is not kept and not shown.
import { changeFact, fact, NOBODY, setFact } from "./device_facts.ts";
import { candidates, dayIn, LONGEST_MS, madeOf, personOf, turnOf, type Made } from "./page_choice.ts";

const PREFIX = "pages-";
const KEPT_AT = "X-Kept-At";
const TITLE = "X-Kept-Title";
/** Of the answer as it came, not of the copy. */
const NOT_COPIED = ["Content-Encoding", "Content-Length", "Transfer-Encoding", "Set-Cookie"];

/** What is known of a kept page without reading it. */
export interface KeptPage {
  /** Path and query. */
  readonly key: string;
  readonly title: string;
  /** Date.now() when it came. */
  readonly at: number;
  readonly made: Made;
}

/**
 * Take note of whose answer came; pages of others go.
 *
 * @param began Date.now() when it was asked for.
 * @returns the person whose answer it is if they are the one who is here now, else null.
 */
export async function notePerson(answer: Pick<Response, "headers">, began: number): Promise<string | null> {
  const id = personOf(answer.headers.get("X-Person"));
  if (id === null) return null;
  let wipes: "none" | "others" | "all" = "none";
  const present = await changeFact("present", (before) => {
    const turn = turnOf(before, id, began, Date.now());
    wipes = turn.wipes;
    return turn.present;
  });
  if (wipes !== "none") await deletePages(wipes === "others" ? id : null);
  return present?.id === id && id !== NOBODY ? id : null;
}

/**
 * Keep an answer if the server lets it be kept.
 *
 * @param url Where it was asked for.
 * @param began Date.now() when it was asked for.
 * @returns whether it is kept.
 */
export async function keepPage(url: string, answer: Response, began: number): Promise<boolean> {
  const person = await notePerson(answer, began);
  const made = madeOf(answer.headers.get("X-Made"));
  if (person === null || made === null || answer.headers.get("X-Offline") !== "yes") return false;
  if (answer.status !== 200 || answer.redirected || (await fact("keepNothing"))) return false;
  const text = await answer.text();
  const headers = new Headers(answer.headers);
  for (const name of NOT_COPIED) headers.delete(name);
  headers.set(KEPT_AT, String(Date.now()));
  headers.set(TITLE, encodeURIComponent(titleIn(text)));
  const name = PREFIX + person;
  await (await caches.open(name)).put(keyOf(url), new Response(text, { headers }));
  // Whoever left while it was written took everything along but this.
  const present = await changeFact("present", (now) => (now?.id === person && now.zone !== made.zone ? { ...now, zone: made.zone } : now));
  if (present?.id === person && !(await fact("keepNothing"))) return true;
  await caches.delete(name);
  return false;
}

/** Return the kept copy to show for an address, with `data-kept` (when it came) on its root; null if there is none. */
export async function copyFor(url: string, now: number): Promise<Response | null> {
  const found = await openPresent();
  if (found === null) return null;
  const today = dayIn(found.zone, now);
  for (const { key, onItsDayOnly } of candidates(keyOf(url), today)) {
    const copy = await found.pages.match(key, { ignoreVary: true });
    if (copy === undefined) continue;
    const at = Number(copy.headers.get(KEPT_AT));
    if (now - at > LONGEST_MS) await found.pages.delete(key, { ignoreVary: true });
    else if (!onItsDayOnly || madeOf(copy.headers.get("X-Made"))?.day === today) return marked(copy, at);
  }
  return null;
}

/** Whether anything is kept for whoever is here. */
export async function keepsPages(): Promise<boolean> {
  return (await openPresent()) !== null;
}

/** Return every page that is kept for whoever is here; too old ones go. */
export async function keptPages(now = Date.now()): Promise<KeptPage[]> {
  const found = await openPresent();
  if (found === null) return [];
  const kept: KeptPage[] = [];
  for (const request of await found.pages.keys()) {
    const page = await factsOf(found.pages, keyOf(request.url));
    if (page === null || now - page.at > LONGEST_MS) await found.pages.delete(request, { ignoreVary: true });
    else kept.push(page);
  }
  return kept;
}

/** Remove kept pages of whoever is here. */
export async function dropPages(keys: readonly string[]): Promise<void> {
  const found = await openPresent();
  for (const key of found === null ? [] : keys) await found?.pages.delete(key, { ignoreVary: true });
}

/** Remove the pages of everybody, and let no answer that is still on its way be kept. */
export async function wipeAllPages(): Promise<void> {
  // First: what comes from now on was asked for before.
  await setFact("present", { id: NOBODY, began: Date.now() }).catch(() => undefined);
  await deletePages(null);
}

/** Return the key that a page is kept under: path and query. */
export function keyOf(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}

async function openPresent(): Promise<{ pages: Cache; zone: string } | null> {
  const [present, keepNothing] = await Promise.all([fact("present"), fact("keepNothing")]);
  if (present === undefined || present.id === NOBODY || present.zone === undefined || keepNothing) return null;
  const name = PREFIX + present.id;
  return (await caches.has(name)) ? { pages: await caches.open(name), zone: present.zone } : null;
}

async function factsOf(pages: Cache, key: string): Promise<KeptPage | null> {
  const headers = (await pages.match(key, { ignoreVary: true }))?.headers;
  const made = madeOf(headers?.get("X-Made") ?? null);
  if (!headers || made === null) return null;
  return { key, made, at: Number(headers.get(KEPT_AT)), title: decodeURIComponent(headers.get(TITLE) ?? "") };
}

async function deletePages(but: string | null): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + but);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** The page may say how old it is. */
async function marked(copy: Response, at: number): Promise<Response> {
  const text = (await copy.text()).replace("<html", `<html data-kept="${at}"`);
  return new Response(text, { headers: copy.headers });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'", quot: '"' };

/** Return the title of a page without the product's name. */
function titleIn(html: string): string {
  const title = /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? "";
  const plain = title.replaceAll(/&([a-z]+|#\d+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
  return plain.replace(/\s*·\s*Good Days\s*$/, "").trim();
}
