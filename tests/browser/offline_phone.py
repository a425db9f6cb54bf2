"""A phone that is made ready for being offline, loses its network and has it again."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.people import Somebody
from tests.browser.unsteady import Request

if TYPE_CHECKING:
    # It uses this module itself.
    from tests.browser.conftest import Faults, UnsteadySite

READY_WITHIN_S = 30
NETWORK_FAULTS = (
    "net::ERR_",
    "Failed to fetch",
    "when fetching the script",
    "status of 50[0-9]",
    "50[0-9] from ",
)
"""What the console says of a network that is not there; no fault of a page."""

IS_ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  if (active.state === "activated") return;
  await new Promise((done) => active.addEventListener("statechange", done, { once: true }));
}"""
KEEPS = """async (path) => {
  for (const name of await caches.keys()) {
    if (name.startsWith("pages-") && (await (await caches.open(name)).match(path, { ignoreVary: true }))) return true;
  }
  return false;
}"""
SAVE = """() => new Promise((done, failed) => {
  const form = document.querySelector("form#check-in");
  const choice = form?.querySelector("input[name=stiffness][value='4']");
  if (!choice) { failed(new Error("there is no check-in to fill in")); return; }
  choice.checked = true;
  const began = performance.now();
  const says = () => /saved on this phone/i.test(document.querySelector("main").textContent);
  new MutationObserver((_, watching) => {
    if (!says()) return;
    watching.disconnect();
    done(performance.now() - began);
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  form.querySelector("button.check-in-save").click();
  setTimeout(() => failed(new Error("nothing was said within 10 s")), 10_000);
})"""
"""Answers a question of the check-in and saves. Returns the ms until the page says that it is kept."""
READ = """const [named, store, key] = arguments;
const there = await indexedDB.databases();
if (!there.some(({ name }) => name === named)) return null;
return await new Promise((done, failed) => {
  const opening = indexedDB.open(named);
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const end = (found) => { database.close(); done(found); };
    if (!database.objectStoreNames.contains(store)) return end(null);
    const kept = database.transaction(store).objectStore(store);
    const reading = key ? kept.get(key) : kept.getAll();
    reading.onerror = () => end(null);
    reading.onsuccess = () => end(reading.result ?? null);
  };
});"""
"""Reads a value of a database of the browser without making one that is not there: the body of an
async function, `arguments` are database, store and key (null for all)."""


def warmed(found: Any) -> bool:
    """Whether what the phone noted of itself (`facts`, "warmed") says that it has all it wants."""
    return bool(found) and found["pages"] > 0 and found["pages"] >= found["wanted"]


class OfflinePhone:
    """Somebody's phone in Chromium, with the service worker, behind an unsteady network."""

    def __init__(
        self, unsteady: "UnsteadySite", person: Somebody, context: BrowserContext, faults: "Faults"
    ) -> None:
        """Sign `person` in. That the network is missing is no fault of a page."""
        faults.expect(*NETWORK_FAULTS)
        self.unsteady = unsteady
        self.network = unsteady.network
        self.person = person
        self.context = context
        person.signs_in(context, unsteady.origin)
        self.page: Page = context.new_page()

    def opens(self, path: str) -> None:
        """Visit a page, as by a link or a start of the app."""
        self.page.goto(self.unsteady.origin + path)

    def gets_ready(self) -> None:
        """Visit Today once, and look at it until the phone keeps all that it wants to keep."""
        self.opens("/today")
        is_ready_for_offline(self.page)

    def keeps(self, *paths: str) -> None:
        """Visit Today once for the worker, then pages that it keeps: sooner done than `gets_ready`."""
        self.opens("/today")
        self.page.evaluate(IS_ACTIVE)
        for path in paths:
            self.opens(path)
            soon(lambda path=path: self.page.evaluate(KEEPS, path), self.page)

    def loses_the_network(self) -> None:
        """Be in airplane mode; the network is gone for everything else, too."""
        self.network.down()
        self.context.set_offline(True)

    def has_a_network_again(self, *, loses_answer: str | None = None) -> None:
        """Leave airplane mode. The next answer from a path may get lost."""
        self.network.fine()
        if loses_answer:
            self.network.lose_answer(loses_answer)
        self.context.set_offline(False)

    def saves(self, form: str) -> None:
        """Press Save in a form, by its id, and see that it is kept on the phone."""
        self.page.locator(f"form#{form}").get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_role("heading", name="Saved on this phone")).to_be_visible()

    def saves_within_ms(self) -> float:
        """Answer a question of the check-in and save. Returns the ms until it is said that it is kept."""
        return float(self.page.evaluate(SAVE))

    @property
    def waiting_line(self) -> Locator:
        """The line on every page that says how much waits."""
        return self.page.locator(".waiting-line")

    def entries(self) -> list[dict[str, Any]]:
        """Return what waits on the phone for the network."""
        return entries_of(self.page, self.person)

    def has_nothing_waiting(self, at_most_s: float = 20) -> None:
        """Wait until all was sent."""
        soon(lambda: not self.entries(), self.page, at_most_s)


def is_ready_for_offline(page: Page, at_most_s: float = READY_WITHIN_S) -> None:
    """Wait until the phone of `page` keeps all pages that it wants to keep."""
    soon(lambda: warmed(read(page, "good-days-device", "facts", "warmed")), page, at_most_s)


def entries_of(page: Page, person: Somebody) -> list[dict[str, Any]]:
    """Return the entries of a person that wait on the phone of `page`."""
    return read(page, f"good-days-{person.public_id}", "entries") or []


def operations_in(sent: Request) -> list[str]:
    """Return the operations of a batch for /api/outbox."""
    return [each["op"] for each in json.loads(sent.body)["ops"]]


def read(page: Page, database: str, store: str, key: str | None = None) -> Any:
    """Return a value, or all values, of a database of the browser; None if there is none."""
    script = f"(given) => (async function () {{ {READ} }}).apply(null, given)"
    return page.evaluate(script, [database, store, key])


def soon(holds: Callable[[], Any], page: Page, at_most_s: float = 10) -> Any:
    """Wait until something holds, and return it."""
    deadline = time.monotonic() + at_most_s
    while not (found := holds()):
        assert time.monotonic() < deadline, holds
        # Not time.sleep: the browser's own events come in meanwhile.
        page.wait_for_timeout(50)
    return found
