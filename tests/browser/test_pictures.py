"""Pictures of movements in a real browser: still, moving, turned round, on paper, in the player."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from fstpwa.blueprints.movements import views as movement_pages
from fstpwa.blueprints.sessions import views as session_pages
from fstpwa.services import player_plan
from tests.browser.conftest import Site
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage
from tests.browser.small_pictures import Pictures, drawn

pytestmark = pytest.mark.browser

MOVEMENT = "/movements/half-kneeling-hip-flexor"
WITH_PICTURES = re.compile(r"/(movements|sessions)(/[a-z0-9-]+)?(\?.*)?$")
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const watch = new PerformanceObserver((list) => {
    for (const each of list.getEntries()) sum += each.value;
  });
  watch.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""
SAVES_DATA = 'Object.defineProperty(navigator, "connection", { value: { saveData: true } });'
IS_TURNED = "(it) => new DOMMatrix(getComputedStyle(it).transform).a === -1"


NewPage = Callable[..., tuple[Page, Pictures]]


class DrawnPages:
    """Hands out pages of the site as if every movement had been drawn; all else comes from the site."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def serve(self, page: Page) -> None:
        """Let `page` see them."""
        page.route(WITH_PICTURES, self._answer)

    def _answer(self, route: Route) -> None:
        asked = route.request
        if asked.resource_type != "document":
            route.fallback()
            return
        client = self.site.app.test_client(use_cookies=False)
        cookies = route.request.frame.page.context.cookies(self.site.origin)
        answer = client.get(
            asked.url.removeprefix(self.site.origin),
            base_url=self.site.origin,
            headers={"Cookie": "; ".join(f"{each['name']}={each['value']}" for each in cookies)},
        )
        route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)


@pytest.fixture
def drawn_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> DrawnPages:
    """The site as if every movement had been drawn."""
    for module in (movement_pages, session_pages, player_plan):
        monkeypatch.setattr(module, "figure_of", drawn)
    return DrawnPages(site)


@pytest.fixture
def new_page(open_context: Callable[..., BrowserContext], drawn_pages: DrawnPages) -> NewPage:
    """Return a function that opens a page on a phone with its own settings."""

    def opened(**options: Any) -> tuple[Page, Pictures]:
        page = open_context(**options).new_page()
        drawn_pages.serve(page)
        return page, Pictures(page)

    return opened


@pytest.fixture
def pictures(page: Page, drawn_pages: DrawnPages) -> Pictures:
    """The pictures that `page` gets."""
    drawn_pages.serve(page)
    return Pictures(page)


class FigureOnPage:
    """The picture on the page of a movement."""

    def __init__(self, page: Page) -> None:
        page.goto(MOVEMENT)
        self.frame = page.locator('[data-component="figure"]')
        self.still = self.frame.locator("picture img")
        self.motion = self.frame.locator(".figure-motion")
        self.play = self.frame.get_by_role("button", name="Play the movement")
        self.pause = self.frame.get_by_role("button", name="Pause the movement")

    def moves(self) -> None:
        """Check that the motion is in the place of the still."""
        expect(self.motion).to_be_visible()
        expect(self.still).not_to_be_visible()
        expect(self.pause).to_be_visible()

    def stands_still(self) -> None:
        """Check that the still is in the place of the motion."""
        expect(self.still).to_be_visible()
        expect(self.motion).not_to_be_visible()


def is_turned(image: Locator) -> bool:
    return bool(image.evaluate(IS_TURNED))


def test_a_movement_is_shown_in_motion_until_somebody_stops_it(page: Page, pictures: Pictures):
    figure = FigureOnPage(page)
    figure.moves()
    figure.pause.click()
    figure.stands_still()
    figure.play.focus()
    page.keyboard.press("Enter")
    figure.moves()
    page.keyboard.press("Space")
    figure.stands_still()
    expect(figure.play).to_be_focused()
    assert pictures.endings() == [".anim.avif", ".avif"]
    assert page.evaluate(SHIFTS) == 0


def stands_still_until_asked(page: Page, pictures: Pictures) -> None:
    """Only the still was loaded, and the button brings the motion."""
    figure = FigureOnPage(page)
    expect(figure.play).to_be_visible()
    page.wait_for_timeout(300)  # long enough for a motion that starts by itself
    figure.stands_still()
    assert pictures.endings() == [".avif"]
    figure.play.click()
    figure.moves()


def test_who_wants_less_motion_gets_the_still_and_can_have_the_motion(new_page: NewPage):
    page, pictures = new_page(reduced_motion="reduce")
    stands_still_until_asked(page, pictures)


