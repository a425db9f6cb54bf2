// Fetches what this phone needs to do without a network: pages, pictures and the recorded voice of the coming days. Quietly,
// one after the other, the most wanted first; what is there and fresh is left alone, so that it goes on where it was ended.
import { fact, setFact, type Warmed } from "../../offline/device_facts.ts";
import { dropPages, keepPage, keptPages, notePerson } from "../../offline/kept_pages.ts";
import { LONGEST_MS } from "../../offline/page_choice.ts";
import { SHELL_BEFORE } from "../../offline/shell_before.ts";
import { loadSettings } from "../player/settings.ts";
import { browserStore } from "../player/storage.ts";
import { browserVoice } from "../sound/browser_sound.ts";
import type { VoiceFile } from "../sound/voice.ts";
import { isWanted } from "./due.ts";
import { askToStay } from "./staying.ts";

const LIST = "/offline/list";
const WARM = { "X-Warm": "1" };
const WITHIN_MS = 30_000;
const LOCK = "good-days-warm";

/** What the server lists: see blueprints/app/list_views.py. */
interface List {
  readonly user: string;
  readonly day: string;
  readonly build: string;
  readonly pages: readonly string[];
  readonly library: readonly string[];
  readonly pictures: readonly string[];
  readonly lines: readonly string[];
  readonly voices: readonly VoiceFile[];
}

export interface Options {
  /** Ends it. What came stays. */
  readonly signal?: AbortSignal;
  /** Fetch every page anew, however fresh. */
  readonly force?: boolean;
  /** Told after each thing that came. */
  readonly tell?: (done: number, wanted: number) => void;
}

/**
 * Fetch what is missing or old. Only one page does so at a time.
 *
 * @param user Whose page this is: if somebody else is signed in by now, nothing is fetched.
 * @returns how far it came; null if another page is at it, or nothing may be kept.
 */
export async function warm(user: string, options: Options = {}): Promise<Warmed | null> {
  if (!navigator.locks) return round(user, options);
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock === null ? null : round(user, options)));
}

async function round(user: string, { signal, force = false, tell }: Options): Promise<Warmed | null> {
  if (await fact("keepNothing")) return null;
  await navigator.serviceWorker.ready;
  const began = Date.now();
  const get = (url: string, headers: HeadersInit = {}): Promise<Response> => {
    const within = AbortSignal.timeout(WITHIN_MS);
    // What is read of the answer later is under the same signal.
    return fetch(url, { headers, priority: "low", signal: signal && "any" in AbortSignal ? AbortSignal.any([signal, within]) : (signal ?? within) });
  };
  const list = await listFor(user, began, get);
  if (list === null) return null;

  const written = (await fact("written")) ?? 0;
  const kept = new Map((await keptPages()).map((each) => [each.key, each]));
  const facts = { day: list.day, build: list.build, written, path: location.pathname, now: began };
  const pages = list.pages.filter((key) => force || isWanted(key, kept.get(key), facts));
  const ofLibrary = list.library.filter((key) => force || kept.get(key)?.made.build !== list.build);
  const wanted = list.pages.length + list.library.length;
  let missing = pages.length + ofLibrary.length;
  // Once the person's own pages are there, what their sessions show and say is more wanted than the rest of the library.
  const steps: [readonly string[], (url: string) => Promise<boolean>][] = [
    [pages, page],
    [await absent("figures", list.pictures), (url) => file("figures", url)],
    [await absent("voice", await clips(list)), (url) => file("voice", url)],
    [ofLibrary, page],
  ];
  const all = steps.reduce((sum, [urls]) => sum + urls.length, 0);
  let done = 0;

  async function page(url: string): Promise<boolean> {
    const asked = Date.now();
    // An answer that leads elsewhere has no page to be kept: a session that is closed for now, say.
    const answer = await get(url, WARM);
    if (answer.redirected || answer.status === 404) {
      await notePerson(answer, asked);
      missing -= 1;
      return true;
    }
    const isKept = await keepPage(url, answer, asked);
    if (isKept) missing -= 1;
    return isKept;
  }

  async function file(name: string, url: string): Promise<boolean> {
    const answer = await get(url);
    // At the first visit the worker does not hear of it yet: then the page puts it where the worker would.
    if (answer.ok && navigator.serviceWorker.controller === null) await (await caches.open(name)).put(url, answer);
    // Read to the end, else it is not kept.
    else await answer.arrayBuffer();
    return answer.ok;
  }

  let lost = 0;
  for (const [urls, fetched] of steps) {
    for (const url of urls) {
      signal?.throwIfAborted();
      if (!(await fetched(url).catch(orEnd))) lost += 1;
      done += 1;
      tell?.(done, all);
    }
  }

  /** No network any more, or the page is left: then nothing else would come either. */
  function orEnd(reason: unknown): boolean {
    if (signal?.aborted || !navigator.onLine || lost > 2) throw reason;
    return false;
  }

  const present = await fact("present");
  if (present?.id !== user || (await fact("keepNothing"))) return null;
  const warmed: Warmed = { user, day: list.day, build: list.build, at: began, pages: wanted - missing, wanted };
  await setFact("warmed", warmed);
  if (missing === 0 && lost === 0) await tidy(list, began);
  return warmed;
}

/** Return the list; null where somebody else, or nobody, is signed in. */
async function listFor(user: string, began: number, get: (url: string, headers: HeadersInit) => Promise<Response>): Promise<List | null> {
  const answer = await get(LIST, WARM);
  await notePerson(answer, began);
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) return null;
  const list = (await answer.json()) as List;
  return list.user === user ? list : null;
}

async function clips({ lines, voices }: List): Promise<string[]> {
  const { voiceName } = loadSettings(browserStore());
  const file = voices.find(({ name }) => name === voiceName) ?? voices[0];
  if (file === undefined) return [];
  const addresses = await browserVoice(file).addresses();
  const found = lines.map((line) => addresses.get(line)).filter((address) => address !== undefined);
  // The list of the clips first: without it none of them is found.
  return [file.manifest, ...new Set(found)];
}

async function absent(name: string, urls: readonly string[]): Promise<string[]> {
  if (urls.length === 0) return [];
  const store = await caches.open(name);
  const found: string[] = [];
  for (const url of urls) if ((await store.match(url, { ignoreVary: true })) === undefined) found.push(url);
  return found;
}

/** Everything is there: what is old goes, and with it the files that only it named. */
async function tidy({ build }: List, now: number): Promise<void> {
  const old = (await keptPages()).filter(({ at, made }) => made.build !== build || now - at > LONGEST_MS);
  await dropPages(old.map(({ key }) => key));
  await caches.delete(SHELL_BEFORE);
  await askToStay();
}
