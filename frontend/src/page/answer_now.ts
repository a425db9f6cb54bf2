// Sends the answer that was tapped on a notification as soon as its page is open: the browser opened it only for that.

/** Send `form` by its first button, once. */
export function startAnswerNow(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  const button = form.querySelector<HTMLButtonElement>("button");
  if (!button) return;
  // Whoever comes back to this page, having taken the answer back, must not send it again.
  const { pathname } = location;
  history.replaceState(history.state, "", pathname);
  form.requestSubmit(button);
}