def test_a_phone_that_saves_data_loads_no_motion_unasked(page: Page, pictures: Pictures):
    page.add_init_script(SAVES_DATA)
    stands_still_until_asked(page, pictures)


def test_motion_stops_when_somebody_asks_for_less_of_it_meanwhile(page: Page, pictures: Pictures):
    figure = FigureOnPage(page)
    figure.moves()
    page.emulate_media(reduced_motion="reduce")
    figure.stands_still()


def test_a_browser_that_cannot_show_the_motion_keeps_the_still_and_offers_no_button(
    page: Page, pictures: Pictures
):
    pictures.broken = {".anim.avif"}
    figure = FigureOnPage(page)
    expect(figure.frame).to_have_attribute("data-shown", "failed")
    figure.stands_still()
    expect(figure.play).not_to_be_visible()
    expect(figure.frame.get_by_role("status")).not_to_be_visible()


def test_a_motion_that_was_asked_for_and_cannot_be_shown_says_so(new_page: NewPage):
    page, pictures = new_page(reduced_motion="reduce")
    pictures.broken = {".anim.avif"}
    figure = FigureOnPage(page)
    figure.play.click()
    expect(figure.frame.get_by_role("status")).to_have_text(re.compile("cannot be shown"))
    figure.stands_still()
    expect(figure.play).to_be_focused()


def test_the_right_side_is_the_left_one_turned_round(page: Page, pictures: Pictures):
    figure = FigureOnPage(page)
    figure.moves()
    expect(page.get_by_label("Left side")).to_be_checked()
    assert not is_turned(figure.still)
    page.get_by_label("Left side").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Right side")).to_be_checked()
    assert is_turned(figure.still)
    assert is_turned(figure.motion)
    page.reload()
    expect(page.get_by_label("Left side")).to_be_checked()


def test_without_a_script_the_still_can_be_turned_and_nothing_moves(new_page: NewPage):
    page, pictures = new_page(java_script_enabled=False)
    figure = FigureOnPage(page)
    figure.stands_still()
    expect(figure.play).not_to_be_visible()
    page.get_by_label("Right side").check(force=True)
    expect(page.get_by_label("Right side")).to_be_checked()
    expect(figure.still).to_have_css("transform", "matrix(-1, 0, 0, 1, 0, 0)")
    assert ".anim.avif" not in pictures.endings()


def test_on_paper_there_is_the_drawing_of_the_side_and_nothing_to_press(
    page: Page, pictures: Pictures
):
    figure = FigureOnPage(page)
    figure.moves()
    assert ".svg" not in pictures.endings(), "only paper needs the drawing"
    page.get_by_label("Right side").check(force=True)
    page.emulate_media(media="print")
    drawing = figure.frame.locator(".figure-print")
    expect(drawing).to_be_visible()
    assert is_turned(drawing)
    expect(figure.still).not_to_be_visible()
    expect(figure.motion).not_to_be_visible()
    expect(page.get_by_text("The picture shows the right side.")).to_be_visible()
    expect(page.get_by_text("The picture shows the left side.")).not_to_be_visible()
    assert page.get_by_role("button").filter(visible=True).count() == 0
    expect(page.get_by_role("heading", name="Take care")).to_be_visible()
    for shown in ("How to do it", "2 holds of 30 seconds on each side"):
        expect(page.get_by_text(shown)).to_be_visible()


def test_the_print_button_waits_for_the_drawing(page: Page, pictures: Pictures):
    page.add_init_script("window.print = () => { window.printed = true; };")
    FigureOnPage(page)
    page.get_by_role("button", name="Print this page").click()
    page.wait_for_function("() => window.printed")
    assert ".svg" in pictures.endings()
    assert page.locator(".figure-print").evaluate("(it) => it.complete && it.naturalWidth > 0")


def test_the_library_shifts_nothing_while_its_pictures_come(page: Page, pictures: Pictures):
    page.goto("/movements")
    expect(page.locator(".thumb img").first).to_have_js_property("complete", True)
    assert page.evaluate(SHIFTS) == 0
    assert pictures.endings() == [".avif"]
    assert len(pictures.asked) < 60, "those far below wait"


