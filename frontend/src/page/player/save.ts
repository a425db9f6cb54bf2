/** Sends the result; resolves to where to go next, or to why it is not saved. */

import type { Result } from "./storage.ts";

export type Saved =
  | { readonly ok: true; readonly url: string }
  /** `final`: the server answered and will not take it, so trying by ourselves is no use. */
  | { readonly ok: false; readonly final: boolean };

export type Send = (url: string, init: RequestInit) => Promise<Response>;

const TIME_OUT_MS = 15_000;

const NOT_SAVED = "Not saved yet.";
const REFUSED = "Not saved yet: the server did not take it. You may have been signed out.";
const HERE = "It is kept on this phone.";
const NOWHERE = "This browser keeps nothing, so please leave this page open.";

/**
 * What somebody is told about a result that is not saved.
 *
 * @param here Whether the phone keeps it.
 */
export function failureWords({ final }: { readonly final: boolean }, here: boolean): string {
  return `${final ? REFUSED : NOT_SAVED} ${here ? HERE : NOWHERE}`;
}

/**
 * The form fields of a result.
 *
 * @param sentAt The phone's own now, in ms: the server sees by it how wrong the clock is.
 */
export function fields(result: Result, sentAt: number): URLSearchParams {
  return new URLSearchParams({
    log_id: result.log_id,
    variant: result.variant,
    started_at: result.started_at,
    finished_at: result.finished_at,
    sent_at: new Date(sentAt).toISOString(),
    pain_before: result.pain_before === null ? "" : String(result.pain_before),
    stop: result.stop ?? "",
    led_by: result.led_by ?? "",
    unrecorded_lines: String(result.unrecorded_lines ?? ""),
    results: JSON.stringify(result.results),
  });
}

/**
 * Whether the answer is that of a stored session.
 *
 * A signed-out phone is led to the sign-in page with status 200: that is not a yes, and what is
 * kept on the phone must stay. Pages about a session are /sessions/... or /progress/sessions/...
 */
export function isAccepted(response: Pick<Response, "ok" | "url">): boolean {
  return response.ok && /^\/(progress\/)?sessions\/./.test(new URL(response.url).pathname);
}

/** Post `result` once. Idempotent on its log_id, so that a repeat after a lost answer is harmless. */
export async function post(url: string, result: Result, send: Send, now: () => number = Date.now): Promise<Saved> {
  try {
    const response = await send(url, {
      method: "POST",
      body: fields(result, now()),
      credentials: "same-origin",
      redirect: "follow",
      signal: AbortSignal.timeout(TIME_OUT_MS),
    });
    if (isAccepted(response)) return { ok: true, url: response.url };
    return { ok: false, final: response.status < 500 };
  } catch {
    return { ok: false, final: false };
  }
}

/** Post `result`, again after each of `waitsMs` while the network or the server fails. */
export async function postWithRetry(
  url: string,
  result: Result,
  send: Send,
  wait: (ms: number) => Promise<void>,
  now: () => number = Date.now,
  waitsMs: readonly number[] = [1_000, 4_000],
): Promise<Saved> {
  let saved = await post(url, result, send, now);
  for (const ms of waitsMs) {
    if (saved.ok || saved.final) break;
    await wait(ms);
    saved = await post(url, result, send, now);
  }
  return saved;
}
