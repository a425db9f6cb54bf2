// A personal page that the browser kept in memory must not come back after sign-out, nor show old answers.

/** Reload a page marked `data-private` when the browser brings it back from its back-forward cache. */
export function reloadPrivatePages(page: Window): void {
  page.addEventListener("pageshow", (event) => {
    if (event.persisted && page.document.querySelector("[data-private]")) page.location.reload();
  });
}
