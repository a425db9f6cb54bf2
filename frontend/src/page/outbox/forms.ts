// Forms that can be used with no network: what is sent is kept on the phone first (`data-outbox` names the kind of entry).
import { entryStore } from "../../outbox/database.ts";
import { HELD_MS, SCHEMA, type Kept, type Kind } from "../../outbox/entry.ts";
import { uuid7 } from "../../outbox/uuid7.ts";
import { showFailure } from "../form_progress.ts";
import { carry } from "./carrying.ts";
import { saidIn, type Said } from "./entries_of_forms.ts";
import { rememberIn } from "./form_memory.ts";
import { namesIn, wordsIn } from "./form_words.ts";
import type { LazyPage } from "./lazy_page.ts";
import { waitForNetwork } from "./wait_for_network.ts";

/** What of htmx's request is used here (https://four.htmx.org/events/#htmx-config-request). */
interface Context {
  sourceElement: Element;
  request: { body: FormData; headers: Record<string, string>; submitter?: Element | null; abort(): void };
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const SENDING = "Saved on this phone. Sending…";
const NOTHING = "Nothing is answered or changed here, so there is nothing to save.";

/** Keep what the forms of `page` send. */
export function startOutboxForms(page: LazyPage): void {
  document.addEventListener("htmx:config:request", (event) => {
    const context = (event as CustomEvent<{ ctx: Context }>).detail.ctx;
    const form = context.sourceElement;
    if (form instanceof HTMLFormElement && form.dataset["outbox"]) prepare(form, context, page);
  });
}

function prepare(form: HTMLFormElement, context: Context, page: LazyPage): void {
  const kind = form.dataset["outbox"] as Kind;
  const { body } = context.request;
  const said = saidIn(kind, textsOf(body), namesIn(form));
  if (said === null) {
    context.fetch = (url, init) =>
      fetch(url, init).catch(() => {
        showFailure(form, NOTHING);
        throw silently();
      });
    return;
  }
  const entry = entryOf(form, said, context.request.submitter ?? null);
  // The same identity by whichever way it arrives: what comes twice counts once.
  body.set("operation", entry.op);
  // In an old tab somebody else may be signed in by now: never stored as theirs.
  context.request.headers["X-Written-By"] = page.user;
  context.fetch = (url, init) => send(entry, form, context, page, () => fetch(url, init));
}

async function send(entry: Kept, form: HTMLFormElement, context: Context, page: LazyPage, request: () => Promise<Response>): Promise<Response> {
  const store = entryStore(page.user);
  const note = form.ownerDocument.createElement("p");
  note.className = "soft small";
  note.setAttribute("role", "status");
  form.append(note);
  const fate = await carry(entry, page.refusedAt(form), {
    store,
    send: request,
    abort: () => context.request.abort(),
    acknowledge: () => (note.textContent = SENDING),
    now: () => Date.now(),
    wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  }).finally(() => note.remove());
  if (fate.kind === "answered") return fate.response;
  rememberIn(form, entry);
  void waitForNetwork();
  await page.showKept(entry, form);
  throw silently();
}

function entryOf(form: HTMLFormElement, said: Said, pressed: Element | null): Kept {
  const { outbox, entity: about = "", title = "" } = form.dataset;
  const kind = outbox as Kind;
  const now = Date.now();
  // One tap is about today, also on a page that was left open overnight; the others name their day.
  const day = kind === "flare" ? localDay(now, document.body.dataset["timeZone"] ?? "UTC") : about;
  const op = uuid7(now);
  return {
    op,
    kind,
    // A message is one sending: the same form, also one that was kept with its page, may send another.
    entity: kind === "message" ? op : day,
    at: now,
    data: said.data,
    ...(said.base && { base: said.base }),
    schema: SCHEMA,
    state: "waiting",
    title,
    page: pageOf(kind, day),
    keptAt: now,
    heldUntil: now + HELD_MS,
    said: wordsIn(form, said.changed, pressed),
  };
}

/** The person's own day, as 2026-11-23. */
function localDay(now: number, timeZone: string): string {
  return new Date(now).toLocaleDateString("sv-SE", { timeZone });
}

/** Where an entry can be seen and mended; a message with whom it goes to as its entity. */
export function pageOf(kind: Kind, entity: string): string {
  if (kind === "check_in" || kind === "check_in_deleted") return `/check-in/${entity}`;
  if (kind === "message") return `/messages/${entity}`;
  return kind === "session_said" || kind === "session_deleted" ? `/progress/sessions/${entity}` : "/today";
}

/** What htmx passes over: it swaps nothing, and says nothing. */
function silently(): DOMException {
  return new DOMException("Kept on this phone.", "AbortError");
}

function textsOf(body: FormData): [string, string][] {
  return [...body].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as [string, string]] : []));
}
