"""A message that is written with no network: kept, shown in its conversation, sent once."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, expect
from uuid6 import uuid7

from fstpwa.extensions import db
from fstpwa.models.care import Side
from fstpwa.models.people import Role, User
from fstpwa.services import care_links, messages
from fstpwa.services.care_links import Scopes
from tests.browser.conftest import Faults, UnsteadySite, noon_zone
from tests.browser.inspector import Inspector
from tests.browser.offline_phone import NETWORK_FAULTS, OfflinePhone
from tests.browser.people import Somebody

pytestmark = pytest.mark.browser


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
    faults.expect(*NETWORK_FAULTS)
    return OfflinePhone(unsteady, person, open_context(), faults)


@pytest.fixture
def link_id(unsteady: UnsteadySite, person: Somebody) -> UUID:
    """Their link with a therapist, who wrote once."""
    other = Somebody(unsteady.app)
    with unsteady.app.app_context():
        client, therapist = (
            db.session.scalars(db.select(User).filter_by(public_id=each.public_id)).one()
            for each in (person, other)
        )
        therapist.role, therapist.name = Role.THERAPIST, "Ines"
        made = care_links.begin(client, therapist, Scopes(), now=datetime.now(UTC))
        messages.send(made, Side.THERAPIST, "Hello", message_id=uuid7(), now=datetime.now(UTC))
        found = made.public_id
        db.session.commit()
    return found


def texts(unsteady: UnsteadySite, person: Somebody, link_id: UUID) -> list[tuple[str, bool]]:
    """What was written, and whether it was read."""
    with unsteady.app.app_context():
        client = db.session.scalars(db.select(User).filter_by(public_id=person.public_id)).one()
        thread = messages.thread(care_links.given_by(client, link_id))
        return [(each.text, each.read_at is not None) for each in thread.messages]


def test_two_messages_without_a_network_are_kept_shown_and_sent_once(
    unsteady: UnsteadySite, phone: OfflinePhone, person: Somebody, link_id: UUID
):
    page = phone.page
    phone.opens(f"/messages/{link_id}")
    page.wait_for_load_state("networkidle")
    phone.loses_the_network()
    for text in ("Is it meant to pull?", "Only on the left"):
        page.get_by_label("Your message").fill(text)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Saved on this phone")).to_be_visible()
        page.get_by_role("button", name="Write another").click()
    expect(page.get_by_label("Your message")).to_have_value("")
    waiting = page.locator('[data-outbox-list="message"] li')
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("Is it meant to pull?")
    phone.has_a_network_again()
    phone.has_nothing_waiting()
    expect(waiting).to_have_count(0)
    assert texts(unsteady, person, link_id) == [
        ("Hello", True),
        ("Is it meant to pull?", False),
        ("Only on the left", False),
    ]


def test_with_a_network_it_is_sent_at_once_and_what_was_shown_is_read(
    unsteady: UnsteadySite, phone: OfflinePhone, person: Somebody, link_id: UUID
):
    page = phone.page
    with page.expect_response(f"**/messages/{link_id}/read"):
        phone.opens(f"/messages/{link_id}")
    page.get_by_label("Your message").fill("Thank you")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").filter(has_text="Sent")).to_be_visible()
    expect(page.locator("article.message").last).to_contain_text("Thank you")
    expect(page.get_by_label("Your message")).to_have_value("")
    assert phone.entries() == []
    assert texts(unsteady, person, link_id) == [("Hello", True), ("Thank you", False)]


def test_its_pages_are_accessible_in_every_way_of_looking_at_them(
    unsteady: UnsteadySite, person: Somebody, link_id: UUID, inspector: Inspector
):
    person.signs_in(inspector.page.context, unsteady.origin)
    for path in (
        "/messages",
        f"/messages/{link_id}?movement=neck-turns",
        f"/settings/sharing/{link_id}/as-seen",
    ):
        inspector.page.goto(unsteady.origin + path)
        inspector.inspect(path)
    assert not any(inspector.found.values())
