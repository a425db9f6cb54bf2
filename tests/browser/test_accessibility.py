"""axe finds nothing and nothing scrolls sideways, on every page and in every way of looking at it."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Faults, Site, noon_zone
from tests.browser.inspector import DOUBLE, SET_TEXT, Inspector
from tests.browser.people import Somebody, demo_person
from tests.browser.player_page import PlayerPage

pytestmark = pytest.mark.browser

PUBLIC_PAGES = ("/", "/movements", "/movements?q=heel", "/movements?q=xyzzy", "/programmes")
PRIVATE_PAGES = (
    ("/today", "/programmes", "/programmes/neck-and-desk", "/programmes/hip-mobility/choose"),
    ("/plan", "/plan/why", "/setback-card"),
    ("/check-in", "/progress", "/reminders", "/reminders/new"),
    ("/settings/", "/settings/sound-check", "/settings/profile", "/settings/security"),
    (
        "/settings/security/recovery-codes",
        "/settings/preferences",
        "/settings/sounds",
        "/settings/offline",
        "/settings/privacy",
        "/settings/delete",
    ),
)
"""In groups, for a test each: so they share the processors."""


def test_the_inspector_sees_what_is_wrong_in_every_look(inspector: Inspector):
    inspector.page.goto("/")
    inspector.page.evaluate(
        """() => {
          const button = document.querySelector("main button");
          button.textContent = "";
          button.style.width = "900px";
          const words = document.querySelector("main h1");
          words.style = "color: #777; background: #888; forced-color-adjust: none";
        }"""
    )
    inspector.inspect("spoilt")
    kinds = {
        name: {re.split("[: ]", each, maxsplit=1)[0] for each in found}
        for name, found in inspector.found.items()
    }
    assert kinds == {
        "spoilt, light": {"button-name", "color-contrast", "scrolls"},
        "spoilt, dark": {"color-contrast", "scrolls"},
        "spoilt, forced colours": {"color-contrast", "scrolls"},
        "spoilt, 320 px": {"button-name", "scrolls"},
        "spoilt, double text": {"button-name", "scrolls"},
    }


def test_each_look_is_what_it_says_and_the_usual_one_comes_back(inspector: Inspector):
    page = inspector.page
    page.goto("/")
    seen: list[object] = []
    page.expose_function("looked", lambda what: seen.append(what))
    page.evaluate(
        """() => {
          const run = axe.run;
          axe.run = async (...all) => {
            await looked([
              matchMedia("(prefers-color-scheme: dark)").matches,
              matchMedia("(forced-colors: active)").matches,
              innerWidth,
              getComputedStyle(document.documentElement).fontSize,
            ]);
            return run(...all);
          };
        }"""
    )
    inspector.inspect("home")
    inspector.inspect("home")
    looks = [
        [False, False, 390, "17px"],
        [True, False, 390, "17px"],
        [False, True, 390, "17px"],
        [False, False, 320, "17px"],
        [False, False, 390, "34px"],
    ]
    assert seen == looks * 2


def test_visitors_find_every_page_accessible(inspector: Inspector, faults: Faults):
    faults.expect("404")
    inspector.visit(PUBLIC_PAGES)
    inspector.visit(("/movements/neck-turns", "/programmes/plantar-heel"))
    inspector.visit(("/offline", "/no-such-page"))
    assert inspector.found == {}


@pytest.mark.parametrize("addresses", PRIVATE_PAGES, ids=lambda group: group[0])
def test_people_find_every_page_accessible(
    inspector: Inspector, site: Site, addresses: tuple[str, ...]
):
    demo_person(site.app, "Maya").signs_in(inspector.page.context, site.origin)
    inspector.visit(addresses)
    assert inspector.found == {}


def test_people_find_single_sessions_and_reminders_accessible(inspector: Inspector, site: Site):
    maya = demo_person(site.app, "Maya")
    maya.signs_in(inspector.page.context, site.origin)
    inspector.visit((f"/progress/sessions/{maya.logs()[-1].id}",))
    inspector.page.goto("/reminders")
    inspector.page.locator(".reminder a").first.click()
    inspector.page.wait_for_url("**/reminders/*")
    inspector.inspect("one reminder")
    assert inspector.found == {}


def test_newcomers_find_what_is_empty_accessible(inspector: Inspector, site: Site):
    newcomer = Somebody(site.app, noon_zone())
    newcomer.signs_in(inspector.page.context, site.origin)
    inspector.visit(("/today", "/plan", "/progress"))
    # Demo people stay as they are, so these are closed to them.
    inspector.visit(("/settings/security/app", "/settings/security/passkeys/new"))
    assert inspector.found == {}


@pytest.mark.parametrize(
    ("question", "programme", "addresses"),
    [
        ("mo_acute", "neck-and-desk", ("/movements", "/movements/neck-turns", "/programmes")),
        ("as_surgery", "plantar-heel", ("/programmes/plantar-heel",)),
        ("em_heart", "low-back", ("/movements/neck-turns",)),
    ],
    ids=["changed", "closed", "emptied"],
)
def test_a_plan_that_is_changed_closed_or_emptied_is_accessible(
    inspector: Inspector, site: Site, question: str, programme: str, addresses: tuple[str, ...]
):
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    session_id = person.follows(programme)
    person.tells(question)
    inspector.visit(("/today", *addresses))
    if question != "em_heart":
        inspector.visit((f"/sessions/{session_id}",))
    assert inspector.found == {}


def test_a_flare_day_and_its_reasons_are_accessible(inspector: Inspector, site: Site):
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    person.follows("neck-and-desk")
    inspector.page.goto("/today")
    inspector.page.get_by_role("button", name="It is a flare day").click()
    inspector.page.get_by_role("button", name="Keep the usual today").wait_for()
    inspector.inspect("a flare day")
    inspector.visit(("/plan/why",))
    assert inspector.found == {}


def test_the_player_is_accessible_at_every_moment(inspector: Inspector, site: Site, faults: Faults):
    faults.expect("422")
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    player = PlayerPage(inspector.page, person.follows("plantar-heel"))
    player.open()
    inspector.page.clock.resume()  # axe waits for timers
    inspector.inspect("before")
    player.begin()
    for moment in ("change", "get_ready", "hold"):
        player.winds_on_to(moment)
        inspector.inspect(f"playing: {moment}")
    player.press("open-details")
    inspector.inspect("details")
    player.press("close-details", "pause")
    inspector.inspect("paused")
    for button, sheet, close in (
        ("open-sound", "sound", "close-sound"),
        ("open-help", "help", "close-help"),
        ("stop", "leave", "carry-on"),
    ):
        player.press(button)
        player.sheet(sheet)
        inspector.inspect(sheet)
        player.press(close)
    look_at_too_much(player, inspector)
    inspector.page.goto(player.path)
    inspector.inspect("the day is held")
    assert inspector.found == {}


def test_the_questions_before_a_session_are_accessible(
    inspector: Inspector, site: Site, faults: Faults
):
    faults.expect("422")
    person = Somebody(site.app, noon_zone())
    person.signs_in(inspector.page.context, site.origin)
    inspector.page.goto(f"/sessions/{person.follows('low-back')}")
    look_at_questions(inspector)
    assert inspector.found == {}


def look_at_too_much(player: PlayerPage, inspector: Inspector) -> None:
    """Go through "too much" to the stop advice and on to "How was it?"."""
    player.press("too-much")
    inspector.inspect("why")
    player.press("why-tired")
    inspector.inspect("instead")
    player.press("close-instead", "too-much", "why-pain")
    inspector.inspect("pain kind")
    player.press("pain-sharp")
    inspector.inspect("advice")
    player.press("save-stopped")
    player.page.wait_for_url("**/progress/sessions/*")
    inspector.inspect("how was it")


def look_at_questions(inspector: Inspector) -> None:
    """Tick the check, look at the questions, leave a place open, then say yes to an emergency."""
    page = inspector.page
    page.locator('.player-before input[name="check"][value="pc_injury"]').check(force=True)
    inspector.inspect("ticked")
    page.locator('[data-player="answer"]').click()
    questions = page.locator(".health-question")
    expect(questions.first).to_be_visible()
    for question in questions.all():
        question.get_by_label("No", exact=True).check(force=True)
    questions.nth(1).get_by_label("Yes", exact=True).check(force=True)
    inspector.inspect("questions")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error")).to_have_count(1)
    inspector.inspect("questions, the place not said")
    questions.first.get_by_label("Yes", exact=True).check(force=True)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/safety")
    inspector.inspect("stopped")


def test_with_double_text_the_tabs_keep_apart_and_keep_their_names(page: Page, somebody: Somebody):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/today")
    tabs = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert tabs.locator("span").first.bounding_box()["width"] > 20
    page.evaluate(SET_TEXT, DOUBLE)
    for name in ("Today", "Practise", "Progress", "You"):
        expect(tabs.get_by_text(name, exact=True)).to_be_attached()
        expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    boxes = [each.bounding_box() for each in tabs.locator("span").all()]
    for one, following in pairwise(boxes):
        assert one["x"] + one["width"] <= following["x"]
