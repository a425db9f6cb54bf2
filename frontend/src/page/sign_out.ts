// What a session left on this phone belongs to whoever signs out, and must not stay for the next person.

/** Everything that is kept under this beginning is somebody's own. */
const PERSONAL = "good-days.session.";

/** Clear the person's own data from the phone when the sign-out form is sent. */
export function startSignOut(element: HTMLElement): void {
  element.addEventListener("submit", () => {
    clearPersonal(() => localStorage);
  });
}

/** Remove every personal entry; a phone that refuses storage has none. */
export function clearPersonal(open: () => Storage): void {
  try {
    const store = open();
    for (const key of Object.keys(store)) {
      if (key.startsWith(PERSONAL)) store.removeItem(key);
    }
  } catch {
    // Storage is switched off: there is nothing to clear.
  }
}
