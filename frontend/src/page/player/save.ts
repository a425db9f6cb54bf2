/** Sends the result; resolves to where to go next, or to why it is not saved. */

import type { Result } from "./storage.ts";

export type Saved =
  | { readonly ok: true; readonly url: string }
  /** `final`: the server answered and will not take it, so trying by ourselves is no use. */
  | { readonly ok: false; readonly final: boolean };

export type Send = (url: string, init: RequestInit) => Promise<Response>;

const TIME_OUT_MS = 15_000;

/** The form fields of a result. */
export function fields(result: Result): URLSearchParams {
  return new URLSearchParams({
    log_id: result.log_id,
    variant: result.variant,
    started_at: result.started_at,
    finished_at: result.finished_at,
    pain_before: result.pain_before === null ? "" : String(result.pain_before),
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
export async function post(url: string, result: Result, send: Send): Promise<Saved> {
  try {
    const response = await send(url, {
      method: "POST",
      body: fields(result),
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
  waitsMs: readonly number[] = [1_000, 4_000],
): Promise<Saved> {
  let saved = await post(url, result, send);
  for (const ms of waitsMs) {
    if (saved.ok || saved.final) break;
    await wait(ms);
    saved = await post(url, result, send);
  }
  return saved;
}