class TestPlayer:
    """The stage of a session."""

    @pytest.fixture
    def player(self, page: Page, somebody: Somebody, pictures: Pictures) -> PlayerPage:
        """The player on a session of a site with pictures."""
        return self.opened(page, somebody)

    def opened(self, page: Page, somebody: Somebody) -> PlayerPage:
        somebody.signs_in(page.context, somebody.app.config["GOOD_DAYS"].origin)
        player = PlayerPage(page, somebody.follows("neck-and-desk"))
        player.open()
        return player

    def shown(self, player: PlayerPage) -> Locator:
        return player.part("picture-place").locator("img")

    def shows(self, player: PlayerPage, ending: str) -> None:
        """Check which picture of the movement of this moment is on the stage."""
        items = {item["id"]: item["slug"] for item in player.plan()["items"]}
        address = re.compile(re.escape(f"/static/figures/{items[player.item]}{ending}?v="))
        expect(self.shown(player)).to_have_attribute("src", address)
        expect(player.part("how")).to_be_hidden()

    def goes_to_the_first_hold(self, player: PlayerPage) -> None:
        for _ in range(20):
            if any(cue["kind"] == "hold" for cue in self.cues(player)):
                break
            player.press("next")
        player.winds_on_to("hold")

    def cues(self, player: PlayerPage) -> list[dict]:
        [item] = [each for each in player.plan()["items"] if each["id"] == player.item]
        return item["usual"]["cues"]

    def test_it_moves_on_the_way_into_a_hold_and_stands_still_in_it(
        self, player: PlayerPage, pictures: Pictures
    ):
        player.begin()
        self.shows(player, ".anim.avif")
        self.goes_to_the_first_hold(player)
        self.shows(player, ".avif")

    def test_a_pause_shows_the_still(self, player: PlayerPage):
        player.begin()
        self.shows(player, ".anim.avif")
        player.press("pause")
        self.shows(player, ".avif")
        player.press("pause")
        self.shows(player, ".anim.avif")

    def test_the_next_movement_is_there_before_it_is_needed(
        self, player: PlayerPage, pictures: Pictures
    ):
        player.begin()
        self.shows(player, ".anim.avif")
        first, second = (item["slug"] for item in player.plan()["items"][:2])
        wanted = {f"{slug}{end}" for slug in (first, second) for end in (".avif", ".anim.avif")}
        for _ in range(100):
            stage = {re.sub(r".*/([^/?]+)\?.*", r"\1", url) for url in pictures.asked}
            if wanted <= stage:
                break
            player.page.wait_for_timeout(100)
        assert wanted <= stage
        pictures.asked.clear()
        player.press("next")
        self.shows(player, ".anim.avif")
        # The lock screen asks for its own, which is the WebP.
        late = [url for url in pictures.asked if f"/{second}." in url and ".webp" not in url]
        assert late == []

    def test_the_right_side_is_turned_round(self, player: PlayerPage):
        player.begin()
        for _ in range(20):
            if any(cue["kind"] == "switch_side" for cue in self.cues(player)):
                break
            player.press("next")
        player.winds_on_to("hold")
        expect(player.part("side")).to_have_text("Left side")
        assert not is_turned(self.shown(player))
        player.winds_on_to("switch_side", at_most_s=300)
        player.winds_on_to("hold")
        expect(player.part("side")).to_have_text("Right side")
        assert is_turned(self.shown(player))

    def test_what_the_phone_was_told_about_motion_counts(self, player: PlayerPage):
        player.begin()
        self.goes_to_the_first_hold(player)
        player.press("open-sound")
        sheet = player.sheet("sound")
        sheet.get_by_label("Still picture while you hold").uncheck(force=True)
        player.press("close-sound")
        player.winds_on(1)
        self.shows(player, ".anim.avif")
        player.press("open-sound")
        player.sheet("sound").get_by_label("Moving pictures").uncheck(force=True)
        player.press("close-sound")
        player.winds_on(1)
        self.shows(player, ".avif")

    def test_who_wants_less_motion_gets_none_of_it(self, new_page: NewPage, somebody: Somebody):
        page, pictures = new_page(reduced_motion="reduce")
        player = self.opened(page, somebody)
        player.begin()
        self.shows(player, ".avif")
        player.press("open-sound")
        expect(player.sheet("sound").get_by_label("Moving pictures")).to_be_disabled()
        expect(player.part("motion-missing")).to_be_visible()
        assert ".anim.avif" not in pictures.endings()

    def test_pictures_that_cannot_be_had_give_way_to_the_words(
        self, page: Page, somebody: Somebody, pictures: Pictures
    ):
        pictures.broken = {".avif", ".webp", ".anim.avif"}
        player = self.opened(page, somebody)
        player.begin()
        player.press("next")
        player.winds_on(2)
        expect(player.part("how-start")).to_be_visible()
        expect(self.shown(player)).to_have_count(0)

    def test_a_browser_without_one_kind_of_picture_gets_the_other(
        self, page: Page, somebody: Somebody, pictures: Pictures
    ):
        pictures.broken = {".avif", ".anim.avif"}
        player = self.opened(page, somebody)
        player.begin()
        self.shows(player, ".webp")
