// The script of the page that takes a code from another device: a QR picture leads here with the code behind the #.
import { carriedCode } from "./carried_code.ts";

const field = document.querySelector<HTMLInputElement>('[data-component="carry-code"]');
const code = carriedCode(location.hash);
if (field && code) {
  field.value = code;
  // Not in the history, where the next person would find it.
  history.replaceState(null, "", location.pathname);
  field.focus();
}
