// Makes and shows passkeys: asks our server for a challenge, the browser for the answer, and sends it as a form.
import { createAnswer, creationOptions, requestAnswer, requestOptions } from "./passkey_json.ts";
import type { CreationJson, RequestJson } from "./passkey_json.ts";
import { passkeyFailure } from "./passkey_failure.ts";
import { REQUEST_TIMEOUT_MS } from "./time_limits.ts";

const TICK_FIRST = "Please tick above that what was recorded here may be deleted, or choose “Keep my progress” instead.";

/** The server answered with something else than a challenge: too many tries, or the session is over. */
class Refused extends Error {
  constructor(readonly status: number) {
    super("refused");
    this.name = "Refused";
  }
}

function startPasskey(form: HTMLFormElement): void {
  const host = form.dataset["host"] ?? "";
  if (!("PublicKeyCredential" in window) || location.hostname !== host) return;
  form.hidden = false;
  for (const element of document.querySelectorAll<HTMLElement>("[data-without-passkeys]")) element.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(form);
  });
}

async function ask(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  const slot = form.querySelector<HTMLElement>("[data-error]");
  if (!button || button.disabled) return;
  if (slot) slot.hidden = true;
  if (!takesTickOver(form, slot)) return;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    field(form, "credential").value = JSON.stringify(await answer(form));
    HTMLFormElement.prototype.submit.call(form);
    setTimeout(() => free(button), REQUEST_TIMEOUT_MS);
  } catch (error) {
    free(button);
    if (error instanceof Refused && error.status === 401) return location.reload();
    if (!slot) return;
    slot.textContent = passkeyFailure(error instanceof Error ? error.name : "", error instanceof Refused ? error.status : 0);
    slot.hidden = false;
    button.focus();
  }
}

/** Take the page's own tick into `form`, where it stands once for all ways to sign in; else ask for it. */
function takesTickOver(form: HTMLFormElement, slot: HTMLElement | null): boolean {
  const taken = form.querySelector<HTMLInputElement>('input[type="hidden"][name="leave"]');
  const tick = document.querySelector<HTMLInputElement>('input[type="checkbox"][name="leave"]');
  if (!taken || !tick) return true;
  taken.value = tick.checked ? tick.value : "";
  if (tick.checked) return true;
  if (slot) {
    slot.textContent = TICK_FIRST;
    slot.hidden = false;
  }
  tick.focus();
  return false;
}

async function answer(form: HTMLFormElement): Promise<object> {
  const begun = await fetch(form.dataset["begin"] ?? "", {
    method: "POST",
    body: new URLSearchParams(),
    redirect: "manual",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  // A redirect asks to sign in, or to confirm, once more: the page itself knows how.
  if (begun.type === "opaqueredirect") throw new Refused(401);
  if (!begun.ok) throw new Refused(begun.status);
  if (form.dataset["kind"] === "make") {
    const publicKey = creationOptions((await begun.json()) as CreationJson);
    return createAnswer((await navigator.credentials.create({ publicKey })) as PublicKeyCredential);
  }
  const publicKey = requestOptions((await begun.json()) as RequestJson);
  return requestAnswer((await navigator.credentials.get({ publicKey })) as PublicKeyCredential);
}

function field(form: HTMLFormElement, name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

function free(button: HTMLButtonElement): void {
  button.disabled = false;
  button.removeAttribute("aria-busy");
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-component="passkey"]')) startPasskey(form);
for (const button of document.querySelectorAll<HTMLElement>('[data-component="print"]')) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
