// "Ready for offline": what is kept, how much it is, fetching it anew and removing it.
import { fact } from "../../offline/device_facts.ts";
import { keptSize, wipePages } from "../../offline/wipe.ts";
import { LIBRARY_CACHES, sizeOfCaches } from "./cache_sizes.ts";
import { readiness, READINESS_WORDS, sizeWords, whenWords } from "./kept_things.ts";
import { part } from "./parts.ts";

/** Fetches all pages and files anew. `progress` hears how far it is, from 0 to 1. Resolves to whether all of it came. */
export type Refresh = (progress: (share: number) => void) => Promise<boolean>;

const LITTLE_ROOM = 50e6; // bytes

export class KeptView {
  private readonly done: HTMLElement;
  private readonly progress: HTMLProgressElement;
  private readonly refreshButton: HTMLButtonElement;
  private readonly removeButton: HTMLButtonElement;

  constructor(
    private readonly root: HTMLElement,
    private readonly user: string,
    private readonly refresh: Refresh,
  ) {
    this.done = part(root, "done");
    this.progress = part<HTMLProgressElement>(root, "progress");
    this.refreshButton = part<HTMLButtonElement>(root, "refresh");
    this.removeButton = part<HTMLButtonElement>(root, "remove");
    this.refreshButton.addEventListener("click", () => void this.fetchAll());
    this.removeButton.addEventListener("click", () => void this.removeAll());
  }

  /** Look at what is kept and say it. */
  async show(): Promise<void> {
    const [kept, warmed, keepsNothing, sizes, room] = await Promise.all([keptSize(), fact("warmed"), fact("keepNothing"), sizeOfCaches(), roomLeft()]);
    const how = readiness(kept.pages, warmed, this.user, keepsNothing === true);
    part(this.root, "state").dataset["ready"] = how === "ready" ? "yes" : "no";
    say(part(this.root, "state-words"), READINESS_WORDS[how]);
    say(part(this.root, "pages"), String(kept.pages));
    say(part(this.root, "sessions"), String(kept.sessions));
    say(part(this.root, "pictures"), String(kept.pictures));
    say(part(this.root, "voice"), String(kept.clips));
    const little = room !== null && room < LITTLE_ROOM ? ` This device has little room left: ${sizeWords(room)}.` : "";
    const { pages, library, app } = sizes;
    say(part(this.root, "size"), `${sizeWords(pages + library + app)}, ${sizeWords(pages)} of it your pages.${little}`);
    say(part(this.root, "fetched"), warmed?.user === this.user ? whenWords(warmed.at, Date.now()) : "not yet");
    part(this.root, "facts").hidden = false;
    this.refreshButton.hidden = how === "unwanted";
    this.removeButton.hidden = kept.pages + kept.pictures + kept.clips === 0;
  }

  private async fetchAll(): Promise<void> {
    this.busy(true, this.refreshButton);
    this.progress.value = 0;
    this.progress.hidden = false;
    this.done.textContent = "Fetching …";
    const all = await this.refresh((share) => (this.progress.value = share)).catch(() => false);
    this.progress.hidden = true;
    this.busy(false, this.refreshButton);
    this.done.textContent = all ? "Everything is up to date." : "Not all of it came. What was kept before is still here. Please try again with a network.";
    await this.show();
  }

  private async removeAll(): Promise<void> {
    this.busy(true, this.removeButton);
    const gone = await removeKept().then(
      () => true,
      () => false,
    );
    this.busy(false, this.removeButton);
    this.done.textContent = gone
      ? "Removed. What you wrote and could not be sent yet is still here. Pages that you open are kept again, unless you choose otherwise below."
      : "This browser did not let the app remove it. You can clear this site's data in the browser's own settings.";
    await this.show();
    if (this.removeButton.hidden) this.refreshButton.focus();
  }

  private busy(is: boolean, pressed: HTMLButtonElement): void {
    for (const each of [this.refreshButton, this.removeButton]) each.disabled = is;
    if (is) pressed.setAttribute("aria-busy", "true");
    else pressed.removeAttribute("aria-busy");
    if (!is) pressed.focus();
  }
}

async function removeKept(): Promise<void> {
  await wipePages();
  await Promise.all(LIBRARY_CACHES.map((name) => caches.delete(name)));
}

/** Bytes that the browser would still give the app, null where it does not say. */
async function roomLeft(): Promise<number | null> {
  const { quota, usage } = (await (navigator as { storage?: StorageManager }).storage?.estimate?.().catch(() => null)) ?? {};
  return quota === undefined || usage === undefined ? null : quota - usage;
}

/** A reader hears what is new, and nothing where all is as before. */
function say(element: HTMLElement, words: string): void {
  if (element.textContent !== words) element.textContent = words;
}
