// What is shown when somebody signed out and the server could not be told.
import { button } from "../button.ts";
import { finishLeaving } from "../../offline/pending_sign_out.ts";

const LOOK_EVERY_MS = 15_000;
const TITLE = "You are signed out on this device";

/**
 * Put it in the place of the page: nothing of the person stays on the screen.
 *
 * @param deletes Whether the sign-out deletes the person's records, as nobody could open them again.
 */
export function showSignedOut(deletes: boolean): void {
  document.title = `${TITLE} · Good Days`;
  delete document.documentElement.dataset["private"];
  for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
  document.body.className = "";
  const heading = document.createElement("h1");
  heading.textContent = TITLE;
  const gone = paragraph("Everything of yours is removed from this device, and none of your pages opens on it any more.");
  gone.className = "lead";
  const wait = paragraph(
    "There is no network, so the server does not know yet. It is told as soon as Good Days is open here with a network, before anything else is shown. Until then this browser still holds the sign-in, but shows none of your pages.",
  );
  const elsewhere = paragraph(
    deletes
      ? "Your records on the server are deleted at that moment, and not before. So please open Good Days here once more with a network."
      : "If you give this device away before that: you can also end its sign-in from another device, under You and then Devices.",
  );
  const said = paragraph("");
  said.setAttribute("role", "status");
  const main = document.createElement("main");
  main.id = "main";
  main.className = "page stack";
  main.tabIndex = -1;
  const again = button("Try again", "button", () => void finish(true));
  main.append(heading, gone, wait, elsewhere, again, said);
  document.body.replaceChildren(main);
  main.focus();

  async function finish(asked: boolean): Promise<void> {
    if (asked) said.textContent = "Trying …";
    if (await finishLeaving()) location.replace("/");
    else if (asked) said.textContent = "There is still no answer from the server.";
  }
  window.addEventListener("online", () => void finish(false));
  setInterval(() => {
    if (document.visibilityState === "visible") void finish(false);
  }, LOOK_EVERY_MS);
}

function paragraph(text: string): HTMLParagraphElement {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}
