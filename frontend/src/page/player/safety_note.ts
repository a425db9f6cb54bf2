/** What this phone itself noted for a day, for as long as no server answers: it outlives the entry that was sent. */

import type { Store } from "./storage.ts";

interface Note {
  readonly day: string;
  /** Sessions that were more than they should have been, by their ids. */
  readonly held: readonly string[];
  readonly ticked: boolean;
}

/** Goes with all else that is somebody's own (page/sign_out.ts), and is no session (page/kept_sessions.ts). */
const BEGINNING = "good-days.session.safety.";

/** One person's note. Only that of the day that is asked for counts. */
export class SafetyNote {
  private readonly key: string;

  constructor(
    private readonly store: Store | null,
    user: string,
  ) {
    this.key = BEGINNING + user;
  }

  of(day: string): Note {
    const nothing = { day, held: [], ticked: false };
    try {
      const note = JSON.parse(this.store?.getItem(this.key) ?? "null") as Partial<Note> | null;
      if (note?.day !== day) return nothing;
      return { day, held: Array.isArray(note.held) ? note.held : [], ticked: note.ticked === true };
    } catch {
      return nothing;
    }
  }

  /** The session `logId` was too much, or after all was not. */
  hold(day: string, logId: string, tooMuch: boolean): void {
    const note = this.of(day);
    const others = note.held.filter((each) => each !== logId);
    this.write({ ...note, held: tooMuch ? [...others, logId] : others });
  }

  /** Something was ticked; its questions wait. */
  tick(day: string): void {
    this.write({ ...this.of(day), ticked: true });
  }

  /** The server answered that all is well. */
  clear(): void {
    try {
      this.store?.removeItem(this.key);
    } catch {
      // Nothing was noted then.
    }
  }

  private write(note: Note): void {
    try {
      this.store?.setItem(this.key, JSON.stringify(note));
    } catch {
      // The entry in the outbox says the same, until it is sent.
    }
  }
}
