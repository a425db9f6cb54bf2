// What was answered in a form, as the person reads it there: question and answer.

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
export type Line = readonly [question: string, answer: string];

const NO_ANSWER = "No answer";

/** The controls of a form with a name. */
export function controlsOf(form: HTMLFormElement, name: string): Control[] {
  return [...form.elements].filter((each): each is Control => {
    const isControl = each instanceof HTMLInputElement || each instanceof HTMLSelectElement || each instanceof HTMLTextAreaElement;
    return isControl && each.name === name;
  });
}

/** The names of all controls of a form. */
export function namesIn(form: HTMLFormElement): string[] {
  return [...form.elements].map((each) => (each as Partial<Control>).name ?? "");
}

/** Say what was answered to each of the questions `names`; to a pressed button with one of these names, too. */
export function wordsIn(form: HTMLFormElement, names: readonly string[], pressed: Element | null): Line[] {
  const lines: Line[] = [];
  for (const name of names) {
    const controls = controlsOf(form, name);
    const [first] = controls;
    if (first) lines.push([questionOf(first), answerIn(controls)]);
    else if (pressed instanceof HTMLButtonElement && pressed.name === name) {
      lines.push([textOf(form.querySelector(".ask-title")) || (form.dataset["title"] ?? ""), textOf(pressed)]);
    }
  }
  return lines;
}

function questionOf(control: Control): string {
  const own = control.getAttribute("aria-label");
  if (control instanceof HTMLSelectElement && own) return own;
  const legend = control.type === "radio" || control.type === "checkbox" ? control.closest("fieldset")?.querySelector("legend") : null;
  return textOf(legend ?? control.labels?.[0] ?? null);
}

function answerIn(controls: readonly Control[]): string {
  const said = controls.flatMap((control) => {
    if (control instanceof HTMLSelectElement) return control.value === "" ? [] : [textOf(control.selectedOptions[0] ?? null)];
    if (control.type !== "radio" && control.type !== "checkbox") return control.value.trim() || [];
    return (control as HTMLInputElement).checked && control.value !== "" ? [textOf(control.labels?.[0] ?? null)] : [];
  });
  return said.join(", ") || NO_ANSWER;
}

/** The text without what only screen readers or the eye needs beside it. */
function textOf(element: Element | null): string {
  if (!element) return "";
  const copy = element.cloneNode(true) as Element;
  for (const aside of copy.querySelectorAll(".visually-hidden, .hint, svg")) aside.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}
