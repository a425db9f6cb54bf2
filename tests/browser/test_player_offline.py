"""A session with no network: safe, acknowledged at once, told about on the spot, and never lost."""

import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from bench.track_sounds import cues_of
from fstpwa.content import library
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from tests.browser.conftest import Faults, Site
from tests.browser.inspector import Inspector
from tests.browser.offline_phone import OfflinePhone, entries_of, soon
from tests.browser.people import Somebody
from tests.browser.player_page import LED_BY_THE_SCREEN, PlayerPage, keep_settings, saved
from tests.browser.track_page import TAIL_S

pytestmark = pytest.mark.browser

SAFETY = library().safety
RED = SAFETY.message("post_red")
ASKS_SERVER = re.compile(r"/stamp$|/log$|/api/outbox$")
BUILT = re.compile(r"/static/dist/")
# Puts an entry into the outbox as another page of the app would.
PUT = """async ([user, entry]) => await new Promise((done, failed) => {
  const opening = indexedDB.open(`good-days-${user}`);
  opening.onsuccess = () => {
    const writing = opening.result.transaction("entries", "readwrite");
    writing.objectStore("entries").put(entry);
    writing.oncomplete = () => { opening.result.close(); done(null); };
    writing.onerror = () => failed(writing.error);
  };
})"""

# How long it takes from the tap until it is said that the session is kept, in ms.
NOTE_WHEN_KEPT = """() => {
  const status = document.querySelector('[data-player="ending-status"]');
  addEventListener("click", () => { window.tapped = performance.now(); }, { capture: true, once: true });
  new MutationObserver(() => {
    if (status.textContent.startsWith("Saved on")) window.keptMs ??= performance.now() - window.tapped;
  }).observe(status, { childList: true, characterData: true, subtree: true });
}"""

LENGTH_OF_TRACK = "() => document.querySelector('[data-player=track]').duration"


@pytest.fixture(autouse=True)
def no_network_is_no_fault(faults: Faults) -> None:
    faults.expect("net::ERR_", "Failed to fetch")


def other_page(player: PlayerPage) -> PlayerPage:
    """Open the same session in another tab of the phone, while there is a network."""
    other = PlayerPage(player.page.context.new_page(), UUID(player.path.rsplit("/", 1)[1]))
    other.page.goto(other.path)
    expect(other.part("start")).to_be_enabled()
    return other


def closed_words(player: PlayerPage) -> Locator:
    return player.page.locator('.player-before [data-player="closed"]')


def test_a_sharp_pain_is_told_about_at_once_and_nothing_more_starts_that_day(
    player: PlayerPage, somebody: Somebody
):
    other = other_page(player)
    player.begin()
    player.winds_on(40)
    player.page.context.set_offline(True)
    player.press("too-much", "why-pain", "pain-sharp")
    player.sheet("advice")
    player.press("save-stopped")
    player.winds_on_until(player.part("ending-status"), "Saved on this phone")
    advice, form = player.part("after-advice"), player.part("after-form")
    expect(advice).to_contain_text(SAFETY.after_session.kind("sharp").text)
    expect(advice).to_contain_text(RED)
    expect(form.get_by_label("Sharp", exact=True)).to_be_checked()
    expect(form.locator('[name="felt_in"][value="0"]')).to_be_checked()
    form.get_by_role("button", name="Save").click()
    expect(player.part("after-error")).to_contain_text("Answer at least one question")
    form.locator('[name="worst_pain"][value="7"]').check(force=True)
    form.locator('[name="effort"][value="4"]').check(force=True)
    form.locator('[name="note"]').fill("On the stairs")
    form.get_by_role("button", name="Save").click()
    expect(advice).to_be_focused()
    expect(player.part("after-facts")).to_contain_text("7 of 10")
    assert somebody.logs() == []

    expect(closed_words(other)).to_contain_text(RED)
    expect(other.part("start")).to_be_hidden()

    player.page.context.set_offline(False)
    expect(player.part("ending-status")).to_have_text("Saved.")
    expect(player.part("after-said-title")).to_have_text("Saved")
    [log] = somebody.logs()
    assert (log.pain_kinds, log.worst_pain, log.effort) == (["sharp"], 7, 4)
    assert [each.pain_kind for each in log.movements] == ["sharp", None, None]
    # Now it is the server that says so.
    expect(
        other.page.get_by_role("heading", name="This session does not start today")
    ).to_be_visible()


def test_after_it_was_sent_the_day_stays_held_for_a_page_from_before(
    player: PlayerPage, somebody: Somebody
):
    page = player.page
    before = page.context.request.get(player.path)
    player.begin()
    player.winds_on(40)
    player.press("too-much", "why-pain", "pain-dizzy")
    player.sheet("emergency")
    player.press("save-emergency")
    saved(player)
    assert entries_of(page, somebody) == []
    assert len(somebody.logs()) == 1
    page.route(ASKS_SERVER, lambda route: route.abort())
    page.route(f"**{player.path}", lambda route: route.fulfill(response=before))
    page.goto(player.path)
    expect(closed_words(player)).to_contain_text(RED)
    expect(player.part("start")).to_be_hidden()


