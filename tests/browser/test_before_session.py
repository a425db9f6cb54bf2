"""Before a session: how much, what is needed, and the check that may ask first."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from fstpwa.content import library
from fstpwa.domain.pain_before import EASIER_WORDS, SHORT_WORDS
from tests.browser.conftest import Faults
from tests.browser.people import Somebody
from tests.browser.player_page import PlayerPage

pytestmark = pytest.mark.browser


def test_each_variant_plays_what_it_promises(page: Page, somebody: Somebody):
    session_id = somebody.follows("low-back")
    player = PlayerPage(page, session_id)
    player.open()
    offered = [variant["name"] for variant in player.plan()["variants"]]
    assert offered[0] == "usual"
    assert {"easier", "flare"} <= set(offered)
    for variant in offered:
        player.open()
        [chosen] = [each for each in player.plan()["variants"] if each["name"] == variant]
        player.begin(variant)
        expect(player.part("position")).to_have_text(f"1 of {len(chosen['parts'])}")
        assert player.item == chosen["parts"][0][0]
        assert player.item.startswith("f") == (variant == "flare")
        player.winds_on(10)
        player.press("stop", "leave-nothing")
        page.wait_for_url("**/today")


def test_what_is_needed_follows_the_chosen_variant(page: Page, somebody: Somebody):
    player = PlayerPage(page, somebody.follows("low-back"))
    player.open()
    for variant in player.plan()["variants"]:
        page.locator(f'input[name="variant"][value="{variant["name"]}"]').check(force=True)
        shown = page.locator(".player-contents > li:visible").evaluate_all(
            "(lines) => lines.map((line) => line.dataset.items)"
        )
        assert shown == [item for item, _ in variant["parts"]]


class TestPainBefore:
    """A rating proposes a version by what is usual for the person, also without a network."""

    @pytest.fixture(autouse=True)
    def pictures_may_fail(self, faults: Faults) -> None:
        faults.expect("ERR_INTERNET_DISCONNECTED")

    def opened(self, page: Page, somebody: Somebody, *pain: int) -> PlayerPage:
        session_id = somebody.follows("low-back")
        somebody.rated_before_sessions(*pain)
        player = PlayerPage(page, session_id)
        player.open()
        page.context.set_offline(True)
        return player

    def rates(self, player: PlayerPage, pain: int) -> None:
        player.page.locator(f'input[name="pain_before"][value="{pain}"]').check(force=True)

    def chosen(self, player: PlayerPage) -> str:
        return player.page.locator('input[name="variant"]:checked').input_value()

    def test_each_light_proposes_its_version_and_says_why(self, page: Page, somebody: Somebody):
        player = self.opened(page, somebody, 1, 2, 3)
        words, rest = player.part("pain-words"), player.part("not-today")
        expect(words).to_be_hidden()
        self.rates(player, 3)
        expect(words).to_be_hidden()
        assert self.chosen(player) == "usual"
        self.rates(player, 4)
        expect(words).to_have_text(EASIER_WORDS)
        expect(rest).to_be_hidden()
        assert self.chosen(player) == "easier"
        self.rates(player, 6)
        expect(words).to_have_text(SHORT_WORDS)
        expect(rest).to_contain_text("Not today")
        assert self.chosen(player) == "flare"
        self.rates(player, 2)
        expect(words).to_be_hidden()
        expect(rest).to_be_hidden()
        assert self.chosen(player) == "usual"

    def test_what_is_much_for_one_is_usual_for_another(self, page: Page, somebody: Somebody):
        player = self.opened(page, somebody, 6, 6, 7)
        self.rates(player, 7)
        expect(player.part("pain-words")).to_be_hidden()
        assert self.chosen(player) == "usual"
        self.rates(player, 8)
        expect(player.part("pain-words")).to_have_text(EASIER_WORDS)

    def test_the_person_decides(self, page: Page, somebody: Somebody):
        player = self.opened(page, somebody, 1, 1, 1)
        self.rates(player, 5)
        page.locator('input[name="variant"][value="usual"]').check(force=True)
        self.rates(player, 8)
        expect(player.part("pain-words")).to_have_text(SHORT_WORDS)
        assert self.chosen(player) == "usual"
        page.context.set_offline(False)
        player.press("start")
        player.is_in("playing")
        assert not player.item.startswith("f")

    def test_without_days_before_only_the_most_pain_proposes_anything(
        self, page: Page, somebody: Somebody
    ):
        player = self.opened(page, somebody)
        self.rates(player, 8)
        expect(player.part("pain-words")).to_be_hidden()
        self.rates(player, 9)
        expect(player.part("pain-words")).to_have_text(SHORT_WORDS)


class TestCheckBefore:
    """The short check: no tick starts, a tick asks first."""

    def test_a_tick_opens_its_questions_and_no_to_all_starts(
        self, page: Page, somebody: Somebody, session_id: UUID
    ):
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_injury")
        questions = page.locator(".health-question")
        expect(questions).to_have_count(3)
        for question in questions.all():
            question.get_by_label("No", exact=True).check(force=True)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("The check is done. You can start.")).to_be_visible()
        assert "?" not in page.url
        page.get_by_role("button", name="Start", exact=True).click()
        root = page.locator('[data-component="player"]')
        expect(root).to_have_attribute("data-phase", "playing")
        assert page.url.endswith(f"/sessions/{session_id}")
        page.reload()
        expect(root).to_have_attribute("data-phase", "playing")

    def test_what_was_chosen_is_still_chosen_after_the_questions(
        self, page: Page, session_id: UUID
    ):
        page.goto(f"/sessions/{session_id}")
        page.locator('input[name="variant"][value="easier"]').check(force=True)
        page.locator('input[name="pain_before"][value="4"]').check(force=True)
        self.ticks(page, "pc_flare")
        page.locator(".health-question").first.get_by_label("No", exact=True).check(force=True)
        page.get_by_role("button", name="Go on").click()
        for _ in ("at once", "after a reload"):
            expect(page.locator('input[name="variant"][value="easier"]')).to_be_checked()
            expect(page.locator('input[name="pain_before"][value="4"]')).to_be_checked()
            page.reload()

    def test_nothing_starts_while_something_is_ticked(self, page: Page, session_id: UUID):
        page.goto(f"/sessions/{session_id}")
        tick = page.locator('.player-before input[name="check"][value="pc_nerves"]')
        start = page.get_by_role("button", name="None of these: start")
        tick.check(force=True)
        expect(start).to_be_hidden()
        tick.uncheck(force=True)
        expect(start).to_be_visible()

    def test_an_emergency_shows_the_number_of_the_country(
        self, page: Page, somebody: Somebody, session_id: UUID
    ):
        somebody.lives_in("GB")
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_emergency")
        page.locator(".health-question").first.get_by_label("Yes", exact=True).check(force=True)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/safety")
        expect(page.get_by_role("link", name="Call 999").first).to_have_attribute("href", "tel:999")
        page.goto(f"/sessions/{session_id}")
        page.wait_for_url("**/safety")
        expect(page.locator('[data-player="start"]')).to_have_count(0)

    def test_a_sprain_told_before_the_session_takes_its_movements_out_and_plays_the_rest(
        self, page: Page, somebody: Somebody
    ):
        session_id = somebody.follows("neck-and-desk")
        player = PlayerPage(page, session_id)
        player.open()
        planned = {item["slug"] for item in player.plan()["items"]}
        self.ticks(page, "pc_injury")
        for question in page.locator(".health-question").all():
            question.get_by_label("No", exact=True).check(force=True)
        sprain = page.locator(".health-question").nth(1)
        expect(sprain.get_by_text("Which part did you hurt?")).to_be_hidden()
        sprain.get_by_label("Yes", exact=True).check(force=True)
        sprain.get_by_label("Neck").check(force=True)
        sprain.get_by_label("Left", exact=True).check(force=True)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Different for you today.")).to_be_visible()
        left = {item["slug"] for item in player.plan()["items"]}
        assert not planned <= left
        page.get_by_role("button", name="Start", exact=True).click()
        root = page.locator('[data-component="player"]')
        expect(root).to_have_attribute("data-phase", "playing")

    def test_back_to_a_session_after_telling_something_shows_it_anew(
        self, page: Page, somebody: Somebody
    ):
        session_id = somebody.follows("neck-and-desk")
        player = PlayerPage(page, session_id)
        player.open()
        planned = {item["slug"] for item in player.plan()["items"]}
        page.get_by_role("link", name="Something new or worrying").click()
        page.wait_for_url("**/worry*")
        somebody.tells("mo_acute", regions=["neck"])
        page.go_back()
        expect(page.get_by_text("Different for you today.")).to_be_visible()
        assert not planned <= {item["slug"] for item in player.plan()["items"]}

    def test_a_flare_day_offers_the_flare_version(self, page: Page, session_id: UUID):
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_flare")
        page.locator(".health-question").first.get_by_label("Yes", exact=True).check(force=True)
        page.get_by_role("button", name="Go on").click()
        # Only that version is left: there is nothing to choose.
        expect(page.locator('input[name="variant"]')).to_have_value("flare")

    def test_the_questions_behind_a_danger_sign_stand_under_whom_to_call(
        self, page: Page, somebody: Somebody, session_id: UUID
    ):
        somebody.lives_in("GB")
        page.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_emergency")
        call = page.locator("#call").get_by_role("link", name="Call 999")
        expect(call).to_have_attribute("href", "tel:999")
        expect(call).to_be_in_viewport()

    def test_who_leaves_a_danger_sign_unanswered_starts_nothing_in_any_tab(
        self, page: Page, session_id: UUID
    ):
        page.goto(f"/sessions/{session_id}")
        other = page.context.new_page()
        other.goto(f"/sessions/{session_id}")
        self.ticks(page, "pc_emergency")
        page.get_by_role("link", name="Not today: back to Today").click()
        expect(page.locator("#door")).to_contain_text("Chest pain, breathlessness")
        expect(page.locator(".session-card").get_by_role("link", name="Start")).to_have_count(0)
        other.locator('[data-player="start"]').click()
        heading = other.get_by_role("heading", level=1)
        expect(heading).to_have_text("A little more about that first")
        for question in other.locator(".health-question").all():
            question.get_by_label("No", exact=True).check(force=True)
        other.get_by_role("button", name="Go on").click()
        other.get_by_role("button", name="Start", exact=True).click()
        root = other.locator('[data-component="player"]')
        expect(root).to_have_attribute("data-phase", "playing")

    @staticmethod
    def ticks(page: Page, item: str) -> None:
        assert item in {each.id for each in library().safety.pre_session.items}
        page.locator(f'.player-before input[name="check"][value="{item}"]').check(force=True)
        page.locator('[data-player="answer"]').click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A little more about that first")
