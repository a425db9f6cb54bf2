// Says that a form is under way, and what to do when the network or the server failed. Nothing typed is lost.
import { failureText } from "./failure_text.ts";
import { REQUEST_TIMEOUT_MS } from "./time_limits.ts";

type Pressable = HTMLButtonElement | HTMLInputElement;

interface RequestContext {
  sourceElement: Element;
  request: { submitter?: unknown };
  response?: { status: number };
}

/** Forms that may go though the browser says that there is no network. */
const reached = new Set<HTMLFormElement>();
const busyButtons = new Map<object, { button: Pressable; hadFocus: boolean }>();

/** Listen to htmx's requests and to plain submits in `page`. */
export function startForms(page: Document): void {
  page.addEventListener("htmx:before:request", (event) => begin(event.detail.ctx as RequestContext));
  page.addEventListener("htmx:finally:request", (event) => {
    const context = event.detail.ctx as RequestContext;
    const hadFocus = end(context);
    placeFocus(context, hadFocus);
  });
  page.addEventListener("htmx:response:error", (event) => {
    const context = event.detail.ctx as RequestContext;
    const status = context.response?.status ?? 0;
    if (status >= 500) showFailure(context.sourceElement, failureText(status));
  });
  page.addEventListener("htmx:error", (event) => {
    // Errors without a request are faults in a page, not something to try again.
    const { ctx, error } = event.detail as { ctx?: RequestContext; error?: unknown };
    if (!ctx) return;
    // htmx gives up with the bare string "timeout" as the reason.
    const late = error === "timeout" || (error instanceof Error && error.name === "AbortError");
    showFailure(ctx.sourceElement, failureText(late ? "late" : "unreachable"));
  });
  page.addEventListener("submit", markPlainSubmit);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const key of [...busyButtons.keys()]) end(key);
  });
}

function begin(context: RequestContext): void {
  errorSlot(context.sourceElement, false)?.setAttribute("hidden", "");
  const button = pressedButton(context.sourceElement, context.request.submitter);
  if (!button) return;
  const hadFocus = button.ownerDocument.activeElement === button;
  busyButtons.set(context, { button, hadFocus });
  button.setAttribute("aria-busy", "true");
  button.disabled = true;
}

/** Free the button again. Returns whether it had the focus when it was pressed. */
function end(key: object): boolean {
  const busy = busyButtons.get(key);
  if (!busy) return false;
  busyButtons.delete(key);
  busy.button.removeAttribute("aria-busy");
  busy.button.disabled = false;
  if (busy.hadFocus && busy.button.isConnected && isFocusLost()) busy.button.focus();
  return busy.hadFocus;
}

/**
 * Put the focus on the first field with an error; else, where the answer took the pressed button away,
 * on the button in its place. The keyboard must not be sent back to the top of the page.
 */
function placeFocus(context: RequestContext, hadFocus: boolean): void {
  const answer = context.sourceElement; // htmx has put the new element here if the old one is gone
  if (context.response?.status === 422) {
    const invalid = '[aria-invalid="true"], :is(.field, fieldset):has(.error) :is(input, select, textarea):not([type=hidden])';
    answer.querySelector<HTMLElement>(invalid)?.focus();
  } else if (hadFocus && isFocusLost()) {
    answer.querySelector<HTMLElement>("button:not([type=button]), button, a[href]")?.focus();
  }
}

function isFocusLost(): boolean {
  return !document.activeElement || document.activeElement === document.body;
}

/** A plain form leaves the page by itself: mark the button only after the browser has read the form. */
function markPlainSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (waitsForNetwork(form, event)) return;
  setTimeout(() => {
    if (event.defaultPrevented) return;
    const button = pressedButton(form, event.submitter);
    if (!button || form.target) return;
    busyButtons.set(event, { button, hadFocus: false });
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
    setTimeout(() => end(event), REQUEST_TIMEOUT_MS);
  });
}

/** Leaving the page with no network would lose what was typed: it stays, and the form says why. */
function waitsForNetwork(form: HTMLFormElement, event: SubmitEvent): boolean {
  if (navigator.onLine || event.defaultPrevented || form.method !== "post" || reached.delete(form)) return false;
  event.preventDefault();
  // Browsers can be wrong about it: the server is asked.
  fetch("/healthz", { cache: "no-store" }).then(
    () => {
      reached.add(form);
      form.requestSubmit(event.submitter);
    },
    () => showFailure(form, failureText("unreachable")),
  );
  return true;
}

function pressedButton(source: Element, submitter: unknown): Pressable | null {
  if (isPressable(submitter)) return submitter;
  if (isPressable(source)) return source;
  return source instanceof HTMLFormElement ? source.querySelector<HTMLButtonElement>("button:not([type=button])") : null;
}

function isPressable(value: unknown): value is Pressable {
  return value instanceof HTMLButtonElement || (value instanceof HTMLInputElement && ["submit", "image"].includes(value.type));
}

/** Say in the form of `source` why it was not sent. */
export function showFailure(source: Element, text: string): void {
  const slot = errorSlot(source, true);
  if (!slot) return;
  slot.removeAttribute("hidden");
  slot.textContent = text;
}

function errorSlot(source: Element, make: boolean): Element | null {
  const scope = source.closest("form") ?? source.closest("section, main") ?? document.body;
  const found = scope.querySelector("[data-error]");
  if (found || !make) return found;
  const slot = document.createElement("p");
  slot.className = "form-error";
  slot.dataset["error"] = "";
  slot.setAttribute("role", "alert");
  scope.append(slot);
  return slot;
}
