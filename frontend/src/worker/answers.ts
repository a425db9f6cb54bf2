// Answers given with a notification's buttons, from the tap until the server has them. Pure.
// Each is written down before it is sent: whatever ends the worker, it is sent later, and the server takes it once.
import type { Answer } from "./click_meaning.ts";
import { fieldsOf, textIn } from "./payload.ts";

/** One answer as it is kept. */
export interface KeptAnswer {
  id: number;
  /** Where it is sent to; the address is the right to answer. */
  url: string;
  answer: Answer;
  /** When it was tapped, ISO 8601 in UTC. */
  at: string;
  /** Where the same can be answered by hand. */
  page: string;
  /** When it was kept, in milliseconds since 1970. */
  keptAt: number;
  /** Whether it may have reached the server already. */
  tried: boolean;
}

/** What came of sending one: stored, stored before, refused for good, or to be tried again. */
export type Outcome = { kind: "done" } | { kind: "refused"; words: string } | { kind: "later" };

/** Where answers are kept. */
export interface AnswerStore {
  add(answer: Omit<KeptAnswer, "id">): Promise<number>;
  /** All, the oldest first. */
  all(): Promise<KeptAnswer[]>;
  noteTry(id: number): Promise<void>;
  remove(id: number): Promise<void>;
}

/** What the queue needs of the world. */
export interface World {
  store: AnswerStore;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Tell the person that an answer was not taken. */
  tell(words: string, page: string): Promise<void>;
  now(): number;
}

/** As long as the server takes them: see LIFE in fstpwa/services/reminder_tokens.py. */
export const KEEP_MS = 48 * 60 * 60 * 1000;
const ANSWER_WITHIN_MS = 20_000;
const LONGEST_WORDS = 200;
const WORDS: Readonly<Record<number, string>> = {
  404: "This reminder is not there any more. Nothing was saved.",
  409: "This reminder is over already. Nothing was changed.",
  410: "This reminder is over. Nothing was saved.",
  422: "That could not be saved. Tap to answer on the page.",
};

/** Send what is kept, the oldest first. Returns how many are still to be sent. */
export async function sendKept(world: World): Promise<number> {
  let left = 0;
  const kept = await world.store.all();
  for (const [position, each] of kept.entries()) {
    if (world.now() - each.keptAt > KEEP_MS) {
      await world.store.remove(each.id);
      continue;
    }
    let outcome: Outcome;
    try {
      // What may have arrived must not look like a first try if the worker ends just now.
      if (!each.tried) await world.store.noteTry(each.id);
      outcome = await outcomeOf(await world.fetch(each.url, requestOf(each)), each.tried);
    } catch {
      // No network: none of the others would arrive either.
      return left + kept.length - position;
    }
    if (outcome.kind === "later") {
      left += 1;
      continue;
    }
    await world.store.remove(each.id);
    if (outcome.kind === "refused") await world.tell(outcome.words, each.page);
  }
  return left;
}

/** Return the request that carries an answer. */
export function requestOf({ answer, at }: Pick<KeptAnswer, "answer" | "at">): RequestInit {
  return {
    method: "POST",
    body: new URLSearchParams({ answer, at }),
    headers: { Accept: "application/json" },
    // The address is the right; whoever is signed in here by now may be somebody else.
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    keepalive: true,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  };
}

/** Read what the server says. `tried`: it may have heard this very answer before. */
export async function outcomeOf(response: Response, tried: boolean): Promise<Outcome> {
  const { status } = response;
  if (status === 409 && tried) return { kind: "done" };
  const words = WORDS[status];
  const said = await jsonOf(response);
  if (words !== undefined) return { kind: "refused", words: textIn(said?.["words"], LONGEST_WORDS) ?? words };
  // Only our own server says so in JSON: the page of a proxy or a hotel's network is no receipt.
  return { kind: response.ok && said !== null ? "done" : "later" };
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | null> {
  if (!(response.headers.get("Content-Type") ?? "").startsWith("application/json")) return null;
  try {
    return fieldsOf(await response.json());
  } catch {
    return null;
  }
}
