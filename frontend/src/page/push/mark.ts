// Whose reminders were turned on in this browser: only theirs repair themselves.

const KEY = "good-days.reminders";

/** Return the public id of the person who turned reminders on here, empty if nobody did. */
export function markedFor(open: () => Storage = () => localStorage): string {
  try {
    return open().getItem(KEY) ?? "";
  } catch {
    return ""; // Storage is switched off: nothing repairs itself.
  }
}

/** Note who turned reminders on here; nobody, if they are turned off. */
export function markFor(user: string, open: () => Storage = () => localStorage): void {
  try {
    if (user) open().setItem(KEY, user);
    else open().removeItem(KEY);
  } catch {
    // Storage is switched off.
  }
}
