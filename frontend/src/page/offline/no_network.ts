// The pages that stand for what did not come: they list what this phone keeps, and lead on as soon as there is a network.
import { fact } from "../../offline/device_facts.ts";
import { keptPages, type KeptPage } from "../../offline/kept_pages.ts";
import { dayIn } from "../../offline/page_choice.ts";
import type { WorkerMessage } from "../../protocol/page_message.ts";
import { groups, type Group } from "./kept_list.ts";

const LOOK_EVERY_MS = 15_000;

const back = document.querySelector<HTMLElement>('[data-offline="back"]');
if (back) {
  back.hidden = false;
  back.addEventListener("click", () => history.back());
} else {
  comeBack();
}
void fact("leaving").then((user) => {
  const lead = document.querySelector<HTMLElement>('[data-offline="lead"]');
  if (user !== undefined && lead) {
    lead.textContent = "You signed out on this device while there was no network. The server is told as soon as there is one; no page opens before that.";
  }
}, () => undefined);
const kept = document.querySelector<HTMLElement>('[data-offline="kept"]');
if (kept) void list(kept).catch(() => undefined);

/** Load the asked-for page as soon as it can be had. */
function comeBack(): void {
  if ("slow" in document.documentElement.dataset) {
    const lead = document.querySelector<HTMLElement>('[data-offline="lead"]');
    if (lead) lead.textContent = "The network is very slow just now. Nothing you saved before is lost.";
  }
  window.addEventListener("online", () => location.reload(), { once: true });
  navigator.serviceWorker?.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => {
    if (data?.type === "ARRIVED" && data.url === location.href.split("#", 1)[0]) location.reload();
  });
  setInterval(() => {
    if (document.hidden) return;
    fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LOOK_EVERY_MS / 2) }).then(
      ({ ok }) => {
        if (ok) location.reload();
      },
      () => undefined,
    );
  }, LOOK_EVERY_MS);
}

async function list(section: HTMLElement): Promise<void> {
  const pages = await keptPages();
  const zone = (await fact("present"))?.zone ?? "UTC";
  const found = groups(pages, dayIn(zone, Date.now()));
  section.append(...found.map((group) => draw(group)));
  section.hidden = found.length === 0;
}

function draw({ title, links, folded }: Group): HTMLElement {
  const box = document.createElement(folded ? "details" : "div");
  const heading = document.createElement(folded ? "summary" : "h3");
  heading.textContent = title;
  const rows = document.createElement("ul");
  rows.className = "stack stack-tight plain-list";
  rows.append(...links.map(row));
  box.className = folded ? "fold" : "stack stack-tight";
  box.append(heading, rows);
  return box;
}

function row({ key, title }: Pick<KeptPage, "key" | "title">): HTMLElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = key;
  link.textContent = title;
  item.append(link);
  return item;
}
