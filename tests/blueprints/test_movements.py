"""The library of movements, as a visitor reads it."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from html import unescape

import pytest
from flask import Response
from flask.testing import FlaskClient

from fstpwa.blueprints.movements import presenting, views
from fstpwa.content import library
from fstpwa.domain.gate_words import marks_of, what_lifts
from fstpwa.domain.library import Library
from fstpwa.domain.standing import Condition
from fstpwa.services.figures import Figure, in_words
from fstpwa.services.safety import standing_of
from tests.conftest import HTMX, Person
from tests.telling import EMERGENCY, FRACTURE, SPRAIN, tell

Queries = Callable[[], AbstractContextManager[list[str]]]

BUDGET_BYTES = 16_000
"""Compressed, as it is sent; the pictures themselves come later."""
SLUG_OF_CARD = re.compile(r'class="movement-card" href="/movements/([a-z0-9-]+)"')


def cards(page: str) -> list[str]:
    return SLUG_OF_CARD.findall(page)


def count_beside(page: str, facet: str, code: str) -> int:
    found = re.search(
        rf'name="{facet}" value="{code}"[^>]*>[^<]*<span class="count">(\d+)</span>', page
    )
    assert found, f"{facet}={code} is not offered"
    return int(found[1])


def test_all_movements_are_shown(client: FlaskClient) -> None:
    page = client.get("/movements")
    assert page.status_code == 200
    assert cards(page.text) == [movement.slug for movement in library().movements_on_offer()]


def test_filters_combine_and_the_address_can_be_shared(client: FlaskClient) -> None:
    page = client.get("/movements?region=neck&region=jaw&kind=mobility").text
    found = [library().movements[slug] for slug in cards(page)]
    assert found
    assert all(movement.kind == "mobility" for movement in found)
    assert all({"neck", "jaw"} & set(movement.regions) for movement in found)
    assert re.search(r'value="neck" checked', page)
    assert "3 on" in page


def test_counts_are_those_one_gets_by_choosing(client: FlaskClient) -> None:
    page = client.get("/movements?region=neck").text
    expected = count_beside(page, "kind", "mobility")
    assert len(cards(client.get("/movements?region=neck&kind=mobility").text)) == expected
    other_region = count_beside(page, "region", "jaw")
    assert len(cards(client.get("/movements?region=jaw").text)) == other_region


@pytest.mark.parametrize(
    ("words", "expected"),
    [("heel", "towel-heel-raise"), ("desk", "neck-turns"), ("jaw", "jaw-rest-position")],
)
def test_everyday_words_find_movements(client: FlaskClient, words: str, expected: str) -> None:
    assert expected in cards(client.get("/movements", query_string={"q": words}).text)


def test_each_filter_that_is_on_can_be_taken_away_by_a_link(client: FlaskClient) -> None:
    page = client.get("/movements?q=towel&region=neck&kind=mobility").text
    for address in (
        "/movements?region=neck&amp;kind=mobility",
        "/movements?q=towel&amp;kind=mobility",
        "/movements?q=towel&amp;region=neck",
    ):
        assert f'href="{address}"' in page


def test_the_address_bar_gets_no_empty_search(client: FlaskClient) -> None:
    pushed = client.get("/movements?q=&region=neck").headers["HX-Push-Url"]
    assert pushed == "/movements?region=neck"
    assert client.get("/movements?q=knéé+und").headers["HX-Push-Url"].isascii()


def test_htmx_gets_the_same_page_as_everybody(client: FlaskClient) -> None:
    plain = client.get("/movements?region=neck")
    fragment = client.get("/movements?region=neck", headers=HTMX)
    without_nonces = [re.sub(r'nonce="[^"]*"', "", text.text) for text in (plain, fragment)]
    assert without_nonces[0] == without_nonces[1]


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/movements?q=heel&region=jaw").text
    assert cards(page) == []
    assert "No movement fits all of that." in page
    assert 'href="/movements?q=heel"' in page
    assert "Clear all" in client.get("/movements?q=zebra").text


@pytest.mark.parametrize(
    "query",
    [
        "region=moon",
        "colour=red",
        "region=",
        "region=neck%27--&kind=<b>",
        "page=-1",
        "q=" + "%F0%9F%A7%98" * 500,
        "&".join(["region=neck"] * 500),
    ],
)
def test_what_the_address_cannot_mean_is_passed_over(client: FlaskClient, query: str) -> None:
    assert client.get(f"/movements?{query}").status_code == 200


def test_typed_words_are_never_markup(client: FlaskClient) -> None:
    page = client.get("/movements", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize("slug", list(library().movements))
def test_every_movement_can_be_read(client: FlaskClient, slug: str) -> None:
    movement = library().movements[slug]
    page = client.get(f"/movements/{slug}")
    assert page.status_code == 200
    text = re.sub(r"&#39;", "'", page.text)
    for shown in (
        movement.start_position,
        *movement.steps,
        movement.feel_it_here,
        movement.breathing,
        movement.easier.how,
        movement.progression,
        movement.cautions,
        movement.evidence_line,
    ):
        assert shown in text


def test_pressure_is_said_in_words_for_self_release_only(client: FlaskClient) -> None:
    ball = client.get("/movements/upper-trap-ball-wall").text
    assert "Press no more than 3 out of 10" in ball
    assert "pressing no more than 2 out of 10" in ball
    assert "out of 10" not in client.get("/movements/ankle-circles").text


def test_health_flags_are_said_in_the_words_a_person_uses(client: FlaskClient) -> None:
    page = client.get("/movements/neck-turns").text
    assert "Dizzy or spinning when you move your head" in page
    assert "cervical_vascular_signs" not in page
    assert "Slow and small. Stop and get help for dizziness" in page


def test_clinicians_find_note_and_sources_in_a_fold(client: FlaskClient) -> None:
    page = client.get("/movements/neck-turns").text
    fold = page[page.index("For clinicians") :]
    assert "Range-of-motion exercise is part of guideline care" in fold
    assert "Blanpied" in fold
    assert "blanpied2017" not in page


def test_a_movement_leads_to_the_gentler_one_and_to_its_programmes(client: FlaskClient) -> None:
    page = client.get("/movements/upper-trap-ball-wall").text
    assert 'href="/movements/shoulder-rolls"' in page
    assert 'href="/programmes/neck-and-desk"' in page


@pytest.mark.parametrize("slug", ["no-such-movement", "Neck-Turns", "neck_turns", "..", "neck-"])
def test_an_unknown_movement_is_not_found(client: FlaskClient, slug: str) -> None:
    assert client.get(f"/movements/{slug}").status_code == 404


def test_the_library_is_open_to_whoever_is_signed_in(her: Person) -> None:
    page = her.get("/movements/neck-turns")
    assert page.status_code == 200
    assert 'aria-current="page"' in page.text


@pytest.fixture
def with_a_retired_movement(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The real content, as if one movement had been retired."""
    retired = replace(library().movements["neck-turns"], retired=True)
    content: Library = replace(library(), movements={**library().movements, retired.slug: retired})
    cached = (presenting.search_index, presenting.page_of, presenting.card_of)
    for module in (views, presenting):
        monkeypatch.setattr(module, "library", lambda: content)
    for function in cached:
        function.cache_clear()
    yield retired.slug
    for function in cached:
        function.cache_clear()


