"""Everything by keyboard alone: reachable, the focus always visible and never lost."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import TODAY
from tests.browser.onboarding import gets_to_the_plan
from tests.browser.people import Somebody
from tests.browser.player_page import LED_BY_THE_SCREEN, PlayerPage, keep_settings

pytestmark = pytest.mark.browser

MOST_TABS = 80
LOST = "lost"
"""Also what Tab leads to after the last element: the browser's own buttons."""
HOW_FOCUS_SHOWS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "lost";
  const shown = [element, element.closest("label"), element.closest("summary")].filter(Boolean);
  // The clock button inside a time field has a ring of the browser's own, out of our reach.
  const insideField = !element.matches(":focus") && element.matches(":focus-within");
  const ringed = insideField || shown.some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = (element.closest("label") ?? element).getBoundingClientRect();
  const inSight = box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0;
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const owner = element.closest("label") ?? element;
  const uncovered = top !== null && (owner.contains(top) || top.contains(owner));
  const name = element.tagName + " " + (element.name ?? "") + " " + element.textContent.trim();
  if (!ringed) return "no ring: " + name.slice(0, 80);
  if (!inSight) return "out of sight: " + name.slice(0, 80);
  return uncovered ? "" : "covered: " + name.slice(0, 80);
}"""


class Keyboard:
    """Hands that have no pointer."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator, key: str = "Tab") -> None:
        """Tab until the target has the focus; the focus shows at every step."""
        expect(target).to_be_attached()
        ends_of_page = 1
        for _ in range(MOST_TABS):
            self.press(key)
            shown = self.page.evaluate(HOW_FOCUS_SHOWS)
            if shown == LOST and ends_of_page:
                ends_of_page -= 1
                continue
            assert shown == ""
            if target.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"{target} was not reached in {MOST_TABS} steps")

    def activate(self, target: Locator, key: str = "Enter") -> None:
        """Tab to a target and press a key on it."""
        self.tab_to(target)
        self.press(key)

    def choose(self, name: str, value: str) -> None:
        """Tab into a group of radios and go to a value with the arrows."""
        group = self.page.locator(f'input[name="{name}"]')
        wanted = self.page.locator(f'input[name="{name}"][value="{value}"]')
        self.tab_to(group.and_(self.page.locator(":focus, input")).first)
        self.press("Space")
        for _ in range(group.count()):
            if wanted.is_checked():
                return
            self.press("ArrowRight")
        expect(wanted).to_be_checked()


@pytest.fixture
def keyboard(page: Page) -> Keyboard:
    """The keyboard of the test's page."""
    return Keyboard(page)


def has_focus(locator: Locator) -> None:
    """Check that the focus was put where the person goes on."""
    expect(locator).to_be_focused()


def test_the_whole_way_from_the_first_page_to_the_diary(page: Page, keyboard: Keyboard):
    keep_settings(page, LED_BY_THE_SCREEN)
    page.clock.install()
    page.goto("/")
    keyboard.press("Tab")
    has_focus(page.get_by_role("link", name="Skip to the content"))
    keyboard.press("Enter")
    has_focus(page.locator("main"))
    keyboard.activate(page.get_by_role("button", name="Try it now"))
    gets_to_the_plan(page, "lasting_pain", "low_back")
    for day in page.locator('input[name="weekdays"]').all():
        keyboard.tab_to(day)
        if not day.is_checked():
            keyboard.press("Space")
    keyboard.activate(page.get_by_role("button", name="Start this programme"))

    page.wait_for_url(TODAY)
    keyboard.activate(page.locator(".session-card").get_by_role("link", name="Start"))
    page.wait_for_url("**/sessions/*")
    keyboard.choose("variant", "five")
    keyboard.choose("pain_before", "2")
    keyboard.activate(page.get_by_role("button", name="None of these: start"), key="Space")
    has_focus(page.locator('[data-player="pause"]'))
    page.clock.run_for(40_000)
    keyboard.press("Escape")
    expect(page.locator('[data-player="sheet-leave"]')).to_be_visible()
    keyboard.activate(page.locator('[data-player="finish"]'))

    page.wait_for_url("**/progress/sessions/*")
    keyboard.choose("worst_pain", "1")
    keyboard.choose("effort", "3")
    keyboard.activate(page.get_by_role("button", name="Save"))
    has_focus(page.locator("#session-log-title"))
    keyboard.activate(page.locator("#session-log").get_by_role("link", name="Back to Today"))

    page.wait_for_url(TODAY)
    answer_today(page, keyboard)
    keyboard.activate(page.get_by_role("navigation").get_by_role("link", name="Progress"))
    page.wait_for_url("**/progress")
    expect(page.locator(".diary")).to_contain_text("felt stiffness 5")


