// The script of the page that opens an invitation: a link or a QR picture leads here with the token behind the #, which
// no server and no log sees. It goes on in the body of a form, and out of the address and the history.
import { invitationToken } from "./invitation_token.ts";

const form = document.querySelector<HTMLFormElement>('[data-component="invitation"]');
const field = form?.querySelector<HTMLInputElement>("[name=token]");

function open(): void {
  const token = invitationToken(location.hash);
  if (!form || !field || !token) return;
  history.replaceState(null, "", location.pathname);
  field.value = token;
  document.querySelector("[data-reading]")?.removeAttribute("hidden");
  form.requestSubmit();
}

// Another link that is opened in this tab changes only what is behind the #.
addEventListener("hashchange", open);
open();