def test_a_tick_with_no_network_starts_nothing_and_says_when_to_get_help(
    player: PlayerPage, somebody: Somebody
):
    other = other_page(player)
    player.page.context.set_offline(True)
    tick = '.player-before input[name="check"][value="pc_emergency"]'
    player.page.locator(tick).check(force=True)
    player.part("answer").click()
    words = closed_words(player)
    expect(words).to_contain_text("This session waits")
    expect(words).to_be_focused()
    # Whom to call comes first.
    expect(words.locator("> *").first).to_contain_text(SAFETY.message("sww_1_now"))
    expect(words.locator('a[href^="tel:"]').first).to_be_visible()
    expect(player.part("start")).to_be_hidden()
    [entry] = entries_of(player.page, somebody)
    assert (entry["kind"], entry["data"]) == ("ticked", {"items": ["pc_emergency"]})
    expect(closed_words(other)).to_contain_text("This session waits")
    expect(other.part("start")).to_be_hidden()

    player.winds_on(5)
    player.page.context.set_offline(False)
    for page in (player.page, other.page):
        expect(page.get_by_role("heading", level=1)).to_have_text("A little more about that first")
    for question in player.page.locator(".health-question").all():
        question.get_by_label("No", exact=True).check(force=True)
    player.page.get_by_role("button", name="Go on").click()
    player.page.get_by_role("button", name="Start", exact=True).click()
    player.is_in("playing")


def test_a_flare_that_waits_on_the_phone_chooses_the_flare_version(page: Page, somebody: Somebody):
    player = PlayerPage(page, somebody.follows("low-back"))
    page.route(ASKS_SERVER, lambda route: route.abort())
    player.open()
    now = player.page.evaluate("() => Date.now()")
    entry = {"op": "01a20855-52d9-7d5e-a2ab-9bb1ca9b32bd", "kind": "flare", "schema": 1}
    entry |= {"entity": player.plan()["day"], "data": {"answer": "yes"}, "state": "waiting"}
    entry |= {"title": "A flare", "page": "/today", "at": now, "keptAt": now, "heldUntil": 0}
    page.evaluate(PUT, [player.plan()["user"], entry])
    player.open()
    expect(page.locator('[name="variant"][value="flare"]')).to_be_checked()
    expect(player.part("flare-words")).to_be_visible()
    # Another one can be chosen, as always.
    page.locator('[name="variant"][value="usual"]').check(force=True)
    player.begin()
    assert not player.item.startswith("f")


def test_what_was_done_without_the_guide_is_kept_too(
    player: PlayerPage, somebody: Somebody, session_id: UUID
):
    player.page.context.set_offline(True)
    player.part("plain").locator("summary").click()
    done = player.page.locator('.player-contents input[name="done"]:visible')
    done.last.uncheck(force=True)
    player.part("save-ticked").click()
    player.winds_on_until(player.part("ending-status"), "Saved on this phone")
    player.page.context.set_offline(False)
    expect(player.part("ending-status")).to_have_text("Saved.")
    [log] = somebody.logs()
    assert [each.state for each in log.movements] == ["done", "done", "skipped"]
    assert log.done_s == sum(each.done_s for each in log.movements) > 0
    assert somebody.state_of(session_id) == "done"


def test_a_network_that_takes_everything_and_answers_nothing(
    open_context: Callable[..., BrowserContext], site: Site
):
    """In real time: playing within 3 s, saved within 1 s."""
    context = open_context()
    somebody = Somebody(site.app)
    somebody.signs_in(context, site.origin)
    page = context.new_page()
    keep_settings(page, LED_BY_THE_SCREEN)
    player = PlayerPage(page, somebody.follows("plantar-heel", side="left"))
    page.goto(player.path)
    expect(player.part("start")).to_be_enabled()
    held: list[Route] = []
    page.route(ASKS_SERVER, lambda route: held.append(route))
    began = time.monotonic()
    player.part("start").click()
    player.is_in("playing")
    assert time.monotonic() - began < 3
    player.part("forward-15").click()
    page.wait_for_timeout(1500)
    player.part("stop").click()
    page.wait_for_timeout(600)
    page.evaluate(NOTE_WHEN_KEPT)
    player.part("finish").click()
    expect(player.part("ending-status")).to_have_text("Saved on this phone. Sending…")
    assert page.evaluate("() => window.keptMs") < 1000
    [entry] = entries_of(page, somebody)
    assert entry["kind"] == "session"
    expect(player.part("after-form")).to_be_visible()
    # An answer that comes late takes nobody away from what they are writing.
    page.unroute(ASKS_SERVER)
    expect(player.part("ending-status")).to_have_text("Saved.")
    expect(player.part("after-form")).to_be_visible()
    assert len(somebody.logs()) == 1


