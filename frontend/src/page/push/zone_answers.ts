// Where somebody said that their reminders stay as they are: asked once for each place.

const KEY = "good-days.zone-answers";

interface Answers {
  readonly user: string;
  /** The account's zone when they answered: moved, everything is asked anew. */
  readonly account: string;
  readonly zones: readonly string[];
}

function read(open: () => Storage): Answers | null {
  try {
    const found: unknown = JSON.parse(open().getItem(KEY) ?? "null");
    return typeof found === "object" && found !== null && "zones" in found && Array.isArray(found.zones) ? (found as Answers) : null;
  } catch {
    return null;
  }
}

/** Whether `user`, whose account is in `account`, was asked about `zone` before. */
export function wasAsked(user: string, account: string, zone: string, open: () => Storage = () => localStorage): boolean {
  const found = read(open);
  return found?.user === user && found.account === account && found.zones.includes(zone);
}

/** Remember that they were asked. */
export function noteAsked(user: string, account: string, zone: string, open: () => Storage = () => localStorage): void {
  const found = read(open);
  const zones = found?.user === user && found.account === account ? found.zones : [];
  try {
    open().setItem(KEY, JSON.stringify({ user, account, zones: [...new Set([...zones, zone])] }));
  } catch {
    // Storage is switched off: it is asked again.
  }
}

/** Forget all of it. */
export function forgetZoneAnswers(open: () => Storage = () => localStorage): void {
  try {
    open().removeItem(KEY);
  } catch {
    // Storage is switched off.
  }
}
