// What a page shows of entries that wait, loaded once there is one.
import { entryStore } from "../../outbox/database.ts";
import { isHeld, type Kept } from "../../outbox/entry.ts";
import { showFailure } from "../form_progress.ts";
import type { Page } from "./page.ts";

/** The address of the built shown.ts, from build.mjs. */
declare const SHOWN: string;

type Shown = typeof import("./shown.ts");

const KEPT = "Saved on this phone. It is sent by itself when there is a network.";

export class LazyPage {
  private loading: Promise<void> | null = null;
  private shown: Shown | null = null;
  private page: Page | null = null;

  constructor(readonly user: string) {
    // On the first page of all no worker has it ready yet: it could not be had any more once the network is gone.
    if (!navigator.serviceWorker?.controller) this.load().catch(() => undefined);
  }

  /** At the start, once: lay what waits, or was refused, over the page. */
  async open(): Promise<void> {
    if ((await entryStore(this.user).all()).length === 0) return;
    await this.load();
    await this.page?.open();
  }

  /** Something came, went or changed. What a form's own request carries is not shown yet. */
  async look(): Promise<void> {
    if (this.shown === null) {
      const now = Date.now();
      if ((await entryStore(this.user).all()).every((entry) => isHeld(entry, now))) return;
      await this.load();
    }
    await Promise.all([this.page?.look(), this.shown?.showWaitingList(this.user)]);
  }

  /** Return the operations that were refused, and are mended by sending `form`. */
  refusedAt(form: HTMLFormElement): readonly string[] {
    return this.page?.refusedAt(form) ?? [];
  }

  /** Show an entry as saved at the place of its form. */
  async showKept(entry: Kept, form: HTMLFormElement): Promise<void> {
    try {
      await this.load();
      this.page?.showKept(entry, form);
    } catch {
      // The first visit of all, cut off before this file came: it is kept all the same.
      showFailure(form, KEPT);
    }
  }

  private load(): Promise<void> {
    this.loading ??= this.get().catch((error: unknown) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  private async get(): Promise<void> {
    const shown = (await import(SHOWN)) as Shown;
    this.page = new shown.Page(this.user);
    this.shown = shown;
  }
}
