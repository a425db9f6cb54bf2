/** The last screen: says that it is over, keeps it on the phone, sends it, and asks how it was where the server cannot. */

import { onChange } from "../../outbox/start.ts";
import type { EntryStore } from "../../outbox/database.ts";
import { HELD_MS } from "../../outbox/entry.ts";
import type { AfterView } from "./after_view.ts";
import { part, setText } from "./elements.ts";
import { sessionEntry, type Of } from "./entries.ts";
import { DISK_MS, kept, within } from "./keeping.ts";
import { failureWords, postWithRetry, type Saved } from "./save.ts";
import type { Keeper, Result } from "./storage.ts";

/** So long after it is on the phone, with no answer yet, it is said that nothing can be lost any more. */
const SAY_KEPT_MS = 500;
/** After so long the server is not waited for: how it was is asked here. */
const ASK_HERE_MS = 3_000;

const SAVING = "Saving what you did…";
const SENDING = "Saved on this phone. Sending…";
const KEPT = "Saved on this phone. It is sent by itself as soon as there is a network.";
const NOT_TAKEN = "Saved on this phone. The server did not take it yet. You may have been signed out.";
const SAVED = "Saved.";

/** What the screen needs from around it. */
export interface EndingWorld {
  readonly of: Of;
  readonly user: string;
  /** Where the result is posted. */
  readonly url: string;
  readonly keeper: Keeper;
  readonly store: EntryStore;
  /** The clock of the session's times. */
  now(): number;
  /** Settles when the closing words are over. */
  closing(): Promise<void>;
}

export class Ending {
  private result: Result | null = null;
  private logId: string | null = null;
  private sending = false;
  /** Whether the outbox has it. */
  private isKept = false;
  /** How sending it from here ended, while it is not saved. */
  private failure: (Saved & { ok: false }) | null = null;
  private closed: Promise<void> = Promise.resolve();

  constructor(
    private readonly root: HTMLElement,
    private readonly world: EndingWorld,
    private readonly after: AfterView,
  ) {
    onChange(world.user, () => void this.look());
  }

  show(finished: boolean, result: Result): void {
    this.result = result;
    this.logId = result.log_id;
    if (finished) this.closed = this.world.closing();
    const screen = part(this.root, "ending");
    part(this.root, "before").hidden = true;
    screen.hidden = false;
    setText(part(screen, "ending-title"), finished ? "That is all for today" : "Finished for now");
    const done = result.results.filter((each) => each.state !== "skipped").length;
    const all = result.results.length;
    setText(part(screen, "ending-text"), `${done} of ${all} movements, done or partly done.`);
    part(screen, "ending-title").focus();
    void this.send();
  }

  /** The network seems to be back. What the outbox has is sent from there. */
  online(): void {
    if (!this.isKept) void this.send();
  }

  /** Onto the phone first, then to the server. */
  async send(): Promise<void> {
    const { result, world } = this;
    if (result === null || this.sending) return;
    this.sending = true;
    this.failure = null;
    this.tell(SAVING, false);
    const now = Date.now();
    const isThere = (): void => {
      this.isKept = true;
      world.keeper.clear();
      // A slow disk: what was told as not saved is kept after all.
      if (this.failure) void this.failed(result, this.failure);
    };
    if (await kept(world.store, sessionEntry(world.of, result, now, now + HELD_MS), isThere)) isThere();
    const timers = this.isKept ? [setTimeout(() => this.tell(SENDING, false), SAY_KEPT_MS), setTimeout(() => this.after.show(result), ASK_HERE_MS)] : [];
    const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    // What the outbox has needs no second try from here.
    const waits = this.isKept ? [] : undefined;
    const saved = await postWithRetry(world.url, result, (url, init) => fetch(url, init), wait, () => world.now(), waits);
    for (const timer of timers) clearTimeout(timer);
    this.sending = false;
    await (saved.ok ? this.saved(result, saved.url) : this.failed(result, saved));
  }

  private async saved({ log_id: op }: Result, url: string): Promise<void> {
    const { keeper, store } = this.world;
    keeper.clear();
    this.result = null;
    // Where the phone is slow about it the sender comes upon it again, which does no harm.
    await within(DISK_MS, store.remove(op), undefined);
    this.tell(SAVED, false);
    // Nobody is taken away from what they are just answering.
    if (!this.after.shown) void this.closed.then(() => location.assign(url));
  }

  private async failed(result: Result, saved: Saved & { ok: false }): Promise<void> {
    this.failure = saved;
    if (!this.isKept) return this.tell(failureWords(saved, this.world.keeper.load() !== null), true);
    this.tell(saved.final ? NOT_TAKEN : KEPT, saved.final);
    await within(DISK_MS, this.world.store.change(result.log_id, { heldUntil: 0 }), undefined);
    if (!saved.final) this.after.show(result);
  }

  /** The outbox changed, perhaps because the sender was at it. */
  private async look(): Promise<void> {
    const { logId } = this;
    if (logId === null || this.sending || !this.isKept) return;
    const mine = (await this.world.store.all().catch(() => [])).filter(({ entity }) => entity === logId);
    const refused = mine.find(({ state }) => state === "rejected");
    if (refused !== undefined) this.tell(`The server did not take it: ${refused.words ?? ""} It stays on this phone.`, false);
    else if (mine.every(({ kind }) => kind !== "session")) this.tell(SAVED, false);
    if (mine.length === 0) this.after.sent();
  }

  private tell(text: string, failed: boolean): void {
    setText(part(this.root, "ending-status"), text);
    part(this.root, "try-again").hidden = !failed;
  }
}
