// htmx comes after the first paint, or with the first thing that somebody sends: it is most of what a page's scripts weigh.

/** What of a page is needed. */
type Sending = Pick<Document, "addEventListener" | "removeEventListener">;

/** Before anybody else hears of it. */
const CAPTURED = { capture: true };

/**
 * Load htmx once `when` says so, or as soon as a form of its is sent. What is sent or typed before waits for it; if it
 * cannot be had, forms are sent as they would be without a script.
 *
 * @param load Gets htmx; may reject.
 */
export function loadHtmxLater(page: Sending, when: (act: () => void) => void, load: () => Promise<unknown>): void {
  let again: (() => void) | null = null;
  let begun = false;

  function begin(): void {
    if (begun) return;
    begun = true;
    // htmx looks at the page in a task of its own.
    void load().catch(() => undefined).then(() => setTimeout(end));
  }

  function end(): void {
    page.removeEventListener("submit", send, CAPTURED);
    page.removeEventListener("input", type, CAPTURED);
    again?.();
  }

  function send(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-hx-post], [data-hx-get]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    again = () => form.requestSubmit(submitter);
    begin();
  }

  function type(event: Event): void {
    const field = event.target as HTMLElement;
    if (!field.closest("[data-hx-get]")) return;
    again ??= () => field.dispatchEvent(new Event("input", { bubbles: true }));
    begin();
  }

  page.addEventListener("submit", send, CAPTURED);
  page.addEventListener("input", type, CAPTURED);
  when(begin);
}
