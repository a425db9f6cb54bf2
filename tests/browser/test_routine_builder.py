"""Building a routine in a real browser: by keyboard alone, by pointer, and looking at it in the player."""

import re
import time
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from fstpwa.content import library
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.care import Routine
from fstpwa.models.people import Role, User
from fstpwa.models.practice import SessionLog
from fstpwa.services import devices, people, routines
from tests.browser.inspector import Inspector
from tests.browser.people import COOKIE

pytestmark = pytest.mark.browser

SAVED = re.compile(r"/routines/[0-9a-f-]{36}$")
HUMAN_MS = 70
"""Between two keys: some 170 words a minute would be less."""
WANTED = ("shoulder rolls", "neck turns", "side bends", "chin nod", "upper trap", "belly")


def name_of(slug: str) -> str:
    return library().movements[slug].name


class Therapist:
    """A new therapist with a routine, signed in on the test's browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            now = datetime.now(UTC)
            user = people.start_without_account("UTC", now=now)
            user.role, user.is_adult, user.name = Role.THERAPIST, True, "Ada"
            self.token = devices.open_device(user, "Test", now=now, is_strong=True)
            draft = RoutineDraft(
                name="Three",
                lines=tuple(map(line_of, ("neck-turns", "shoulder-rolls", "neck-side-bends"))),
                flare_from="neck-and-desk",
            )
            self.routine = routines.create(user, draft, now=now).public_id
            db.session.commit()
            self.id = user.id

    def stored(self, name: str) -> list[str]:
        """The movements of the newest version of a routine, by its name."""
        with self.app.app_context():
            routine = db.session.scalars(
                db.select(Routine).filter_by(user_id=self.id, name=name)
            ).one()
            return [line.slug for line in routines.lines_of(routines.newest(routine))]

    def logs(self) -> int:
        with self.app.app_context():
            rows = db.select(db.func.count()).select_from(SessionLog).filter_by(user_id=self.id)
            return db.session.scalar(rows) or 0

    def calls_it(self, name: str) -> None:
        """Another browser saves the routine under another name meanwhile."""
        with self.app.app_context():
            user = db.session.get_one(User, self.id)
            routine = routines.routine_for(user, self.routine)
            draft = routines.draft_of(routines.newest(routine))
            changed = RoutineDraft(name=name, lines=draft.lines[:1], flare_from=draft.flare_from)
            routines.save(routine, user, changed, routine.version, now=datetime.now(UTC))
            db.session.commit()


def line_of(slug: str) -> RoutineLine:
    return RoutineLine(slug=slug)


@pytest.fixture
def ada(site, context) -> Therapist:
    made = Therapist(site.app)
    context.add_cookies([{"name": COOKIE, "value": made.token, "url": site.origin}])
    return made


@pytest.fixture
def laptop(page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    return page


@pytest.fixture
def three(laptop: Page, ada: Therapist) -> Page:
    """The builder with three movements, its script at work."""
    laptop.goto(f"/routines/{ada.routine}")
    expect(laptop.locator("#find")).to_be_focused()
    return laptop


def lines(page: Page) -> list[str]:
    return page.locator("#routine-lines > li").evaluate_all(
        "(all) => all.map((x) => x.dataset.name)"
    )


def said(page: Page) -> Locator:
    return page.locator('[data-builder="said"]')


def line(page: Page, slug: str) -> Locator:
    return page.locator(f'#routine-lines > li[data-name="{name_of(slug)}"]')


def test_six_movements_by_keyboard_alone_in_under_a_minute(laptop: Page, ada: Therapist) -> None:
    laptop.goto("/routines/new")
    keyboard = laptop.keyboard
    expect(laptop.locator("#name")).to_be_focused()
    began = time.monotonic()
    keyboard.type("Desk, first weeks", delay=HUMAN_MS)
    keyboard.press("Enter")
    expect(laptop.locator("#find")).to_be_focused()
    for number, words in enumerate(WANTED, start=1):
        keyboard.type(words, delay=HUMAN_MS)
        keyboard.press("Enter")
        expect(said(laptop)).to_contain_text(f"{number} of {number}.")
    expect(laptop.locator("#routine-total")).to_contain_text("6 movements · about")
    keyboard.press("Control+Enter")
    laptop.wait_for_url(SAVED)
    took_s = time.monotonic() - began

    assert len(ada.stored("Desk, first weeks")) == 6
    assert took_s < 60
    print(f"six movements by keyboard: {took_s:.1f} s")


def test_enter_before_the_answer_is_there_adds_what_the_words_find(three: Page) -> None:
    three.keyboard.type("plantar fascia")
    three.keyboard.press("Enter")
    expect(said(three)).to_contain_text(name_of("plantar-fascia-stretch"))
    assert lines(three)[-1] == name_of("plantar-fascia-stretch")
    expect(three.locator("#find")).to_be_focused()


def test_the_arrows_go_to_the_other_ones_that_were_found_and_back(three: Page) -> None:
    three.keyboard.type("heel")
    found = three.locator('[data-builder="add"]')
    expect(three.locator('[data-for="heel|"]')).to_be_visible()
    three.keyboard.press("ArrowDown")
    three.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    three.keyboard.press("Enter")
    expect(said(three)).to_contain_text("4 of 4.")
    expect(found.nth(1)).to_be_focused()
    three.keyboard.press("ArrowUp")
    three.keyboard.press("ArrowUp")
    expect(three.locator("#find")).to_be_focused()


def test_the_buttons_of_the_order_keep_the_focus_and_say_the_new_place(
    three: Page, ada: Therapist
) -> None:
    turns = name_of("neck-turns")
    down = line(three, "neck-turns").locator('[data-builder="down"]')
    down.focus()
    three.keyboard.press("Enter")
    expect(said(three)).to_have_text(f"{turns}: 2 of 3.")
    three.keyboard.press("Space")
    expect(said(three)).to_have_text(f"{turns}: 3 of 3.")
    expect(down).to_be_focused()
    three.keyboard.press("Enter")
    expect(said(three)).to_have_text(f"{turns} is last already.")
    line(three, "neck-turns").locator('[data-builder="up"]').press("Enter")
    expect(said(three)).to_have_text(f"{turns}: 2 of 3.")
    three.locator('[data-builder="save"]').press("Enter")
    expect(three.get_by_text("Saved as version 2.")).to_be_visible()
    assert ada.stored("Three") == ["shoulder-rolls", "neck-turns", "neck-side-bends"]


def test_what_was_taken_out_comes_back_with_what_was_typed(three: Page) -> None:
    rolls = line(three, "shoulder-rolls")
    rolls.locator('input[name^="reps-"]').fill("7")
    rolls.locator('[data-builder="remove"]').press("Enter")
    assert lines(three) == [name_of("neck-turns"), name_of("neck-side-bends")]
    expect(three.locator("#routine-total")).to_contain_text("2 movements")
    expect(three.locator('[data-builder="undo"]')).to_be_focused()
    three.keyboard.press("Enter")
    assert lines(three)[1] == name_of("shoulder-rolls")
    expect(rolls.locator('input[name^="reps-"]')).to_have_value("7")
    expect(rolls.locator('[data-builder="remove"]')).to_be_focused()
    expect(three.locator("#routine-total")).to_contain_text("3 movements")


def test_a_line_can_be_dragged_to_another_place_and_esc_puts_it_back(three: Page) -> None:
    handle = line(three, "neck-turns").locator('[data-builder="handle"]')
    last = line(three, "neck-side-bends")
    box = last.bounding_box()
    handle.hover()
    three.mouse.down()
    three.mouse.move(box["x"] + 20, box["y"] + box["height"] - 4, steps=8)
    three.mouse.up()
    assert lines(three)[-1] == name_of("neck-turns")
    expect(said(three)).to_have_text(f"{name_of('neck-turns')}: 3 of 3.")

    after = lines(three)
    handle.hover()
    three.mouse.down()
    three.mouse.move(box["x"] + 20, 5, steps=4)
    three.keyboard.press("Escape")
    three.mouse.up()
    assert lines(three) == after


def test_the_server_reckons_the_total_and_says_what_cannot_be_used(three: Page) -> None:
    total = three.locator("#routine-total")
    before = total.inner_text()
    sets = line(three, "neck-turns").locator('input[name^="sets-"]')
    sets.fill("6")
    expect(total).not_to_have_text(before)
    expect(line(three, "neck-turns").locator(".routine-words")).to_contain_text("6 sets of")
    sets.fill("11")
    expect(total).to_contain_text("Without what cannot be used yet.")
    expect(line(three, "neck-turns")).to_contain_text("Give a whole number from 1 to 10.")


def test_the_easier_version_brings_its_numbers(three: Page) -> None:
    three.locator("#find").fill("upper trap")
    three.keyboard.press("Enter")
    stretch = line(three, "upper-trap-stretch")
    expect(stretch).to_be_visible()
    held = stretch.locator('input[name^="hold_s-"]')
    movement = library().movements["upper-trap-stretch"]
    usual, eased = str(movement.dose.hold_s), str(movement.easier.dose.hold_s)
    assert usual != eased
    expect(held).to_have_value(usual)
    stretch.locator("summary").click()
    stretch.locator('[data-builder="easier"]').check()
    expect(held).to_have_value(eased)
    expect(stretch.locator(".routine-words")).to_contain_text(f"{eased} seconds")
    stretch.locator('[data-builder="easier"]').uncheck()
    expect(held).to_have_value(usual)


def test_whoever_saves_second_sees_both_and_saves_on_top(
    three: Page, ada: Therapist, faults
) -> None:
    faults.expect("409")
    ada.calls_it("Theirs")
    three.locator("#name").fill("Mine")
    three.locator('[data-builder="save"]').click()
    expect(three.locator("#theirs-title")).to_be_visible()
    expect(three.locator("#theirs")).to_contain_text("Theirs: Theirs")
    expect(three.locator("#name")).to_have_value("Mine")
    assert len(lines(three)) == 3
    three.locator("#theirs").get_by_role("button", name="Save mine on top").click()
    expect(three.get_by_text("Saved as version 3.")).to_be_visible()
    assert len(ada.stored("Mine")) == 3


def test_leaving_what_is_not_saved_is_asked_about(three: Page) -> None:
    asked = []
    three.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    three.locator("#name").fill("Mine")
    three.get_by_role("link", name="Routines", exact=True).first.click()
    three.wait_for_url("**/routines")
    assert asked == ["beforeunload"]


def test_without_a_script_the_same_buttons_build_it(site, open_context) -> None:
    context = open_context(java_script_enabled=False)
    ada = Therapist(site.app)
    context.add_cookies([{"name": COOKIE, "value": ada.token, "url": site.origin}])
    page = context.new_page()
    page.goto("/routines/new")
    page.get_by_label("Name", exact=True).fill("Plain")
    for words, slug in (("neck turns", "neck-turns"), ("heel", "plantar-fascia-stretch")):
        page.get_by_label("Find a movement").fill(words)
        page.get_by_label("Find a movement").press("Enter")
        page.locator(f'button[value="add:{slug}"]').click()
    page.get_by_role("button", name=f"Move {name_of('plantar-fascia-stretch')} up").click()
    page.get_by_role("button", name=f"Take {name_of('neck-turns')} out").click()
    page.get_by_role("button", name="Put back").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(SAVED)
    assert ada.stored("Plain") == ["plantar-fascia-stretch", "neck-turns"]


def test_a_line_follows_a_finger(site, open_context) -> None:
    context = open_context(has_touch=True)
    ada = Therapist(site.app)
    context.add_cookies([{"name": COOKIE, "value": ada.token, "url": site.origin}])
    page = context.new_page()
    page.goto(f"/routines/{ada.routine}")
    expect(page.locator("#find")).to_be_focused()
    handle = line(page, "neck-side-bends").locator('[data-builder="handle"]')
    handle.evaluate("(element) => element.scrollIntoView({ block: 'center' })")
    first, held = line(page, "shoulder-rolls").bounding_box(), handle.bounding_box()
    touch = context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    x, y = held["x"] + held["width"] / 2, held["y"] + held["height"] / 2
    send("touchStart", (x, y))
    for step in range(1, 6):
        send("touchMove", (x, y + (first["y"] + 3 - y) * step / 5))
    send("touchEnd")
    assert lines(page).index(name_of("neck-side-bends")) < 2


def test_the_preview_is_the_player_and_keeps_nothing(three: Page, ada: Therapist) -> None:
    sent = []
    three.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    kept_before = three.evaluate("Object.keys(localStorage).filter((k) => k.includes('session'))")
    three.get_by_role("link", name="Preview").click()
    expect(three.locator(".notice").get_by_text("This is a preview.")).to_be_visible()
    three.get_by_role("button", name="Play").click()
    expect(three.locator('[data-component="player"]')).to_have_attribute("data-phase", "playing")
    expect(three.locator('[data-player="name"]')).to_have_text(name_of("neck-turns"))
    three.locator('[data-player="too-much"]').click()
    three.wait_for_timeout(600)  # a sheet takes no taps while it opens
    three.locator('[data-player="why-pain"]').click()
    three.wait_for_timeout(600)
    three.locator('[data-player="pain-sharp"]').click()
    three.wait_for_timeout(600)
    three.locator('[data-player="save-stopped"]').click()
    expect(three.get_by_role("heading", name="That was the preview")).to_be_visible()
    kept = three.evaluate("Object.keys(localStorage).filter((k) => k.includes('session'))")
    names = three.evaluate("indexedDB.databases().then((all) => all.map((x) => x.name))")
    three.get_by_role("link", name="Back to the routine").last.click()
    three.wait_for_url(SAVED)

    assert kept == kept_before == []
    assert [request.url for request in sent] == []
    assert ada.logs() == 0
    assert all("-session" not in name for name in names)


def test_everybody_can_use_the_pages_in_every_way_of_looking(
    inspector: Inspector, site, ada: Therapist
) -> None:
    cookie = {"name": COOKIE, "value": ada.token, "url": site.origin}
    inspector.page.context.add_cookies([cookie])
    here = f"/routines/{ada.routine}"
    inspector.visit(("/routines", "/routines/new", here, f"{here}/preview"))
    inspector.page.goto(here)
    inspector.page.locator("#find").fill("heel")
    expect(inspector.page.locator('[data-for="heel|"]')).to_be_visible()
    inspector.page.locator('[data-builder="remove"]').first.click()
    inspector.inspect("searching, one taken out")
    assert inspector.found == {}
