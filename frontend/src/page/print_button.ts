// "Print this page": asks the browser to print once the drawing is there.

/** How long somebody waits for a drawing before the page is printed without it. */
const PATIENCE_MS = 4000;

function drawings(): HTMLImageElement[] {
  return [...document.querySelectorAll<HTMLImageElement>(".figure-print")];
}

/** Ask for the drawings now: no screen shows them, so that the browser has not. */
function hurry(): void {
  for (const each of drawings()) each.loading = "eager";
}

export function startPrintButton(button: HTMLElement): void {
  button.removeAttribute("disabled");
  addEventListener("beforeprint", hurry);
  button.addEventListener("click", () => {
    hurry();
    const there = Promise.allSettled(drawings().map((each) => each.decode()));
    const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
    void Promise.race([there, patience]).then(() => print());
  });
}
