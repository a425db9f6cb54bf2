// The offline page stands at the address that was asked for: loading again is all it takes.

/** Load the asked-for page as soon as the browser has a network again. */
export function startOfflinePage(): void {
  window.addEventListener("online", () => location.reload(), { once: true });
}
