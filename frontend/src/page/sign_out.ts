// What a session left on this phone belongs to whoever signs out, and must not stay for the next person.

/** Everything that is kept under these beginnings is somebody's own. */
const PERSONAL = ["good-days.session."];

/** Clear the person's own data from `store` when the sign-out form is sent. */
export function startSignOut(element: HTMLElement, store: Storage = localStorage): void {
  element.addEventListener("submit", () => clearPersonal(store));
}

/** Remove every personal entry; a phone that refuses storage has none. */
export function clearPersonal(store: Storage): void {
  try {
    for (const key of Object.keys(store)) {
      if (PERSONAL.some((beginning) => key.startsWith(beginning))) store.removeItem(key);
    }
  } catch {
    // Storage is switched off: there is nothing to clear.
  }
}