def test_the_screens_that_only_a_phone_without_a_network_shows_are_accessible(
    inspector: Inspector, site: Site
):
    page = inspector.page
    somebody = Somebody(site.app)
    somebody.signs_in(page.context, site.origin)
    player = PlayerPage(page, somebody.follows("plantar-heel", side="left"))
    player.open()
    page.route(ASKS_SERVER, lambda route: route.abort())
    player.begin()
    player.winds_on(40)
    player.press("too-much", "why-pain", "pain-tingling")
    player.sheet("advice")
    player.press("save-stopped")
    player.winds_on_until(player.part("ending-status"), "Saved on this phone")
    form = player.part("after-form")
    expect(form).to_be_visible()
    # axe waits by timers.
    page.clock.resume()
    inspector.inspect("how was it")
    form.get_by_label("Something else").check()
    form.get_by_role("button", name="Save").click()
    expect(player.part("after-said")).to_be_visible()
    player.part("after-advice").get_by_role("button").first.click()
    expect(player.part("after-asked")).to_contain_text("Kept on this phone")
    inspector.inspect("what was said")
    page.goto(player.path)
    expect(closed_words(player)).to_contain_text("This session waits")
    inspector.inspect("waits")
    assert inspector.found == {}


def test_a_deploy_in_the_middle_of_a_session_changes_nothing_for_it(
    player: PlayerPage, somebody: Somebody
):
    player.begin()
    player.winds_on(5)
    asked: list[str] = []

    def gone(route: Route) -> None:
        # That tests look at requests switches the browser's own cache off, which has the icons for a year.
        if "/sprite." in route.request.url:
            route.continue_()
            return
        asked.append(route.request.url)
        route.fulfill(status=404)

    page = player.page
    # What comes when the page is quiet has come: a deploy is seldom in its first seconds.
    soon(lambda: player.winds_on(1) or any("/shown." in url for url in player.loaded), page)
    page.route(BUILT, gone)
    page.route(ASKS_SERVER, lambda route: route.abort())
    for sheet in (("open-help", "close-help"), ("open-sound", "close-sound"), ("open-details",)):
        player.press(*sheet)
    player.press("close-details", "too-much", "why-tired", "ease")
    player.winds_on(player.starts_of()[-1] + 30)
    player.is_in("finished")
    player.winds_on_until(player.part("ending-status"), "Saved on this phone")
    expect(player.part("after-form")).to_be_visible()
    assert asked == []
    page.unroute(BUILT)
    page.unroute(ASKS_SERVER)
    player.winds_on(60)
    expect(player.part("ending-status")).to_have_text("Saved.")
    [log] = somebody.logs()
    assert [each.state for each in log.movements][1:] == ["done", "done"]


def test_every_version_has_its_pictures_and_its_sound_and_a_session_of_tomorrow_starts(
    offline_phone: OfflinePhone,
):
    phone = offline_phone
    page = phone.page
    first = phone.person.follows("low-back")
    tomorrow = phone.person.today + timedelta(days=1)
    phone.gets_ready()
    phone.loses_the_network()
    phone.opens(f"/sessions/{first}")
    pictures = page.evaluate(
        """async () => {
          const { items } = JSON.parse(document.getElementById("session-data").textContent);
          const wanted = items.flatMap(({ figure }) => (figure ? [figure.still_avif ?? figure.still_webp, figure.anim] : []));
          const lost = await Promise.all(wanted.filter(Boolean).map((url) => fetch(url).then(() => [], () => [url])));
          return [wanted.length, lost.flat()];
        }"""
    )
    assert pictures[0] > 10
    assert pictures[1] == []
    player = PlayerPage(page, first)
    plan = player.plan()
    for variant in plan["variants"]:
        page.locator(f'[name="variant"][value="{variant["name"]}"]').check(force=True)
        seconds = cues_of(plan, variant["name"])[-1]["end"] + TAIL_S
        soon(lambda wanted=seconds: page.evaluate(LENGTH_OF_TRACK) == wanted, page, 30)

    player = PlayerPage(page, session_on(phone.person, tomorrow))
    phone.opens(player.path)
    player.part("start").click()
    words = page.locator('.player-before [data-player="other-day"]')
    expect(words).to_contain_text("This page is from another day")
    expect(words.get_by_role("link", name="Today")).to_be_visible()
    player.is_in("before")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))
    player.part("start").click()
    player.is_in("playing")


def session_on(somebody: Somebody, day: date) -> UUID:
    with somebody.app.app_context():
        mine = db.select(PlannedSession.id).filter_by(user_id=somebody.id, day=day)
        return db.session.scalars(mine).first()
