"""The page that a notification opens, in a browser: sent by itself, taken back, fit to be looked at."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.domain.days import local_day
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession
from fstpwa.models.reminders import Occurrence, Reminder
from fstpwa.services import reminder_tokens
from fstpwa.services.reminder_tokens import ReminderToken
from tests.browser.conftest import Faults, Site, noon_zone
from tests.browser.inspector import Inspector
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser


@pytest.fixture
def somebody(site: Site) -> Somebody:
    """Somebody for whom it is about noon."""
    return Somebody(site.app, noon_zone())


def rang(person: Somebody, kind: str, *, days_ago: int = 0) -> str:
    """Store that a reminder rang five minutes ago, or on a day that is over; return its address."""
    now = datetime.now(UTC)
    with person.app.app_context():
        reminder = Reminder(public_id=uuid4(), user_id=person.id, kind=kind, at_min=720)
        reminder.days_mask, reminder.enabled = 127, False
        reminder.created_at = reminder.changed_at = now
        db.session.add(reminder)
        db.session.flush()
        due_at = now - timedelta(days=days_ago, minutes=5)
        one = Occurrence(id=uuid4(), reminder_id=reminder.id, due_at=due_at, ring_at=due_at)
        one.occ_key = local_day(due_at, person.time_zone)
        one.state, one.reason = ("expired", "unanswered") if days_ago else ("due", "on_time")
        one.look_at = None if days_ago else now + timedelta(hours=12)
        db.session.add(one)
        token = ReminderToken(occurrence_id=one.id, subscription_id=0)
        address = f"/reminders/answer/{reminder_tokens.written(token, now=now)}"
        db.session.commit()
    return address


def rename(
    person: Somebody, name: str, session: UUID | None = None, session_name: str = ""
) -> None:
    with person.app.app_context():
        db.session.get_one(User, person.id).name = name
        if session is not None:
            db.session.get_one(PlannedSession, session).name = session_name
        db.session.commit()


def test_what_was_tapped_is_sent_by_the_page_and_not_again_by_coming_back(
    page: Page, somebody: Somebody
):
    url = rang(somebody, "check_in")
    page.goto(f"{url}?answer=good_day")
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved: a good day")
    assert somebody.check_in_today().good_day == "yes"

    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("button", name="Good day")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is today a good day?")
    page.reload()
    expect(page.get_by_role("button", name="Not today")).to_be_visible()
    assert somebody.check_in_today() is None


def test_a_session_is_put_off_and_left_out_by_hand(page: Page, somebody: Somebody):
    session = somebody.follows("neck-and-desk")
    url = rang(somebody, "practice")
    page.goto(url)
    page.get_by_role("button", name="1 hour").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("It rings again at")
    page.get_by_role("button", name="Skip today").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Left out today")
    assert somebody.state_of(session) == "skipped"
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("link", name="Start")).to_be_visible()
    assert somebody.state_of(session) == "planned"


def test_start_leads_whoever_is_signed_in_to_the_session(
    context: BrowserContext, page: Page, site: Site, somebody: Somebody
):
    somebody.follows("hip-mobility")
    somebody.signs_in(context, site.origin)
    page.goto(rang(somebody, "practice"))
    page.get_by_role("link", name="Start").click()
    page.wait_for_url("**/sessions/*")


def test_without_a_script_the_tapped_button_waits_first(
    open_context, site: Site, somebody: Somebody
):
    page = open_context(java_script_enabled=False).new_page()
    page.goto(f"{site.origin}{rang(somebody, 'check_in')}?answer=not_today")
    assert somebody.check_in_today() is None
    expect(page.locator("main button").first).to_have_text("Not today")
    page.locator("main button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved: not a good day")
    assert somebody.check_in_today().good_day == "no"


def test_every_state_of_it_is_accessible(
    inspector: Inspector, site: Site, somebody: Somebody, faults: Faults
):
    """Axe finds nothing and nothing scrolls sideways, for visitors and for who is signed in."""
    faults.expect("404")
    session = somebody.follows("neck-and-desk")
    rename(somebody, "Maximiliane-Friederike " * 3, session, "Schulternackenmuskulatur " * 3)
    page = inspector.page

    def look(name: str, url: str, press: str = "") -> None:
        page.goto(url)
        if press:
            page.locator(press).click()
            page.locator("button[value=undo]").wait_for()
        inspector.inspect(name)

    for who in ("visitor", "she"):
        for kind, press in (("check_in", "not_today"), ("practice", "skip")):
            url = rang(somebody, kind)
            look(f"{who}: {kind}", url)
            look(f"{who}: {kind} answered", url, f"button[value={press}]")
            page.locator("button[value=undo]").click()
            look(f"{who}: {kind} over", rang(somebody, kind, days_ago=1))
        url = rang(somebody, "practice")
        look(f"{who}: put off", url, "button[name=minutes] >> nth=0")
        look(f"{who}: no reminder", "/reminders/answer/nothing")
        somebody.signs_in(page.context, site.origin)
    assert inspector.found == {}
