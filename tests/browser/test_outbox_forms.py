"""What is written with a bad network, or none: kept on the phone, shown as saved, on the server once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Faults, Site, UnsteadySite, noon_zone
from tests.browser.inspector import Inspector
from tests.browser.offline_phone import NETWORK_FAULTS, OfflinePhone, soon
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser

OUTBOX = "/api/outbox"
ONE_WAITS = "1 entry waits on this phone"


@pytest.fixture
def person(unsteady: UnsteadySite) -> Somebody:
    """A new person."""
    return Somebody(unsteady.app, noon_zone())


@pytest.fixture
def phone(
    unsteady: UnsteadySite,
    person: Somebody,
    open_context: Callable[..., BrowserContext],
    faults: Faults,
) -> OfflinePhone:
    """Their phone."""
    # The console names every answer that is not 2xx: a slip in a form, nobody signed in, somebody else.
    faults.expect(*NETWORK_FAULTS, "status of 4(22|01|09)")
    return OfflinePhone(unsteady, person, open_context(), faults)


def opens(phone: OfflinePhone, path: str, page: Page | None = None) -> None:
    """Open a page and wait until all of its scripts are there: without a worker nothing else has them."""
    (page or phone.page).goto(phone.unsteady.origin + path)
    (page or phone.page).wait_for_load_state("networkidle")


def answers(page: Page, question: str, value: int | str) -> None:
    """Choose an answer in the check-in."""
    page.locator(f'#check-in input[name="{question}"][value="{value}"]').check(force=True)


def saves(page: Page) -> None:
    """Press Save."""
    page.locator("#check-in").get_by_role("button", name="Save", exact=True).click()


def is_kept(page: Page) -> Any:
    """Wait until the page says that it is saved on the phone, and return where it says so."""
    card = page.locator(".on-phone")
    expect(card.get_by_role("heading", name="on this phone")).to_be_visible()
    return card


def test_a_check_in_without_a_network_is_kept_shown_and_arrives_once(
    phone: OfflinePhone, person: Somebody
):
    opens(phone, "/today")
    phone.loses_the_network()
    answers(phone.page, "stiffness", 4)
    answers(phone.page, "good_day", "so_so")
    saves(phone.page)
    card = is_kept(phone.page)
    expect(card.get_by_text("So-so")).to_be_visible()
    expect(phone.page.get_by_text(ONE_WAITS)).to_be_visible()
    assert person.check_in_today() is None
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    stored = person.check_in_today()
    assert (stored.stiffness, stored.good_day) == (4, "so_so")
    expect(phone.page.get_by_text(ONE_WAITS)).to_have_count(0)
    expect(card.get_by_role("heading", name="Saved", exact=True)).to_be_visible()
    assert len(phone.network.posts(OUTBOX)) == 1


def test_what_was_kept_can_be_changed_before_it_is_sent(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    phone.loses_the_network()
    answers(phone.page, "stiffness", 4)
    answers(phone.page, "good_day", "no")
    saves(phone.page)
    is_kept(phone.page).get_by_role("button", name="Change").click()
    answers(phone.page, "stiffness", 6)
    # The first of them is sent, too: what was cleared must not come back by it.
    phone.page.locator('#check-in input[name="good_day"][value=""]').check(force=True)
    saves(phone.page)
    is_kept(phone.page)
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    stored = person.check_in_today()
    assert (stored.stiffness, stored.good_day) == (6, None)


def test_with_a_network_everything_is_as_it_was(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    saves(phone.page)
    expect(phone.page.get_by_text("Answer at least one question")).to_be_visible()
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    expect(phone.page.get_by_role("link", name="Change this check-in")).to_be_visible()
    assert person.check_in_today().stiffness == 4
    assert phone.entries() == []
    assert phone.network.posts(OUTBOX) == []
    expect(phone.page.locator(".on-phone")).to_have_count(0)


def test_a_silent_network_is_no_spinner_without_end(phone: OfflinePhone, person: Somebody):
    phone.page.clock.install()
    opens(phone, "/today")
    phone.network.silent()
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    phone.page.clock.fast_forward(900)
    expect(phone.page.get_by_text("Saved on this phone. Sending…")).to_be_visible()
    phone.page.clock.fast_forward(14_200)
    is_kept(phone.page)
    phone.network.fine()
    phone.page.evaluate("dispatchEvent(new Event('online'))")
    phone.has_nothing_waiting()
    assert person.check_in_today().stiffness == 4


def test_a_lost_answer_counts_once(phone: OfflinePhone, person: Somebody):
    opens(phone, "/check-in")
    phone.network.lose_answer("/check-in/*")
    answers(phone.page, "stiffness", 4)
    phone.page.get_by_text("More about today").click()
    phone.page.get_by_label("A note").fill("A walk in the rain.")
    saves(phone.page)
    expect(phone.page.locator(".on-phone").get_by_role("heading", name="Saved")).to_be_visible()
    phone.has_nothing_waiting()
    assert person.check_in_today().note == "A walk in the rain."
    assert len(phone.network.posts("/check-in/*")) == 1
    assert len(phone.network.posts(OUTBOX)) == 1


def test_a_past_day_is_changed_and_deleted_without_a_network(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    phone.page.get_by_role("link", name="Change this check-in").click()
    expect(phone.page.locator("form#check-in")).to_be_visible()
    day = phone.page.locator("form#check-in").get_attribute("data-entity")
    phone.loses_the_network()
    answers(phone.page, "stiffness", 2)
    saves(phone.page)
    is_kept(phone.page)
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    assert person.check_in_today().stiffness == 2

    opens(phone, f"/check-in/{day}")
    phone.loses_the_network()
    deletes(phone.page)
    card = is_kept(phone.page)
    expect(phone.page.locator("section#check-in")).to_be_hidden()
    card.get_by_role("button", name="Take it back").click()
    expect(phone.page.locator("section#check-in")).to_be_visible()
    assert phone.entries() == []
    phone.page.get_by_role("button", name="Delete it").click()
    is_kept(phone.page)
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    assert person.check_in_today() is None


def deletes(page: Page) -> None:
    """Delete the check-in of the page."""
    page.get_by_text("Delete this check-in").click()
    page.get_by_role("button", name="Delete it").click()


def test_two_tabs_send_once(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    other = phone.context.new_page()
    opens(phone, "/check-in", other)
    phone.loses_the_network()
    for page, question, value in ((phone.page, "stiffness", 4), (other, "fatigue", 7)):
        if question == "fatigue":
            page.get_by_text("More about today").click()
        answers(page, question, value)
        saves(page)
        is_kept(page)
    expect(phone.page.get_by_text("2 entries wait on this phone")).to_be_visible()
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    stored = person.check_in_today()
    assert (stored.stiffness, stored.fatigue) == (4, 7)
    sent = [each.body.decode().count('"op":') for each in phone.network.posts(OUTBOX)]
    assert sum(sent) == 2


def test_a_page_closed_right_after_the_submit_loses_nothing(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    phone.network.silent()
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    phone.page.wait_for_timeout(400)
    phone.page.close()
    phone.network.fine()
    phone.page = phone.context.new_page()
    # The time that its form had is over a quarter of a minute later.
    phone.page.clock.install()
    opens(phone, "/today")
    phone.page.clock.fast_forward(16_000)
    phone.has_nothing_waiting()
    assert person.check_in_today().stiffness == 4


def test_a_page_opened_again_shows_what_waits_and_why_something_was_refused(
    phone: OfflinePhone, person: Somebody
):
    opens(phone, "/check-in")
    # The API is away, pages are not: as for a phone that has just a network again.
    phone.context.route(f"**{OUTBOX}", lambda route: route.abort())
    phone.network.lose_answer("/check-in/*")
    phone.network.down()
    answers(phone.page, "stiffness", 4)
    phone.page.get_by_text("More about today").click()
    phone.page.get_by_label("Minutes until the morning stiffness eased").fill("999")
    saves(phone.page)
    is_kept(phone.page)
    phone.network.fine()
    opens(phone, "/today")
    expect(is_kept(phone.page).get_by_text("999")).to_be_visible()
    expect(phone.page.get_by_text(ONE_WAITS)).to_be_visible()
    phone.context.unroute(f"**{OUTBOX}")
    opens(phone, "/check-in")
    refusal = phone.page.get_by_role("alert").filter(has_text="This was not saved yet.")
    expect(refusal).to_contain_text("from 0 to 240")
    expect(phone.page.get_by_text("1 entry on this phone needs a look")).to_be_visible()
    minutes = phone.page.get_by_label("Minutes until the morning stiffness eased")
    expect(minutes).to_have_value("999")
    minutes.fill("99")
    saves(phone.page)
    expect(phone.page.get_by_role("link", name="Change this check-in")).to_be_visible()
    soon(lambda: not phone.entries(), phone.page)
    stored = person.check_in_today()
    assert (stored.stiffness, stored.morning_stiffness_min) == (4, 99)


def test_a_flare_day_said_without_a_network_arrives(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    phone.loses_the_network()
    phone.page.get_by_role("button", name="It is a flare day").click()
    card = is_kept(phone.page)
    card.get_by_role("button", name="Take it back").click()
    phone.page.get_by_role("button", name="It is a flare day").click()
    is_kept(phone.page)
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    assert person.check_in_today().flare is True


def test_how_a_session_was_and_the_morning_after_arrive(phone: OfflinePhone, person: Somebody):
    person.follows("low-back")
    person.rated_before_sessions(3)
    [log] = person.logs()
    opens(phone, f"/progress/sessions/{log.id}")
    phone.loses_the_network()
    form = phone.page.locator("#session-log")
    form.locator('input[name="worst_pain"][value="4"]').check(force=True)
    form.get_by_label("Ache", exact=True).check()
    form.get_by_role("button", name="Save").click()
    card = is_kept(phone.page)
    expect(card.get_by_text("Ache")).to_be_visible()
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    opens(phone, "/today")
    phone.loses_the_network()
    asked = phone.page.get_by_role("group", name="How is your pain this morning?")
    asked.get_by_label("5", exact=True).check(force=True)
    phone.page.locator("#day-asks").get_by_role("button", name="Save").click()
    is_kept(phone.page)
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    [log] = person.logs()
    assert (log.worst_pain, log.pain_kinds, log.next_morning_pain) == (4, ["ache"], 5)


def test_a_deleted_session_waits_and_goes(phone: OfflinePhone, person: Somebody):
    person.rated_before_sessions(3)
    [log] = person.logs()
    opens(phone, f"/progress/sessions/{log.id}")
    progress = phone.context.new_page()
    opens(phone, "/progress", progress)
    phone.loses_the_network()
    phone.page.get_by_text("Delete this session").click()
    phone.page.get_by_role("button", name="Delete it").click()
    is_kept(phone.page)
    expect(phone.page.locator("#session-log")).to_be_hidden()
    waiting = progress.locator("[data-outbox-list]")
    expect(waiting.get_by_text("Main session")).to_be_visible()
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    expect(waiting).to_be_hidden()
    assert person.logs() == []


def test_nobody_signed_in_keeps_it_and_says_so(phone: OfflinePhone, person: Somebody):
    opens(phone, "/today")
    phone.loses_the_network()
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    is_kept(phone.page)
    phone.context.clear_cookies()
    phone.has_a_network_again()
    expect(phone.page.get_by_text("Sign in to send it")).to_be_visible()
    assert len(phone.entries()) == 1
    person.signs_in(phone.context, phone.unsteady.origin)
    phone.page.reload()
    phone.has_nothing_waiting()
    assert person.check_in_today().stiffness == 4


def test_what_cannot_be_done_without_a_network_says_so_and_keeps_what_was_typed(
    phone: OfflinePhone,
):
    needs = "This needs a network. What you typed is still here."
    opens(phone, "/settings/profile")
    phone.loses_the_network()
    name = phone.page.locator('input[name="name"]')
    name.fill("Ada")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_text(needs)).to_be_visible()
    expect(name).to_have_value("Ada")
    phone.has_a_network_again()
    opens(phone, "/worry")
    phone.loses_the_network()
    phone.page.locator("main form button:not([type=button])").first.click()
    expect(phone.page.get_by_text(needs)).to_be_visible()


def test_what_one_person_wrote_in_an_open_tab_is_never_anothers(
    phone: OfflinePhone, person: Somebody
):
    other = Somebody(phone.unsteady.app, noon_zone())
    opens(phone, "/today")
    other.signs_in(phone.context, phone.unsteady.origin)
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    is_kept(phone.page)
    expect(phone.page.get_by_text("Somebody else is signed in here now")).to_be_visible()
    assert other.check_in_today() is None
    # Theirs are hidden meanwhile, and neither sent nor shown.
    opens(phone, "/today")
    expect(phone.page.locator(".waiting-line")).to_be_empty()
    assert [each["entity"] for each in phone.entries()] == [other_day(phone.page)]
    person.signs_in(phone.context, phone.unsteady.origin)
    opens(phone, "/today")
    phone.has_nothing_waiting()
    assert person.check_in_today().stiffness == 4
    assert other.check_in_today() is None


def other_day(page: Page) -> str | None:
    """Return the day of the check-in on Today."""
    return page.locator("#check-in").get_attribute("data-entity")


def test_the_browser_sends_what_waits_when_the_app_is_closed(
    unsteady: UnsteadySite,
    person: Somebody,
    open_context: Callable[..., BrowserContext],
    faults: Faults,
):
    phone = OfflinePhone(unsteady, person, open_context(service_workers="allow"), faults)
    opens(phone, "/today")
    phone.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    phone.loses_the_network()
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    is_kept(phone.page)
    devtools = phone.context.new_cdp_session(phone.page)
    seen: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: seen.extend(each["registrationId"] for each in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    registration = soon(lambda: seen, phone.page)[0]
    phone.page.goto("about:blank")
    phone.has_a_network_again()
    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": unsteady.origin,
            "registrationId": registration,
            "tag": "outbox",
            "lastChance": False,
        },
    )
    soon(person.check_in_today, phone.page)
    assert len(phone.network.posts(OUTBOX)) == 1


def test_a_kept_page_opened_without_a_network_shows_what_waits(
    unsteady: UnsteadySite,
    person: Somebody,
    open_context: Callable[..., BrowserContext],
    faults: Faults,
):
    phone = OfflinePhone(unsteady, person, open_context(service_workers="allow"), faults)
    phone.gets_ready()
    phone.loses_the_network()
    phone.opens("/today")
    answers(phone.page, "stiffness", 4)
    saves(phone.page)
    is_kept(phone.page)
    phone.opens("/today")
    expect(is_kept(phone.page).get_by_text("4", exact=True)).to_be_visible()
    expect(phone.page.get_by_text(ONE_WAITS)).to_be_visible()
    phone.page.get_by_role("link", name="More").click()
    expect(phone.page.locator('#check-in input[name="stiffness"][value="4"]')).to_be_checked()
    answers(phone.page, "fatigue", 7)
    saves(phone.page)
    expect(is_kept(phone.page).get_by_text("Tiredness")).to_be_visible()
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    stored = person.check_in_today()
    assert (stored.stiffness, stored.fatigue) == (4, 7)


def test_what_waits_and_what_was_refused_is_accessible(
    inspector: Inspector, site: Site, faults: Faults
):
    faults.expect(*NETWORK_FAULTS)
    person = Somebody(site.app, noon_zone())
    page = inspector.page
    person.signs_in(page.context, site.origin)
    page.goto("/check-in")
    page.wait_for_load_state("networkidle")
    page.context.route(f"**{OUTBOX}", lambda route: route.abort())
    page.context.route("**/check-in/*", lambda route: route.abort())
    answers(page, "stiffness", 4)
    page.get_by_text("More about today").click()
    page.get_by_label("Minutes until the morning stiffness eased").fill("999")
    page.get_by_label("A note").fill("Averyveryverylongwordthatnobodyeverbreaks" * 4)
    saves(page)
    is_kept(page)
    inspector.inspect("saved on this phone")
    page.goto("/progress")
    expect(page.get_by_text("Only on this phone so far")).to_be_visible()
    inspector.inspect("what waits")
    page.context.unroute(f"**{OUTBOX}")
    page.goto("/check-in")
    expect(page.get_by_text("This was not saved yet.")).to_be_visible()
    inspector.inspect("refused")
    assert inspector.found == {}
