"""What lies on a phone: pages in its caches, entries in its databases."""

import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fstpwa.domain.days import local_day
from tests.browser.conftest import noon_zone
from tests.browser.offline_phone import OfflinePhone, soon
from tests.browser.people import Somebody

KEPT_PAGES = """async () => {
  const found = [];
  for (const name of (await caches.keys()).filter((each) => each.startsWith("pages-"))) {
    found.push(...(await (await caches.open(name)).keys()).map(({ url }) => url));
  }
  return found;
}"""
PUT = """([person, entries]) => new Promise((done, failed) => {
  const opening = indexedDB.open(`good-days-${person}`, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("entries", { keyPath: "op" });
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const writing = opening.result.transaction("entries", "readwrite");
    for (const entry of entries) writing.objectStore("entries").put(entry);
    writing.oncomplete = () => { opening.result.close(); done(); };
  };
})"""
IS_ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  if (active.state === "activated") return true;
  return new Promise((done) => active.addEventListener("statechange", () => done(true)));
}"""
DATABASES = "async () => (await indexedDB.databases()).map(({ name }) => name)"


def entry(**more: Any) -> dict[str, Any]:
    """Return an entry as a phone keeps it: today's check-in unless it is told otherwise."""
    now = int(time.time() * 1000)
    usual = {
        "op": str(uuid4()),
        "kind": "check_in",
        "entity": local_day(datetime.now(UTC), noon_zone()).isoformat(),
        "at": now,
        "data": {"answers": {"stiffness": 4}},
        "schema": 1,
        "state": "waiting",
        "title": "Check-in of today",
        "page": "/check-in",
        "keptAt": now,
        "heldUntil": 0,
    }
    return {**usual, **more}


def holds(phone: OfflinePhone, *entries: dict[str, Any]) -> None:
    """Put entries onto the phone, as if its person had written them; its page is of the app."""
    phone.page.evaluate(PUT, [str(phone.person.public_id), list(entries)])


def keeps(phone: OfflinePhone, *paths: str) -> None:
    """Visit pages until the phone keeps them; the last one is open then."""
    phone.opens(paths[0])
    phone.page.evaluate(IS_ACTIVE)
    for path in paths:
        phone.opens(path)

        def is_kept(address: str = phone.unsteady.origin + path) -> bool:
            return address in phone.page.evaluate(KEPT_PAGES)

        soon(is_kept, phone.page)


def database_of(person: Somebody) -> str:
    """The name of the database with their entries."""
    return f"good-days-{person.public_id}"
