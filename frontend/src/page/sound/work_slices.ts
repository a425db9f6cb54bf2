/** Long work in short slices: between them the page answers taps. */

/** In ms. On a phone four times slower than the one that keeps to it nobody notices either: 50 is noticed. */
const SLICE_MS = 10;

/**
 * Settles as soon as everything else that waits has had its turn.
 *
 * Timers would wait longer, most of all in a hidden page; `scheduler.yield` would keep timers waiting.
 */
export function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

export class WorkSlices {
  private since: number;

  constructor(
    private readonly rest: () => Promise<void> = turnOfOthers,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.since = now();
  }

  /** Whether it is time to rest. */
  get over(): boolean {
    return this.now() - this.since >= SLICE_MS;
  }

  /** Let others have their turn. */
  async others(): Promise<void> {
    await this.rest();
    this.since = this.now();
  }
}
