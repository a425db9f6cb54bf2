// Puts what an entry says back into its form.
import type { Kind, Value } from "../../outbox/entry.ts";
import { controlsOf } from "./form_words.ts";

type Data = Readonly<Record<string, Value>>;

/** Fill `form` with what an entry of its kind says; what the form does not ask is passed over. */
export function fill(form: HTMLFormElement, kind: Kind, data: Data): void {
  for (const [name, values] of valuesOf(kind, data)) {
    for (const control of controlsOf(form, name)) {
      if (control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox")) {
        control.checked = values.includes(control.value);
      } else control.value = values[0] ?? "";
    }
  }
  // What is folded away is looked at again when something in it was answered.
  for (const fold of form.querySelectorAll("details")) {
    const answered = [...fold.querySelectorAll<HTMLTextAreaElement>("textarea, select, input")].some((each) => isAnswered(each));
    if (answered) fold.open = true;
  }
}

/** Name of a control -> its values. Pure. */
export function valuesOf(kind: Kind, data: Data): Map<string, string[]> {
  const { movements, stances, ...flat } = kind === "check_in" ? objectOf(data["answers"]) : data;
  const found = new Map(Object.entries(flat).map(([name, value]) => [name, textsOf(value)] as const));
  for (const [position, state] of Object.entries(objectOf(movements))) found.set(`movement_${position}`, textsOf(state));
  for (const [position, held] of Object.entries(objectOf(stances))) {
    const { held_s = null, support = null } = objectOf(held);
    found.set(`held_${position}`, textsOf(held_s)).set(`support_${position}`, textsOf(support));
  }
  if (data["felt_in"] === null) found.set("felt_in", ["not-sure"]);
  return found;
}

function textsOf(value: Value): string[] {
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(textsOf);
  if (typeof value === "boolean") return [value ? "yes" : "no"];
  return [value === null ? "" : String(value)];
}

function objectOf(value: Value | undefined): Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, Value>) : {};
}

function isAnswered(control: HTMLElement): boolean {
  if (control instanceof HTMLInputElement && (control.type === "radio" || control.type === "checkbox")) return control.checked && control.value !== "";
  return (control as HTMLTextAreaElement).value !== "" && (control as HTMLInputElement).type !== "hidden";
}
