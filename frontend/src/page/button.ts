// A button that a script puts on the page.

/** Make one that sends no form; `onPress` is called at each press. */
export function button(label: string, className: string, onPress?: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = label;
  if (onPress) made.addEventListener("click", onPress);
  return made;
}
