// The number at the app's icon says that something waits. Whoever looks at what waits needs it no more.

/** What this needs of a page; the badge is there in installed apps of some browsers. */
export interface BadgePage {
  document: Pick<Document, "visibilityState" | "addEventListener">;
  navigator: { clearAppBadge?: () => Promise<void> };
  location: { pathname: string };
}

const WHERE_IT_WAITS = /^\/(today$|reminders\/answer\/)/;

/** Clear the number on Today and on the page of a reminder, now and whenever it is looked at again. */
export function clearBadge(page: BadgePage): void {
  if (!page.navigator.clearAppBadge || !WHERE_IT_WAITS.test(page.location.pathname)) return;
  const clear = (): void => {
    // Only a help, and refused where the app is not installed.
    if (page.document.visibilityState === "visible") page.navigator.clearAppBadge?.().catch(() => undefined);
  };
  page.document.addEventListener("visibilitychange", clear);
  clear();
}
