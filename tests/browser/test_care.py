"""Two phones and a laptop: invited, allowed, built, given, done, ranked, answered, told once, ended."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.people import DeviceSession, Role, User
from fstpwa.services import devices, push_subscriptions
from tests.browser.conftest import Faults, Site, noon_zone
from tests.browser.people import Somebody
from tests.browser.pushed_phone import PushedPhone
from tests.news import teller
from tests.reminding import PushService, target_named

pytestmark = pytest.mark.browser

SIX = ("shoulder rolls", "neck turns", "side bends", "chin nod", "upper trap", "belly")
SHARED = ("My plan", "My sessions and check-ins")


@pytest.fixture
def ines(site: Site) -> Somebody:
    """A therapist with a name, who has shown a second factor."""
    person = Somebody(site.app)
    with site.app.app_context():
        user = db.session.get_one(User, person.id)
        user.role, user.name = Role.THERAPIST, "Ines"
        person.token = devices.open_device(user, "Test", now=datetime.now(UTC), is_strong=True)
        db.session.commit()
    return person


@pytest.fixture
def laptop(site: Site, ines: Somebody, open_context: Callable[..., BrowserContext]) -> Page:
    """Her laptop."""
    context = open_context(viewport={"width": 1280, "height": 800})
    ines.signs_in(context, site.origin)
    return context.new_page()


def phone_of(
    site: Site, open_context: Callable[..., BrowserContext], name: str
) -> tuple[Somebody, PushedPhone]:
    """Return somebody with a name, and their phone, to which reminders may come."""
    person = Somebody(site.app, noon_zone())
    context = open_context(service_workers="allow")
    person.signs_in(context, site.origin)
    phone = PushedPhone(site, person, context)
    with site.app.app_context():
        user = db.session.get_one(User, person.id)
        user.name = name
        device = db.session.scalars(select(DeviceSession).filter_by(user_id=user.id)).first()
        assert device is not None
        kept = push_subscriptions.keep(device, target_named(phone.name), now=datetime.now(UTC))
        kept.discreet = False
        db.session.commit()
    return person, phone


def invites(laptop: Page) -> str:
    """Make an invitation. Returns its link."""
    laptop.goto("/people/invite")
    laptop.get_by_role("button", name="Make an invitation").click()
    link = laptop.locator('input[value*="/i#"]')
    return str(link.input_value())


def says_yes(page: Page, link: str) -> None:
    """Open an invitation on a phone and share two things, not the own words."""
    page.goto(link)
    page.wait_for_url("**/i/consent")
    for name in SHARED:
        page.get_by_label(name).check()
    page.get_by_role("button", name="Yes, share what is ticked").click()
    page.wait_for_url(re.compile(r"/settings/sharing"))


def builds(laptop: Page) -> None:
    """Build a routine of six movements by keyboard."""
    laptop.goto("/routines/new")
    keyboard = laptop.keyboard
    expect(laptop.locator("#name")).to_be_focused()
    keyboard.type("Neck, first weeks")
    keyboard.press("Enter")
    for number, words in enumerate(SIX, start=1):
        keyboard.type(words)
        keyboard.press("Enter")
        expect(laptop.locator('[data-builder="said"]')).to_contain_text(f"{number} of {number}.")
    keyboard.press("Control+Enter")
    laptop.wait_for_url(re.compile(r"/routines/[0-9a-f-]{36}$"))


def told(site: Site, *, minutes_later: int) -> dict[str, list[str]]:
    """Let the worker look some minutes later. Returns the messages to each device, by its name."""
    service = PushService()
    with site.app.app_context():
        teller(service, datetime.now(UTC) + timedelta(minutes=minutes_later)).run()
        db.session.remove()
    found: dict[str, list[str]] = {}
    for name, message in service.got:
        found.setdefault(name, []).append(message.payload.decode())
    return found


def titles(messages: list[str]) -> list[str]:
    """Return what notifications are headed with."""
    return [json.loads(each)["notification"]["title"] for each in messages]


def test_from_the_invitation_to_the_end_of_sharing(
    site: Site, laptop: Page, open_context: Callable[..., BrowserContext], faults: Faults
):
    faults.expect("404")
    (ana, her_phone), (_ben, his_phone) = (
        phone_of(site, open_context, name) for name in ("Ana", "Ben")
    )
    for phone in (her_phone, his_phone):
        says_yes(phone.page, invites(laptop))
    builds(laptop)

    # Assigned to both, in four taps from the list of routines.
    laptop.get_by_role("link", name="Assign to a client").click()
    for name in ("Ana", "Ben"):
        laptop.get_by_label(name).check()
    laptop.get_by_role("button", name="Next: days and times").click()
    for day in laptop.locator('input[name="weekdays"]').all():
        day.check(force=True)
    laptop.get_by_label("Why").fill("Two weeks of this, then we look again.")
    laptop.get_by_role("button", name="Assign").click()
    expect(laptop.get_by_text("Assigned to 2 clients, who are told.")).to_be_visible()

    given = told(site, minutes_later=6)
    assert [titles(given[phone.name]) for phone in (her_phone, his_phone)] == [
        ["Ines gave you a new routine"]
    ] * 2

    page = her_phone.page
    page.goto("/today")
    expect(page.locator("main")).to_contain_text("From Ines")
    expect(page.locator("main")).to_contain_text("Two weeks of this")
    does_it_with_two_too_much(ana, page)

    laptop.goto("/people")
    row = laptop.get_by_role("row").filter(has_text="Ana")
    expect(row).to_contain_text("“Too much” twice in a week")
    expect(laptop.get_by_role("row").nth(1)).to_contain_text("Ana")

    row.get_by_role("link", name="Ana").click()
    expect(laptop.locator("main")).to_contain_text("Too much, and why")
    expect(laptop.locator("main")).to_contain_text("Shoulder shrugs and rolls")
    laptop.get_by_role("link", name="Messages").first.click()
    for words in ("Leave out what was too much.", "We look at it on Friday."):
        laptop.get_by_label("Your message").fill(words)
        laptop.get_by_role("button", name="Send").click()
        expect(laptop.locator("main")).to_contain_text(words)
    [message] = told(site, minutes_later=6)[her_phone.name]
    assert titles([message]) == ["2 new messages from Ines"]
    her_phone.gets(message)
    assert her_phone.shows()["title"] == "2 new messages from Ines"
    assert told(site, minutes_later=12) == {}
    page.goto("/messages")
    page.get_by_role("link", name="Ines").click()
    expect(page.locator("main")).to_contain_text("We look at it on Friday.")

    seen = laptop.url.partition("#")[0]
    page.goto("/settings/sharing")
    page.get_by_role("link", name="End sharing with Ines").click()
    page.get_by_role("button", name="End it now").click()
    page.wait_for_url("**/settings/sharing")
    laptop.goto("about:blank")
    answer = laptop.goto(seen)
    assert answer is not None
    assert answer.status == 404
    laptop.goto("/people")
    expect(laptop.locator("main")).not_to_contain_text("Ana")
    expect(laptop.locator("main")).to_contain_text("Ben")
    # What was given stays hers.
    page.goto("/today")
    expect(page.locator("main")).to_contain_text("Neck, first weeks")


def does_it_with_two_too_much(person: Somebody, page: Page) -> None:
    """Do today's session of what was given; two movements are too much."""
    href = page.get_by_role("link", name=re.compile("^Start")).first.get_attribute("href")
    assert href
    page.goto(href)
    page.get_by_role("button", name="None of these: start").click()
    player = page.locator('[data-component="player"]')
    expect(player).to_have_attribute("data-phase", "playing")
    for _ in range(2):
        page.locator('[data-player="too-much"]').click()
        for name in ("why-tired", "skip"):
            button = page.locator(f'[data-player="{name}"]')
            # A sheet that just opened takes no taps for a moment.
            page.wait_for_timeout(900)
            button.click()
    page.locator('[data-player="stop"]').click()
    page.wait_for_timeout(900)
    page.locator('[data-player="finish"]').click()
    page.wait_for_url("**/progress/sessions/*")
    assert len(person.logs()) == 1
