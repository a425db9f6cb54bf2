// A page that came from this phone says so, and how old it is.

/** Say it at the top of a kept copy; the player has words of its own. */
export function sayThatItIsKept(page: Document): void {
  const at = Number(page.documentElement.dataset["kept"]);
  const main = page.querySelector("main");
  if (!at || main === null || page.querySelector('[data-component="player"]')) return;
  const line = page.createElement("p");
  line.className = "notice notice-plain kept-line";
  line.setAttribute("role", "status");
  const words = page.createElement("span");
  const again = page.createElement("a");
  again.href = "";
  again.textContent = "Load it again";
  words.append(`No network just now. This page is from ${when(at, Date.now())}. `, again);
  line.append(words);
  main.prepend(line);
}

/** Return when something came, in words: "9:40 today", "yesterday, 21:05", "Friday 20 November". */
export function when(at: number, now: number): string {
  const then = new Date(at);
  const days = Math.round((startOfDay(now) - startOfDay(at)) / (24 * 60 * 60 * 1000));
  const clock = then.toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit" });
  if (days === 0) return `${clock} today`;
  if (days === 1) return `yesterday, ${clock}`;
  return then.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
