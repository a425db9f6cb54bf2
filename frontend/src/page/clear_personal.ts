// What a session left in the browser's own storage belongs to one person, and must not stay for the next.

/** What is somebody's own begins like this and names their public id: see player/storage.ts and player/safety_note.ts. */
const PERSONAL = "good-days.session.";

/** Remove what is kept of `user`; a phone that refuses storage has none. */
export function clearPersonal(user: string, open: () => Storage): void {
  try {
    const store = open();
    for (const key of Object.keys(store)) {
      if (key.startsWith(PERSONAL) && key.split(".").includes(user)) store.removeItem(key);
    }
  } catch {
    // Storage is switched off: there is nothing to clear.
  }
}
