// What a tap on a notification means, and which window it goes to. Pure.
import { addressIn, fieldsOf } from "./payload.ts";

/** What a button says to the server without opening anything. */
export type Answer = "good_day" | "not_today" | "later" | "skip" | "flare";

const ANSWERS: readonly string[] = ["good_day", "not_today", "later", "skip", "flare"] satisfies Answer[];

/** What is to be done after a tap. */
export type Meaning =
  | { does: "open"; url: string }
  /** `page` is where the same can be answered by hand. */
  | { does: "answer"; url: string; answer: Answer; page: string };

/** Return what a tap means. `data` may be from an older version, or from anybody; `action` is "" beside the buttons. */
export function meaningOf(data: unknown, action: string, origin: string): Meaning {
  const kept = fieldsOf(data);
  const page = addressIn(kept["navigate"], origin) ?? `${origin}/today`;
  const url = addressIn(kept["answer"], origin);
  if (isAnswer(action) && url !== null) return { does: "answer", url, answer: action, page };
  return { does: "open", url: addressIn(fieldsOf(kept["pages"])[action], origin) ?? page };
}

function isAnswer(action: string): action is Answer {
  return ANSWERS.includes(action);
}

/** The part of a WindowClient that decides. */
export interface WindowFacts {
  readonly url: string;
  readonly focused: boolean;
  readonly visibilityState: string;
}

/** What to do with the open windows. */
export interface Choice<Found> {
  /** Shows the page already, and must not be loaded again: only brought to the front. */
  focus: Found | undefined;
  /** May be led to the page, the likeliest first. */
  lead: Found[];
}

/** Choose among the windows of this Good Days, so that no guided session ends by a tap. */
export function choiceOf<Found extends WindowFacts>(windows: readonly Found[], address: string): Choice<Found> {
  const target = new URL(address);
  const rank = (each: Found): number => (each.focused ? 2 : 0) + (each.visibilityState === "visible" ? 1 : 0);
  const ours = windows.filter((each) => new URL(each.url).origin === target.origin).sort((one, other) => rank(other) - rank(one));
  return {
    focus: ours.find((each) => isSession(each) && new URL(each.url).pathname === target.pathname),
    lead: ours.filter((each) => !isSession(each)),
  };
}

function isSession(window: WindowFacts): boolean {
  return new URL(window.url).pathname.startsWith("/sessions/");
}
