// Travel: where the clocks differ from those that the reminders follow, it is asked once whether they come along.
import { offsetsAgree, placeOf, sameClocks, timeIn } from "./clocks.ts";
import { post, Refused } from "./subscription.ts";
import { noteAsked, wasAsked } from "./zone_answers.ts";
import { button } from "../button.ts";
import { REQUEST_TIMEOUT_MS } from "../time_limits.ts";

const BAR_ID = "zone-bar";
const URL_OF_ZONE = "/reminders/time-zone";

/**
 * Return the browser's zone if it is worth asking about, else an empty text.
 *
 * @param ahead What the page says of the account's clock; see `offsetsAgree`.
 */
export function zoneHereToAskAbout(user: string, account: string, ahead: string, now: number): string {
  return offsetsAgree(ahead, now) ? "" : zoneToAskAbout(user, account, now);
}

/** The same, by the clocks themselves. */
export function zoneToAskAbout(user: string, account: string, now: number, browserZone = zoneHere(), open: () => Storage = () => localStorage): string {
  if (!browserZone || !account || sameClocks(account, browserZone, now)) return "";
  return wasAsked(user, account, browserZone, open) ? "" : browserZone;
}

function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

/** Ask, in a bar; the answer is remembered. */
export function askAboutZone(user: string, account: string, zone: string): void {
  if (document.getElementById(BAR_ID) || document.getElementById("update-bar")) return;
  const now = Date.now();
  const bar = document.createElement("div");
  bar.id = BAR_ID;
  bar.className = "update-bar";
  bar.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = `Here it is ${timeIn(zone, now)}. Your reminders follow the clock of ${placeOf(account)}, where it is ${timeIn(account, now)}. Should they follow the clock here?`;
  const yes = button("Yes, move my reminders", "button");
  const no = button("No", "button button-quiet");
  no.addEventListener("click", () => {
    noteAsked(user, account, zone);
    bar.remove();
  });
  yes.addEventListener("click", () => void move());
  bar.append(text, yes, no);
  document.body.append(bar);

  async function move(): Promise<void> {
    yes.disabled = true;
    try {
      await post(URL_OF_ZONE, { time_zone: zone }, REQUEST_TIMEOUT_MS);
    } catch (error) {
      yes.disabled = false;
      text.textContent =
        error instanceof Refused && error.status < 500
          ? "This place could not be used. You can choose your time zone under You, About you."
          : "This did not go through. Please check the connection and try again.";
      return;
    }
    noteAsked(user, account, zone);
    document.body.dataset["timeZone"] = zone;
    delete document.body.dataset["minutesAhead"];
    if (location.pathname === "/reminders") return location.reload();
    text.textContent = `Done. Your reminders follow the clock of ${placeOf(zone)}.`;
    yes.remove();
    no.textContent = "Close";
  }
}
