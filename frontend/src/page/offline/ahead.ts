// The coming days, kept for days without a network: the day that it really is comes first, those that are over go.
import { dayIn } from "../../offline/page_choice.ts";

const root = document.querySelector<HTMLElement>('[data-component="ahead"]');
if (root) show(root, dayIn(root.dataset["timeZone"] ?? "UTC", Date.now()));

function show(page: HTMLElement, today: string): void {
  const sections = [...page.querySelectorAll<HTMLElement>("section[data-day]")];
  const tag = page.querySelector<HTMLElement>('[data-ahead="today"]');
  // The worker shows this page for Today where it has no newer one: then it is about this one day.
  const isToday = location.pathname === "/today";
  for (const section of sections) {
    const { day = "" } = section.dataset;
    section.hidden = day < today || (isToday && day !== today);
    const checkIn = section.querySelector<HTMLElement>('[data-ahead="check-in"]');
    if (checkIn) checkIn.hidden = day > today;
  }
  const present = sections.find(({ dataset }) => dataset["day"] === today);
  const beyond = page.querySelector<HTMLElement>('[data-ahead="beyond"]');
  if (beyond) beyond.hidden = present !== undefined;
  if (tag) {
    if (present) present.querySelector("h2")?.append(" ", tag);
    else tag.remove();
  }
  if (!isToday) return;
  const heading = page.querySelector("h1");
  if (heading) heading.textContent = "Today";
  document.title = "Today · Good Days";
  const onward = page.querySelector<HTMLAnchorElement>('[data-ahead="to-today"]');
  if (onward) {
    onward.href = "/today/ahead";
    onward.textContent = "The coming days";
  }
}
