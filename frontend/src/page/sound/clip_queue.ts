/** Has the clips of a session fetched shortly before they are needed. */

import type { Voice } from "./voice.ts";

const MOST_REQUESTS = 6;
/** So many clips are had before their time: enough to keep the requests busy, few enough to hold in memory. */
const AHEAD = 12;

type Clip = Promise<Int16Array | null>;

export class ClipQueue {
  /** How often each text is still needed. */
  private readonly uses = new Map<string, number>();
  /** Said once in the session: not worth remembering. */
  private readonly once: ReadonlySet<string>;
  /** Each text once, in the order in which it is first needed. */
  private readonly order: readonly string[];
  private asked = 0;
  private reached = 0;
  private running = 0;
  private readonly had = new Map<string, Clip>();
  private readonly waiting: (() => void)[] = [];

  /**
   * @param texts In the order in which they will be taken, each as often as it will be.
   * @param signal No more clips are asked for once it aborts.
   */
  constructor(
    private readonly voice: Pick<Voice, "clip" | "forget">,
    texts: readonly string[],
    private readonly signal: AbortSignal,
  ) {
    for (const text of texts) this.uses.set(text, (this.uses.get(text) ?? 0) + 1);
    this.once = new Set([...this.uses].filter(([, uses]) => uses === 1).map(([text]) => text));
    this.order = [...this.uses.keys()];
    this.askAhead();
  }

  /** The samples of the next line, which is `text`; null where there are none. */
  async take(text: string): Clip {
    this.reached = Math.max(this.reached, this.order.indexOf(text) + 1);
    this.askAhead();
    const clip = await this.had.get(text);
    const left = (this.uses.get(text) ?? 1) - 1;
    this.uses.set(text, left);
    if (left === 0) {
      this.had.delete(text);
      if (this.once.has(text)) this.voice.forget(text);
    }
    return clip ?? null;
  }

  private askAhead(): void {
    const until = Math.min(this.order.length, this.reached + AHEAD);
    for (; this.asked < until; this.asked += 1) {
      const text = this.order[this.asked];
      if (text !== undefined) this.had.set(text, this.ask(text));
    }
  }

  private async ask(text: string): Clip {
    if (this.running >= MOST_REQUESTS) await new Promise<void>((go) => this.waiting.push(go));
    else this.running += 1;
    try {
      return this.signal.aborted ? null : await this.voice.clip(text);
    } finally {
      // The place is handed on, or given up.
      const go = this.waiting.shift();
      if (go === undefined) this.running -= 1;
      else go();
    }
  }
}
