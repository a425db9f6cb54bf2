// What one page shows of the entries that wait on this phone: as saved at their forms, and refused ones with the reason.
import { entryStore } from "../../outbox/database.ts";
import type { Kept, Kind } from "../../outbox/entry.ts";
import { fill } from "./form_values.ts";
import { forgetIn, rememberIn } from "./form_memory.ts";
import { MORE, SavedState, showSaved } from "./saved_state.ts";

/** What a deletion covers, and what is changed on a page that shows only what was answered before. */
const RECORDS: Partial<Record<Kind, string>> = {
  check_in: "#check-in",
  check_in_deleted: "#check-in",
  session_said: "#session-log",
  session_deleted: "#session-log",
};

export class Page {
  private readonly cards = new Set<SavedState>();
  /** Form -> operations that were refused and are shown in it. */
  private readonly refused = new Map<HTMLFormElement, string[]>();

  constructor(readonly user: string) {}

  /** Show what waits, or was refused, of what this page is about. */
  async open(): Promise<void> {
    // A message that waits is in the list of its page: the next one can be written meanwhile.
    const entries = (await entryStore(this.user).all()).filter(({ kind, state }) => kind !== "message" || state === "rejected");
    const groups = new Map<string, Kept[]>();
    for (const entry of entries) {
      const about = `${placeOf(entry.kind)} ${entry.entity}`;
      groups.set(about, [...(groups.get(about) ?? []), entry]);
    }
    for (const group of groups.values()) this.overlay(group);
  }

  /** Show an entry as saved at the place of its form. */
  showKept(entry: Kept, form: HTMLFormElement): void {
    this.forgetRefusal(form);
    this.cover([entry], form).focus();
  }

  /** Return the operations that were refused, and are mended by sending `form`. */
  refusedAt(form: HTMLFormElement): readonly string[] {
    return this.refused.get(form) ?? [];
  }

  /** Something came, went or changed. */
  async look(): Promise<void> {
    const store = entryStore(this.user);
    for (const card of this.cards) {
      const kept = await Promise.all(card.ops.map((op) => store.get(op)));
      const refused = kept.find((each) => each?.state === "rejected");
      if (refused) {
        this.cards.delete(card);
        card.leave();
        const form = formOf(refused);
        if (form) this.refuse(refused, form);
      } else if (kept.every((each) => each === undefined)) {
        this.cards.delete(card);
        card.arrived();
      }
    }
  }

  private overlay(group: readonly Kept[]): void {
    const refused = group.filter(({ state }) => state === "rejected");
    const waiting = group.filter(({ state }) => state !== "rejected");
    const last = waiting.at(-1);
    // A deletion ends what was said before it.
    const since = waiting.slice(1 + waiting.findLastIndex(({ kind }) => kind.endsWith("_deleted")));
    for (const entry of since) {
      const form = formOf(entry);
      if (form) {
        fill(form, entry.kind, entry.data);
        rememberIn(form, entry);
      }
    }
    if (last) {
      const form = formOf(last);
      const fold = form?.querySelector("details");
      // Whoever asked for more goes on in the form, with what was said so far in it.
      if (fold && location.hash === MORE) fold.open = true;
      else if (form || recordOf(last.kind, last.entity)) this.cover(since.length ? since : [last], form);
    }
    for (const entry of refused) {
      const form = formOf(entry);
      if (form) this.refuse(entry, form);
    }
  }

  private cover(entries: readonly Kept[], form: HTMLFormElement | null): SavedState {
    const last = entries.at(-1) as Kept;
    const record = recordOf(last.kind, last.entity);
    const covered = record && record !== form ? [record] : [];
    const change = record?.querySelector<HTMLAnchorElement>("a.button")?.href ?? null;
    const card = showSaved({ entries, form, covered, change, undo: () => this.undo(card) });
    this.cards.add(card);
    return card;
  }

  private async undo(card: SavedState): Promise<void> {
    this.cards.delete(card);
    await entryStore(this.user).remove(...card.ops);
  }

  /** Show the reason in the form, with what was typed. */
  private refuse(entry: Kept, form: HTMLFormElement): void {
    fill(form, entry.kind, entry.data);
    forgetIn(form);
    this.forgetRefusal(form);
    this.refused.set(form, [entry.op]);
    const said = document.createElement("div");
    said.className = "notice notice-stop";
    said.dataset["refused"] = "";
    said.setAttribute("role", "alert");
    const words = document.createElement("p");
    const away = document.createElement("a");
    words.textContent = `This was not saved yet. ${entry.words ?? ""} It is still here: please change it and save it again. `;
    away.href = "/settings/offline";
    away.textContent = "Or drop it";
    words.append(away);
    said.append(words);
    form.prepend(said);
    const fold = form.closest("details");
    if (fold) fold.open = true;
  }

  private forgetRefusal(form: HTMLFormElement): void {
    form.querySelector("[data-refused]")?.remove();
    this.refused.delete(form);
  }
}

/** Two kinds are about one thing where one takes the other back. */
function placeOf(kind: Kind): string {
  return kind.replace(/_(deleted|said)$/, "");
}

function formOf({ kind, entity, data }: Kept): HTMLFormElement | null {
  const about = kind === "message" ? String(data["link"]) : entity;
  return document.querySelector(`form[data-outbox="${kind}"][data-entity="${CSS.escape(about)}"]`);
}

/** What a page shows about a day or a session: the form itself, or what was answered before. */
function recordOf(kind: Kind, entity: string): HTMLElement | null {
  const found = document.querySelector<HTMLElement>(RECORDS[kind] ?? "nothing");
  return found?.dataset["entity"] === entity ? found : null;
}
