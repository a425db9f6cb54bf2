// How much room the phone's stores take. The browser's own estimate is rounded and padded, and does not say what for.

/** Caches of the library, as worker/library_files.ts names them. */
export const LIBRARY_CACHES = ["figures", "voice"] as const;

/** Bytes. */
export interface CacheSizes {
  readonly pages: number;
  readonly library: number;
  readonly app: number;
}

/** Which of the sizes a cache counts to, by its name. */
export function kindOf(name: string): keyof CacheSizes {
  if (name.startsWith("pages-")) return "pages";
  return (LIBRARY_CACHES as readonly string[]).includes(name) ? "library" : "app";
}

/** Add up what lies in all caches. Rejects where the browser refuses storage. */
export async function sizeOfCaches(store: CacheStorage = caches): Promise<CacheSizes> {
  const sizes = { pages: 0, library: 0, app: 0 };
  for (const name of await store.keys()) {
    const cache = await store.open(name);
    for (const answer of await cache.matchAll()) sizes[kindOf(name)] += await sizeOf(answer);
  }
  return sizes;
}

/** What came says how long it is; a page that was kept anew does not, and is read. */
async function sizeOf(answer: Response): Promise<number> {
  const said = Number(answer.headers.get("Content-Length"));
  return said > 0 ? said : (await answer.blob()).size;
}
