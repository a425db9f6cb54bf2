// The recordings of the coming days' sessions, fetched ahead: then a session sounds without a network.
import { savesData } from "./calm.ts";
import { loadSettings } from "./player/settings.ts";
import { browserStore, type Store } from "./player/storage.ts";
import { LEAVING, whenQuiet } from "./quiet.ts";
import { browserVoice } from "./sound/browser_sound.ts";
import type { Voice, VoiceFile } from "./sound/voice.ts";

const KEY = "good-days.coming-voice";

/** What the server answers. */
interface Coming {
  readonly lines: readonly string[];
  readonly voices: readonly VoiceFile[];
}

/** Gets an address; the service worker keeps what comes. */
export type Get = (url: string) => Promise<Response>;

/**
 * Fetch the clips of `lines` one by one, so that nothing else waits for them.
 *
 * @returns whether all of them came.
 */
export async function fetchClips(lines: readonly string[], voice: Pick<Voice, "addresses">, get: Get): Promise<boolean> {
  const addresses = await voice.addresses();
  for (const line of lines) {
    const address = addresses.get(line);
    if (address !== undefined && !(await get(address)).ok) return false;
  }
  return true;
}

/** Once a day and voice; not where a phone saves data, nor where nothing would keep what comes. */
async function fetchComing(url: string, day: string, store: Store | null): Promise<void> {
  const { voiceName } = loadSettings(store);
  const done = `${day} ${voiceName}`;
  if (savesData() || navigator.serviceWorker?.controller == null || store?.getItem(KEY) === done) return;
  const leaving = new AbortController();
  window.addEventListener(LEAVING, () => leaving.abort(), { once: true });
  const get: Get = (address) => fetch(address, { priority: "low", signal: leaving.signal });
  const answer = await get(url);
  if (!answer.ok) return;
  const { lines, voices } = (await answer.json()) as Coming;
  const file = voices.find(({ name }) => name === voiceName) ?? voices[0];
  if (file === undefined || (await fetchClips(lines, browserVoice(file), get))) store?.setItem(KEY, done);
}

export function startComingVoice(element: HTMLElement): void {
  const { url = "", day = "" } = element.dataset;
  // Tomorrow is another day: what did not come is asked for again then, or at the next look at Today.
  whenQuiet(() => void fetchComing(url, day, browserStore()).catch(() => undefined));
}
