// Asks the browser not to throw away what is kept here when space gets short.

/** Ask, where that puts no question to the person; Firefox asks them, so there only once the app is installed. */
export async function askToStay(): Promise<void> {
  const { storage } = navigator;
  const isInstalled = matchMedia("(display-mode: standalone)").matches;
  const decidesByItself = !navigator.userAgent.includes("Firefox/");
  if (!storage?.persist || !(isInstalled || decidesByItself)) return;
  if (!(await storage.persisted().catch(() => true))) await storage.persist().catch(() => false);
}
