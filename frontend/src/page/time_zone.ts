// Sends the browser's time zone along with a form.

/** Give an empty hidden field the IANA name of the browser's zone, such as "Europe/London", as its form is sent. */
export function startTimeZone(element: HTMLElement): void {
  if (!(element instanceof HTMLInputElement)) return;
  // Not before: the first use of Intl holds the page up for 20 ms, 80 on a slow phone.
  element.form?.addEventListener("formdata", ({ formData }) => {
    if (!formData.get(element.name)) formData.set(element.name, Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  });
}
