"""A hand-out on paper: the size that was chosen, everything on it, and no movement in two pieces."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from fstpwa.content import library
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import routines
from tests.browser.conftest import Site
from tests.browser.inspector import Inspector
from tests.browser.people import Somebody, demo_person

PX_PER_MM = 96 / 25.4
POINTS = {"a4": (595, 842), "letter": (612, 792)}
"""Width and height of a page in points."""
ROOM_MM = {"a4": (210 - 30, 297 - 27), "letter": (215.9 - 30, 279.4 - 27)}
"""Width and height within the margins."""
MEDIA_BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")
LONGEST_NOTE = "Slower than you think, and only as far as it goes well. " * 3


@pytest.fixture
def ines(site: Site, context: BrowserContext) -> Somebody:
    """The demo therapist, signed in on `page`."""
    person = demo_person(site.app, "Ines")
    person.signs_in(context, site.origin)
    return person


@pytest.fixture
def make(site: Site, ines: Somebody) -> Callable[[tuple[str, ...]], UUID]:
    """Return a function that makes a routine of some movements."""

    def made(slugs: tuple[str, ...]) -> UUID:
        with site.app.app_context():
            therapist = db.session.get_one(User, ines.id)
            lines = tuple(RoutineLine(slug=slug, note=LONGEST_NOTE.strip()) for slug in slugs)
            draft = RoutineDraft(name="On paper", lines=lines, flare_from="neck-and-desk")
            routine = routines.create(therapist, draft, now=datetime.now(UTC))
            public_id = routine.public_id
            db.session.commit()
        return public_id

    return made


def pages_of(page: Page) -> list[tuple[int, int]]:
    """Print the page as Chromium does, and return the size of each sheet in points."""
    pdf = page.pdf(prefer_css_page_size=True)
    return [(round(float(w)), round(float(h))) for w, h in MEDIA_BOX.findall(pdf)]


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_it_is_printed_in_the_size_that_was_chosen(page: Page, make, paper):
    slugs = tuple(each.slug for each in library().movements_on_offer()[:6])
    page.goto(f"/routines/{make(slugs)}/hand-out?paper={paper}")
    sheets = pages_of(page)
    assert set(sheets) == {POINTS[paper]}
    # No sheet holds more than three movements, none less than one after the first.
    assert len(slugs) / 3 <= len(sheets) <= len(slugs) + 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_every_movement_of_the_library_fits_on_a_page_with_the_longest_note(
    page: Page, make, paper
):
    """So `break-inside: avoid` can always be kept, and nothing is cut at an edge."""
    width, height = (round(side * PX_PER_MM) for side in ROOM_MM[paper])
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    seen = 0
    everything = tuple(each.slug for each in library().movements_on_offer())
    for slugs in (everything[first : first + 10] for first in range(0, len(everything), 10)):
        page.goto(f"/routines/{make(slugs)}/hand-out?paper={paper}")
        movements = page.locator(".paper-movement")
        expect(movements).to_have_count(len(slugs))
        for slug, (tall, wide, inside) in zip(
            slugs,
            movements.evaluate_all(
                "all => all.map(it => [it.offsetHeight, it.scrollWidth, "
                "getComputedStyle(it).breakInside])"
            ),
            strict=True,
        ):
            assert tall <= height, slug
            assert wide <= width, slug
            assert inside == "avoid"
        seen += len(slugs)
    assert seen == len(everything)


def test_a_name_is_typed_on_the_page_itself_and_sent_nowhere(page: Page, make):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    page.goto(f"/routines/{make(('neck-turns',))}/hand-out")
    expect(page.get_by_label("For", exact=True)).to_have_count(0)
    page.get_by_label("With a name on it").check()
    page.get_by_role("button", name="Show it like that").click()
    page.get_by_label("For", exact=True).fill("Tomasina Quill")
    page.get_by_label("Letter").check(force=True)
    page.get_by_role("button", name="Show it like that").click()
    expect(page.locator(".paper-letter")).to_be_visible()
    assert not [each for each in sent if "Quill" in each]


def test_on_paper_there_is_nothing_to_press(page: Page, make):
    page.goto(f"/routines/{make(('neck-turns', 'wall-slide'))}/hand-out")
    page.emulate_media(media="print")
    expect(page.locator(".paper-figure").first).to_be_visible()
    assert page.locator(".paper-figure").evaluate_all(
        "all => all.every(it => it.complete && it.naturalWidth > 0)"
    )
    assert page.get_by_role("button").filter(visible=True).count() == 0
    assert page.get_by_role("navigation").filter(visible=True).count() == 0


def test_everybody_can_use_the_page_in_either_theme(inspector: Inspector, site: Site, make, ines):
    ines.signs_in(inspector.page.context, site.origin)
    inspector.visit([f"/routines/{make(('neck-turns',))}/hand-out?named=1"])
    assert inspector.found == {}