def answer_today(page: Page, keyboard: Keyboard) -> None:
    """Answer the daily three; the focus goes on after each answer of the server."""
    keyboard.choose("stiffness", "5")
    keyboard.choose("good_day", "so_so")
    keyboard.choose("flare", "no")
    keyboard.activate(page.locator("#check-in").get_by_role("button", name="Save", exact=True))
    has_focus(page.locator("#check-in-title"))


def test_the_focus_goes_to_the_field_that_was_refused(
    page: Page, keyboard: Keyboard, somebody: Somebody, faults
):
    faults.expect("422")
    page.goto("/programmes/hip-mobility/choose")
    keyboard.activate(page.get_by_role("button", name="Start this programme"))
    expect(page.locator(".error")).to_have_count(1)
    expect(page.locator('input[name="side"]:focus')).to_have_count(1)
    keyboard.press("Space")
    keyboard.activate(page.get_by_role("button", name="Start this programme"))
    page.wait_for_url(TODAY)


def test_folds_and_filters_open_without_a_pointer(page: Page, keyboard: Keyboard):
    page.goto("/movements")
    search = page.get_by_role("searchbox").or_(page.locator('input[name="q"]')).first
    keyboard.tab_to(search)
    page.keyboard.type("heel")
    keyboard.press("Enter")
    page.wait_for_url("**q=heel**")
    keyboard.activate(page.locator('main a[href^="/movements/"]').first)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_saving_settings_keeps_the_focus(page: Page, keyboard: Keyboard, somebody: Somebody):
    page.goto("/settings/profile")
    save = page.locator("#profile").get_by_role("button", name="Save")
    keyboard.activate(save)
    expect(page.get_by_text("Saved.")).to_be_visible()
    has_focus(page.locator("#profile").get_by_role("button", name="Save"))


class TestPlayerKeys:
    """Single keys of the player."""

    @pytest.fixture
    def player(self, page: Page, somebody: Somebody) -> PlayerPage:
        player = PlayerPage(page, somebody.follows("low-back"))
        player.open()
        player.begin()
        return player

    def test_they_do_what_the_help_says(self, player: PlayerPage, keyboard: Keyboard):
        starts = player.starts_of()
        player.winds_on(20)
        keyboard.press("ArrowRight")
        player.stands_at(35)
        keyboard.press("ArrowLeft", "ArrowLeft")
        player.stands_at(5)
        keyboard.press("n")
        player.stands_at(starts[1])
        keyboard.press("p")
        player.stands_at(0)
        player.winds_on(30)
        keyboard.press("r")
        assert player.position < 30
        keyboard.press("k")
        player.is_in("paused")
        keyboard.press("Space")
        player.is_in("playing")
        keyboard.press("t")
        player.sheet("why")
        keyboard.press("Escape")
        player.is_in("playing")
        keyboard.press("?")
        player.sheet("help")

    def test_the_focus_stays_in_the_session(self, player: PlayerPage, keyboard: Keyboard):
        seen = set()
        for _ in range(30):
            keyboard.press("Tab")
            inside = player.page.evaluate(
                """() => document.activeElement === document.body ? "page"
                  : document.activeElement.closest('[data-player="stage"]')
                    ? document.activeElement.dataset.player : "outside" """
            )
            seen.add(inside)
            if inside != "page":
                assert player.page.evaluate(HOW_FOCUS_SHOWS) == ""
        assert {"pause", "next", "previous", "too-much", "stop", "open-sound"} <= seen
        assert "outside" not in seen

    def test_a_sheet_gives_the_focus_back(self, player: PlayerPage, keyboard: Keyboard):
        keyboard.activate(player.part("too-much"))
        has_focus(player.part("sheet-why").get_by_role("heading"))
        keyboard.activate(player.part("close-why"))
        player.is_in("playing")
        has_focus(player.part("too-much"))
        keyboard.activate(player.part("open-details"))
        has_focus(player.part("close-details"))
        keyboard.press("Escape")
        has_focus(player.part("open-details"))
        player.is_in("playing")

    def test_letters_can_be_switched_off(self, player: PlayerPage, keyboard: Keyboard):
        keyboard.press("?")
        keyboard.tab_to(player.part("setting-keys"))
        keyboard.press("Space")
        keyboard.activate(player.part("close-help"))
        keyboard.press("n")
        assert player.position < 10
        keyboard.press("ArrowRight")
        assert player.position >= 15


def test_too_much_by_keyboard_alone(page: Page, keyboard: Keyboard, somebody: Somebody):
    session_id: UUID = somebody.follows("low-back")
    player = PlayerPage(page, session_id)
    player.open()
    player.begin()
    player.winds_on(20)
    keyboard.press("t")
    keyboard.activate(player.part("why-other"))
    keyboard.activate(player.part("skip"), key="Space")
    player.is_in("playing")
    expect(player.part("position")).to_have_text(re.compile("^2 of"))
    assert page.evaluate("() => document.activeElement !== document.body")
