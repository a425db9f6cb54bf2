// When a page sends what waits: at its start, with a network, when it is looked at, after each entry, and when a form's own time is over.
import { CHANGED, entryStore } from "./database.ts";
import { nextDue, Sender, type Ending } from "./sender.ts";
import { browserWorld } from "./world.ts";

/** What a page wants to know of the sending. */
export type Told = (ending: Ending) => void;

/** The sending of one page. */
export interface Sending {
  /** Try now, whatever was waited for. */
  now(): void;
}

/** A pause that can be cut short. */
class Pause {
  private end: (() => void) | null = null;

  wait(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.end = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  cut(): void {
    this.end?.();
    this.end = null;
  }
}

/** Send the entries of `user`, a public id, from this page on; `told` hears how each run ended. */
export function startSending(user: string, told: Told = () => undefined): Sending {
  const store = entryStore(user);
  const pause = new Pause();
  const sender = new Sender(browserWorld(user, (ms) => pause.wait(ms)));
  let running = false;
  let again = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(): Promise<void> {
    running = true;
    do {
      again = false;
      told(await sender.run());
    } while (again);
    running = false;
    await comeBack();
  }

  /** What a form still carries is looked after once its time is over. */
  async function comeBack(): Promise<void> {
    const due = nextDue(await store.all().catch(() => []), Date.now());
    clearTimeout(timer);
    if (due !== null) timer = setTimeout(now, due - Date.now() + 50);
  }

  function now(): void {
    if (!running) void run();
    else pause.cut();
  }

  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") now();
  });
  // Also what this page puts by itself.
  onChange(user, () => {
    again = true;
    now();
  });
  now();
  return { now };
}

/** Call `act` whenever an entry of `user` came, went or changed, here or in another tab. */
export function onChange(user: string, act: () => void): void {
  if (typeof BroadcastChannel === "undefined") return;
  new BroadcastChannel(CHANGED).addEventListener("message", (event) => {
    if (event.data === user) act();
  });
}
