// Fills a hidden field with the browser's time zone.

/** Put the IANA name of the browser's zone, such as "Europe/London", into an empty input. */
export function startTimeZone(element: HTMLElement): void {
  if (!(element instanceof HTMLInputElement) || element.value) return;
  element.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
