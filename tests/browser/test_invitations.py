"""An invitation on a real phone: its token stays out of addresses, and every page is accessible."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from fstpwa.extensions import db
from fstpwa.models.people import Role, User
from fstpwa.services import devices, invitations
from fstpwa.services.invitation_rows import Opening
from tests.browser.conftest import Faults, Site
from tests.browser.inspector import Inspector
from tests.browser.people import Somebody, demo_person

pytestmark = pytest.mark.browser

NAME = "Ruth Okafor"


@pytest.fixture
def ruth(site: Site) -> Somebody:
    """A therapist with a name, who has shown a second factor."""
    person = Somebody(site.app)
    with site.app.app_context():
        user = db.session.get_one(User, person.id)
        user.role, user.name = Role.THERAPIST, NAME
        person.token = devices.open_device(user, "Test", now=datetime.now(UTC), is_strong=True)
        db.session.commit()
    return person


def invitation_of(therapist: Somebody) -> Opening:
    with therapist.app.app_context():
        user = db.session.get_one(User, therapist.id)
        opening = invitations.invite(user, "Anna", now=datetime.now(UTC))
        db.session.commit()
    return opening


def test_a_link_leads_to_the_question_and_its_token_is_in_no_request_and_not_in_the_history(
    page: Page, ruth: Somebody
):
    opening = invitation_of(ruth)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"/i#{opening.token}")
    page.wait_for_url("**/i/begin")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAME} invites you")
    page.get_by_role("button", name="Try it now").click()
    page.wait_for_url("**/i/consent")
    page.get_by_label("My sessions and check-ins").check()
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Yes, share what is ticked").click()
    page.wait_for_url("**/welcome/you")
    for request in asked:
        address = request.url.partition("#")[0]
        assert opening.token not in address
        assert opening.token not in request.headers.get("referer", "")
    bodies = [each.post_data or "" for each in asked if opening.token in (each.post_data or "")]
    assert len(bodies) == 1
    page.go_back()
    assert opening.token not in page.url
    page.goto("/settings/sharing")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("(not shared)")).to_have_count(2)


def test_another_link_in_the_same_tab_is_opened_too(page: Page, ruth: Somebody, faults: Faults):
    faults.expect("422")
    opening = invitation_of(ruth)
    page.goto("/i#" + "A" * 22)
    expect(page.get_by_role("alert")).to_contain_text("no invitation that still works")
    page.evaluate("token => { location.hash = token }", opening.token)
    page.wait_for_url("**/i/begin")


def test_without_script_the_code_is_typed(
    open_context: Callable[..., BrowserContext], site: Site, ruth: Somebody
):
    opening = invitation_of(ruth)
    page = open_context(java_script_enabled=False).new_page()
    page.goto(f"/i#{opening.token}")
    page.get_by_label("Code of the invitation").fill(opening.code.lower())
    page.get_by_role("button", name="Open the invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{NAME} invites you")


def test_a_therapist_makes_one_by_keyboard_and_takes_it_back(
    page: Page, ruth: Somebody, site: Site
):
    ruth.signs_in(page.context, site.origin)
    page.goto("/people/invite")
    page.get_by_label("Whom is it for?").focus()
    page.keyboard.type("Anna")
    page.keyboard.press("Enter")
    address = page.get_by_role("textbox", name="Link").input_value()
    assert address.startswith(f"{site.origin}/i#")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Cancel").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="works no more")).to_be_visible()


def test_the_pages_of_a_client_are_accessible(
    inspector: Inspector, site: Site, ruth: Somebody, faults: Faults
):
    faults.expect("422")
    page = inspector.page
    inspector.visit(("/i",))
    page.goto(f"/i#{invitation_of(ruth).token}")
    page.wait_for_url("**/i/begin")
    inspector.inspect("a visitor is invited")
    page.get_by_role("button", name="Try it now").click()
    page.wait_for_url("**/i/consent")
    inspector.inspect("the question")
    page.get_by_role("button", name="Yes, share what is ticked").click()
    page.get_by_text("Nothing is ticked.").wait_for()
    inspector.inspect("nothing is ticked")
    page.goto("/settings/sharing/code")
    page.get_by_label("My plan").check()
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Show me the code").click()
    page.get_by_role("heading", name="Your code").wait_for()
    inspector.inspect("a code")
    assert inspector.found == {}


def test_what_somebody_shares_is_accessible(inspector: Inspector, site: Site):
    demo_person(site.app, "Tomas").signs_in(inspector.page.context, site.origin)
    inspector.visit(("/settings/sharing", "/settings/sharing/code", "/settings/privacy"))
    page = inspector.page
    page.goto("/settings/sharing")
    page.get_by_role("link", name="Change what Ines sees").click()
    page.get_by_role("heading", name="What Ines sees").wait_for()
    inspector.inspect("what one therapist sees")
    page.get_by_role("link", name="End sharing").click()
    page.get_by_role("button", name="End it now").wait_for()
    inspector.inspect("the end")
    assert inspector.found == {}


def test_the_pages_of_a_therapist_are_accessible(inspector: Inspector, site: Site, ruth: Somebody):
    ruth.signs_in(inspector.page.context, site.origin)
    invitation_of(ruth)
    inspector.visit(("/people/invite",))
    page = inspector.page
    page.get_by_role("button", name="Make an invitation").click()
    page.get_by_role("textbox", name="Link").wait_for()
    inspector.inspect("an invitation")
    assert inspector.found == {}
