// Leaving this phone: signing out, what a deleted account leaves, and entries that wait for whoever signs in. Loaded when needed.
import { noteLeaving, tellServer } from "../../offline/pending_sign_out.ts";
import { takeDeleted } from "../deleting.ts";
import { mayLeave } from "./ask.ts";
import { showSignedOut } from "./signed_out_here.ts";
import { tellOtherTabs, wipePerson } from "./wipe_person.ts";

export { tellWaiting } from "./waiting_here.ts";

/**
 * Sign `user` out: ask about what is unsent, wipe this phone, tell the server.
 *
 * @param deletes Whether that deletes the person's records, for want of an account.
 * @returns false if the person stays; else the page is left.
 */
export async function signOut(user: string, deletes: boolean): Promise<boolean> {
  if (!(await mayLeave(user))) return false;
  // First: were the page killed after it, the next one finds that the person has left.
  await noteLeaving(user).catch(() => undefined);
  await wipePerson(user);
  const told = await tellServer(user);
  // What another tab fetched meanwhile goes, too.
  await wipePerson(user);
  tellOtherTabs();
  if (told === null) showSignedOut(deletes);
  else location.replace(told || "/");
  return true;
}

/** Everything was deleted on the server: it goes from this phone, too. */
export async function forgetDeleted(): Promise<void> {
  const user = takeDeleted();
  // Whoever comes to the page by its address alone is signed in as ever.
  if (user === "" || document.body.dataset["user"]) return;
  await wipePerson(user);
  await forgetAnswers();
  tellOtherTabs();
}

/** Answers to reminders that the worker has not sent yet: see worker/store.ts. Nobody else's are lost but those of two days. */
async function forgetAnswers(): Promise<void> {
  await new Promise((done) => {
    const deleting = indexedDB.deleteDatabase("good-days-worker");
    deleting.onsuccess = deleting.onerror = deleting.onblocked = done;
  });
}
