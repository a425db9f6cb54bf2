// Whose account is being deleted, from the form to the page that says that it is done: by then nobody is signed in.
const KEY = "good-days.deleting";

/** Note at each sending of the form in `element` whose it is (`data-user`). */
export function startDeleting(element: HTMLElement): void {
  element.addEventListener("submit", () => {
    try {
      sessionStorage.setItem(KEY, element.dataset["user"] ?? "");
    } catch {
      // Storage is switched off: nothing was kept.
    }
  });
}

/** Return the public id of whose account was deleted just now in this tab, once; "" if none was. */
export function takeDeleted(): string {
  try {
    const user = sessionStorage.getItem(KEY) ?? "";
    sessionStorage.removeItem(KEY);
    return user;
  } catch {
    return "";
  }
}
