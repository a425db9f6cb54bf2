// What a form was opened with: after an entry it knows what it said, after a refusal that it said nothing.
import type { Kept } from "../../outbox/entry.ts";
import { shownAfter, withOperation } from "./entries_of_forms.ts";

/** Opened again, the form knows what it said: only what is other than that is another entry. */
export function rememberIn(form: HTMLFormElement, entry: Kept): void {
  const shown = form.querySelector<HTMLInputElement>('[name="shown"]');
  if (shown) {
    shown.dataset["before"] ??= shown.value;
    shown.value = shownAfter(entry.kind, shown.value, entry.data);
  }
  for (const text of Object.keys(entry.base ?? {})) {
    const base = form.querySelector<HTMLInputElement>(`[name="${text}_base"]`);
    if (base) base.value = withOperation(base.value, entry.op);
  }
}

/** What it said was refused: all of it is another entry again. */
export function forgetIn(form: HTMLFormElement): void {
  const shown = form.querySelector<HTMLInputElement>('[name="shown"]');
  if (shown) shown.value = shown.dataset["before"] ?? shown.value;
}
