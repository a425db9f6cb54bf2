"""Something new or worrying, told by keyboard; and its pages and /safety seen in every way."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services.safety import AnswerEntry, record_answers
from tests.browser.conftest import TODAY, Faults, Site, noon_zone
from tests.browser.inspector import Inspector
from tests.browser.people import Somebody
from tests.browser.test_keyboard import Keyboard, keyboard

pytestmark = pytest.mark.browser

__all__ = ["keyboard"]


def says(person: Somebody, *questions: str) -> None:
    """Answer questions with yes."""
    with person.app.app_context():
        entries = [AnswerEntry(question=each, yes=True) for each in questions]
        user = db.session.get_one(User, person.id)
        record_answers(user, entries, Source.WORRY, now=datetime.now(UTC))
        db.session.commit()


def go_on(page: Page, keyboard: Keyboard, step: str) -> None:
    """Send the step and arrive at the next."""
    keyboard.activate(page.get_by_role("button", name="Go on"))
    page.wait_for_url(re.compile(f"/worry/[^/]+/{step}$"))


def test_a_slipped_joint_is_told_by_keyboard_and_a_clinician_lifts_it(
    page: Page, keyboard: Keyboard, somebody: Somebody
):
    page.goto("/worry")
    expect(page.get_by_role("link", name=re.compile("^Call "))).to_have_count(1)
    keyboard.choose("answer", "no")
    go_on(page, keyboard, "what")
    keyboard.choose("answer", "joint")
    go_on(page, keyboard, "questions")
    keyboard.choose("ur_jawlock", "no")
    keyboard.choose("mo_shoulder", "yes")
    keyboard.choose("side-mo_shoulder", "left")
    go_on(page, keyboard, "where")
    keyboard.activate(page.get_by_label("Shoulder", exact=True), key="Space")
    keyboard.choose("side", "left")
    go_on(page, keyboard, "severity")
    keyboard.choose("answer", "moderate")
    go_on(page, keyboard, "care")
    keyboard.choose("answer", "doctor")
    go_on(page, keyboard, "saved")
    expect(page.get_by_role("heading", level=1)).to_have_text("Saved")
    keyboard.activate(page.locator("main").get_by_role("link", name="What holds now"))
    card = page.locator("article", has_text="A shoulder that has come out of joint")
    expect(card).to_contain_text("Left side")
    keyboard.activate(card.locator("summary"))
    keyboard.tab_to(card.get_by_label("Who agreed? Name or role"))
    page.keyboard.type("My physiotherapist")
    card.get_by_label("On what date?").fill(datetime.now(UTC).date().isoformat())
    keyboard.activate(card.get_by_role("button", name="A clinician agreed"))
    expect(page.locator(".flash")).to_contain_text("It is noted.")
    expect(page.locator("article", has_text="My physiotherapist agreed on")).to_have_count(1)
    keyboard.activate(page.locator("main").get_by_role("link", name="Back to Today"))
    page.wait_for_url(TODAY)


def test_an_emergency_stands_alone_with_the_number_in_reach(
    page: Page, keyboard: Keyboard, somebody: Somebody
):
    somebody.lives_in("GB")
    page.goto("/worry")
    keyboard.choose("answer", "yes")
    keyboard.activate(page.get_by_role("button", name="Go on"))
    page.wait_for_url("**/safety")
    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
    call = page.get_by_role("link", name="Call 999")
    expect(call).to_have_attribute("href", "tel:999")
    expect(call).to_be_in_viewport(ratio=1)
    keyboard.tab_to(call)


def test_pages_of_somebody_with_answers_are_accessible(inspector: Inspector, site: Site):
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    inspector.visit(("/safety", "/settings/health"))
    person.follows("shoulder-mobility")
    says(person, "as_surgery", "mo_cold", "mo_knee", "as_cancer", "ur_infection")
    inspector.visit(("/safety", "/worry", "/settings/health"))
    page = inspector.page
    page.goto("/settings/health")
    page.locator('button[value="as_surgery"]').click()
    expect(page.get_by_role("heading", name="Change an answer")).to_be_visible()
    inspector.inspect("change an answer")
    page.goto("/safety")
    for summary in page.locator("main summary").all():
        summary.click()
    inspector.inspect("unlock forms")
    says(person, "em_stroke", "em_trauma")
    inspector.visit(("/safety",))
    assert inspector.found == {}


def test_the_telling_is_accessible_with_its_errors(
    inspector: Inspector, site: Site, faults: Faults
):
    faults.expect("422")
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    page = inspector.page
    page.goto("/worry")
    page.get_by_label("No", exact=True).check(force=True)
    page.get_by_role("button", name="Go on").click()
    inspector.inspect("what")
    page.get_by_label("A fall or near fall").check(force=True)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error")).to_have_count(2)
    inspector.inspect("questions with errors")
    for group in page.locator("main fieldset").all():
        group.get_by_label("No", exact=True).check(force=True)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/where")
    inspector.inspect("where")
    assert inspector.found == {}