def test_a_retired_movement_can_be_read_but_is_not_offered(
    client: FlaskClient, with_a_retired_movement: str
) -> None:
    page = client.get(f"/movements/{with_a_retired_movement}")
    assert page.status_code == 200
    assert "no longer used in new plans" in page.text
    assert with_a_retired_movement not in cards(client.get("/movements").text)


DRAWN = Figure(
    still_avif="/static/figures/x.avif?v=0123456789",
    still_webp="/static/figures/x.webp?v=0123456789",
    motion="/static/figures/x.anim.avif?v=0123456789",
    line_art="/static/figures/x.svg?v=0123456789",
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every movement had been drawn."""
    monkeypatch.setattr(views, "figure_of", lambda _slug: DRAWN)


@pytest.fixture
def not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no movement had been drawn."""
    monkeypatch.setattr(views, "figure_of", lambda _slug: None)


def test_a_drawn_movement_is_shown_still_moving_and_as_a_drawing_for_paper(
    client: FlaskClient, drawn: None
) -> None:
    page = client.get("/movements/neck-turns").text
    assert 'srcset="/static/figures/x.avif?v=0123456789" type="image/avif"' in page
    assert 'data-motion="/static/figures/x.anim.avif?v=0123456789"' in page
    assert '<img class="figure-print" src="/static/figures/x.svg?v=0123456789"' in page
    assert f'alt="{in_words(library().movements["neck-turns"])}"' in unescape(page)
    assert re.search(r'<link rel="stylesheet" media="print" href="/static/dist/print\.', page)
    assert re.search(r'src="/static/dist/movement\.', page)


def test_cards_have_small_still_pictures_that_say_nothing_twice(
    client: FlaskClient, drawn: None
) -> None:
    page = client.get("/movements").text
    shown = re.findall(r'<picture class="thumb">.*?</picture>', page)
    assert len(shown) == len(cards(page))
    assert all('alt="" width="200" height="160"' in each for each in shown)
    assert ["lazy" in each for each in shown[:5]] == [False] * 4 + [True]
    assert all("lazy" in each for each in shown[4:])
    assert "anim" not in page
    assert "x.svg" not in page


def test_a_page_full_of_movements_is_small(client: FlaskClient, drawn: None) -> None:
    browser = FlaskClient(client.application, Response)  # the usual one reads plain text only
    page = browser.get("/movements", headers={"Accept-Encoding": "br"})
    assert page.headers["Content-Encoding"] == "br"
    assert len(page.data) < BUDGET_BYTES


def test_only_what_is_done_left_and_right_can_be_turned_round(
    client: FlaskClient, drawn: None
) -> None:
    turned = {
        movement.sides
        for movement in library().movements.values()
        if 'name="figure-side"' in client.get(f"/movements/{movement.slug}").text
    }
    assert turned == {"left_right"}


@pytest.mark.parametrize(
    ("slug", "sides"),
    [
        ("upper-trap-stretch", "One side, then the other"),
        ("neck-turns", "Sides in turn"),
        ("cat-cow", None),
    ],
)
def test_the_page_says_how_sides_are_done(
    client: FlaskClient, slug: str, sides: str | None
) -> None:
    found = re.search(r"<dt>Sides</dt><dd>(.*?)</dd>", client.get(f"/movements/{slug}").text)
    assert (found[1] if found else None) == sides


def test_without_pictures_there_is_nothing_to_turn_and_cards_show_the_kind(
    client: FlaskClient, not_drawn: None
) -> None:
    page = client.get("/movements/upper-trap-stretch").text
    assert "not drawn yet" in page
    assert "figure-side" not in page
    assert "figure-print" not in page
    listed = client.get("/movements").text
    assert listed.count('<span class="thumb"><svg') == len(cards(listed))


class TestForOnePerson:
    """The library says what a movement is for whoever is signed in."""

    def test_a_visitor_and_somebody_with_nothing_told_see_no_marks(
        self, client: FlaskClient, her: Person
    ) -> None:
        for reader in (client, her):
            assert "Left out for now" not in reader.get("/movements").text
            assert 'id="for-you"' not in reader.get("/movements/neck-turns").text

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            (SPRAIN, "Left out for now"),
            (FRACTURE, "This one waits"),
            ("mo_preg", "Easier version for you"),
        ],
    )
    def test_the_list_and_the_page_say_what_became_of_it(
        self, her: Person, question: str, words: str
    ) -> None:
        tell(her, question)
        marks = marks_of(library().movements_on_offer(), conditions_of(her))
        page = her.get("/movements").text
        assert len(re.findall(r'<span class="tag[^"]*">', page)) == len(marks)
        slug = next(slug for slug, mark in marks.items() if mark.words == words)
        shown = unescape(her.get(f"/movements/{slug}").text)
        assert words in page
        assert words in shown
        (condition,) = marks[slug].because
        assert condition.flag is not None
        assert f"You told us: {condition.flag.person_label}" in shown
        assert what_lifts(condition) in shown
        assert 'href="/safety"' in shown

    def test_filters_keep_the_marks(self, her: Person) -> None:
        tell(her, SPRAIN)
        answer = her.get("/movements?region=neck", headers=HTMX)
        assert "Left out for now" in answer.text

    def test_while_the_plan_is_locked_the_pages_can_be_read_and_say_so(self, her: Person) -> None:
        tell(her, EMERGENCY)
        for url in ("/movements", "/movements/neck-turns", "/programmes", "/programmes/low-back"):
            page = her.get(url)
            assert page.status_code == 200
            assert "Your plan waits" in page.text

    def test_who_was_never_asked_is_told_so(self, her: Person) -> None:
        stranger = Person(her.app, screened=False)
        for url in ("/movements", "/movements/prone-press-up", "/programmes"):
            assert "We have not asked about your health yet" in stranger.get(url).text
            assert "We have not asked" not in her.get(url).text

    def test_the_number_of_queries_is_the_same_whatever_was_answered(
        self, her: Person, queries: Queries
    ) -> None:
        with queries() as few:
            her.get("/movements")
        for region in ("neck", "jaw", "shoulder", "foot"):
            tell(her, SPRAIN, regions=[region])
        with queries() as many:
            her.get("/movements")
        assert len(few) == len(many) <= 9


def conditions_of(person: Person) -> tuple[Condition, ...]:
    with person.app.app_context():
        return standing_of(person.user(), person.today()).conditions


def test_something_worrying_can_be_told_from_a_movement_by_whoever_is_signed_in(client, her):
    assert 'href="/worry"' in her.get("/movements/neck-turns").text
    assert 'href="/worry"' not in client.get("/movements/neck-turns").text
