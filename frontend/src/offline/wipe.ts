// Takes what this device keeps of somebody's pages away, and says how much it is.
import { setFact } from "./device_facts.ts";
import { keptPages, wipeAllPages } from "./kept_pages.ts";

/** Folders of the library whose files are kept, as the worker names their caches. */
const LIBRARY = ["figures", "voice"] as const;

/** What is kept, in numbers. */
export interface KeptSize {
  /** Pages of whoever is here. */
  readonly pages: number;
  /** Sessions among them. */
  readonly sessions: number;
  readonly pictures: number;
  readonly clips: number;
}

/** Remove the kept pages of everybody from this device. Answers that are still on their way are not kept either. */
export async function wipePages(): Promise<void> {
  if (!("caches" in globalThis)) return;
  await wipeAllPages();
  await setFact("warmed", undefined).catch(() => undefined);
}

/** Count what is kept. Rejects where the browser refuses storage. */
export async function keptSize(): Promise<KeptSize> {
  const pages = await keptPages();
  const sessions = new Set(pages.map(({ key }) => /^\/sessions\/([0-9a-f-]{36})/.exec(key)?.[1]).filter((id) => id !== undefined));
  const [pictures = 0, clips = 0] = await Promise.all(LIBRARY.map(async (name) => ((await caches.has(name)) ? (await (await caches.open(name)).keys()).length : 0)));
  return { pages: pages.length, sessions: sessions.size, pictures, clips };
}
