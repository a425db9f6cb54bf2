// What the offline page offers of the kept pages, in the order in which it is wanted. Pure.
import type { KeptPage } from "../../offline/kept_pages.ts";

export interface Link {
  readonly key: string;
  readonly title: string;
}

export interface Group {
  readonly title: string;
  readonly links: readonly Link[];
  /** Whether it is many, and opens by a press. */
  readonly folded?: boolean;
}

/** Addresses and what they are called here; the titles of some say how somebody is greeted, or which day it was. */
const FIRST: readonly Link[] = [
  { key: "/today", title: "Today" },
  { key: "/check-in", title: "Check in" },
  { key: "/today/ahead", title: "The coming days" },
  { key: "/worry", title: "Something new or worrying" },
  { key: "/safety", title: "What holds for you" },
  { key: "/setback-card", title: "Your setback card" },
  { key: "/progress", title: "Progress" },
  { key: "/plan", title: "Your plan" },
  { key: "/messages", title: "Messages" },
  { key: "/settings/", title: "You" },
];

/** Return what there is, in groups that are not empty; `today` is the person's own day. */
export function groups(pages: readonly KeptPage[], today: string): Group[] {
  const keys = new Set(pages.map(({ key }) => key));
  // Made ahead, today's is there too; Today itself is then that of the coming days.
  const has = (key: string): boolean =>
    keys.has(key) || (key === "/today" && keys.has("/today/ahead")) || (key === "/check-in" && keys.has(`/check-in/${today}?on=${today}`));
  const sorted = (begins: RegExp, sort: (a: KeptPage, b: KeptPage) => number): KeptPage[] => pages.filter(({ key }) => begins.test(key)).sort(sort);
  const byTitle = (a: KeptPage, b: KeptPage): number => a.title.localeCompare(b.title, "en-GB");
  const byDay = (a: KeptPage, b: KeptPage): number => a.made.day.localeCompare(b.made.day) || byTitle(a, b);
  const found: Group[] = [
    { title: "First of all", links: FIRST.filter(({ key }) => has(key)) },
    {
      title: "Sessions",
      links: sorted(/^\/sessions\/[0-9a-f-]{36}(?:\?on=.*)?$/, byDay)
        .filter(({ made }) => made.day >= today)
        .map(({ key, title, made }) => ({ key: key.split("?", 1)[0] ?? key, title: `${title}, ${inWords(made.day, today)}` })),
    },
    {
      title: "Days",
      links: sorted(/^\/check-in\/[\d-]+$/, (a, b) => b.key.localeCompare(a.key)).map(({ key }) => ({ key, title: inWords(key.slice(-10), today) })),
      folded: true,
    },
    { title: "Programmes", links: sorted(/^\/programmes(?:\/[a-z0-9-]+)?$/, byTitle), folded: true },
    { title: "Movements", links: sorted(/^\/movements(?:\/[a-z0-9-]+)?$/, byTitle), folded: true },
  ];
  return found.filter(({ links }) => links.length > 0);
}

/** Return a day in words: "today", "tomorrow", else "Wednesday 25 November". */
function inWords(day: string, today: string): string {
  const at = Date.parse(`${day}T12:00:00Z`);
  const days = Math.round((at - Date.parse(`${today}T12:00:00Z`)) / (24 * 60 * 60 * 1000));
  const near: Readonly<Record<string, string>> = { "-1": "yesterday", "0": "today", "1": "tomorrow" };
  return near[String(days)] ?? new Date(at).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
}
