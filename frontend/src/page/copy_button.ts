// "Copy the address": puts the text of a field into the clipboard, and says so.

/** Start a button with data-copies (the id of a field) and data-copied (what to say then). */
export function startCopyButton(button: HTMLElement): void {
  const field = document.getElementById(button.dataset["copies"] ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  field.addEventListener("focus", () => field.select());
  // Absent where the page came over plain http; the field can still be copied by hand.
  if (!("clipboard" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(field.value).then(
      () => say(field, button.dataset["copied"] ?? ""),
      () => field.focus(),
    );
  });
}

function say(field: HTMLElement, words: string): void {
  const place = document.getElementById(`${field.id}-copied`);
  if (place) place.textContent = words;
}
