"""The page of what somebody likes and has at hand, and what their sessions say of it."""

import re
from html import unescape

import pytest

from fstpwa.content import library
from fstpwa.domain.preferences import ANYTHING, Preferences
from fstpwa.services.preferences import preferences_of
from tests.conftest import HTMX
from tests.playing import is_checked, plan_in
from tests.telling import SPRAIN, tell

MOVEMENTS = library().movements
THINGS = [code for code in library().vocabularies.equipment if code != "none"]
PAGE, MOVEMENT = "/settings/preferences", "/settings/preferences/movement"


def stored(person) -> Preferences:
    with person.app.app_context():
        return preferences_of(person.user())


def say(person, slug, wish, **more):
    return person.post(MOVEMENT, data={"movement": slug, "wish": wish, **more})


def words_of(page: str) -> str:
    """The words of a page's main part, without marks."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", main)))


def test_at_first_everything_is_at_hand_and_in_any_position(her):
    page = her.get(PAGE)
    assert all(is_checked(page, "at_hand", code) for code in THINGS)
    assert is_checked(page, "position", "any")
    assert stored(her) == ANYTHING


def test_what_is_not_ticked_is_not_at_hand(her):
    at_hand = [code for code in THINGS if code not in ("wall", "step")]
    answer = her.post(PAGE, data={"at_hand": at_hand, "position": "no_floor"})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    assert stored(her) == Preferences(missing=frozenset({"wall", "step"}), position="no_floor")
    page = her.get(PAGE)
    assert not is_checked(page, "at_hand", "wall")
    assert is_checked(page, "at_hand", "chair")
    assert is_checked(page, "position", "no_floor")


def test_without_any_tick_nothing_is_at_hand(her):
    her.post(PAGE, data={"position": "any"})
    assert stored(her).missing == set(THINGS)


def test_a_form_without_a_position_leaves_it_as_it_was(her):
    her.post(PAGE, data={"at_hand": THINGS, "position": "sitting"})
    her.post(PAGE, data={"at_hand": THINGS})
    assert stored(her) == Preferences(position="sitting")


def test_htmx_gets_the_form_back(her):
    answer = her.post(PAGE, data={"at_hand": THINGS, "position": "sitting"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Saved." in answer.text
    assert is_checked(answer, "position", "sitting")


@pytest.mark.parametrize(
    "form",
    [
        {"at_hand": THINGS, "position": "hanging"},
        {"at_hand": THINGS, "position": ""},
        {"at_hand": [*THINGS, "trampoline"], "position": "any"},
        {"at_hand": ["none"], "position": "any"},
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_used_is_said_where_it_is_and_not_stored(her, form, headers):
    answer = her.post(PAGE, data=form, headers=headers)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert stored(her) == ANYTHING


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"movement": "wall-slide"},
        {"movement": "wall-slide", "wish": "hated"},
        {"movement": "", "wish": "avoided"},
        {"movement": "no-such", "wish": "avoided"},
        {"movement": "wall-slide", "wish": "avoided", "back_to": "elsewhere"},
    ],
)
def test_a_wish_that_cannot_be_used_is_refused_and_not_stored(her, form):
    assert her.post(MOVEMENT, data=form).status_code == 422
    assert stored(her) == ANYTHING


def test_a_movement_is_listed_with_a_way_to_take_it_away(her):
    answer = say(her, "wall-slide", "avoided")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}#movements")
    page = her.get(PAGE).text
    assert "Wall slide is left out of your sessions." in words_of(page)
    assert "Remove: Wall slide" in words_of(page)
    assert '<option value="wall-slide">' not in page
    say(her, "wall-slide", "none")
    assert stored(her) == ANYTHING
    assert '<option value="wall-slide">' in her.get(PAGE).text


def test_a_movements_own_page_takes_and_shows_it(her):
    answer = say(her, "wall-slide", "preferred", back_to="movement")
    assert answer.headers["Location"] == "/movements/wall-slide#wish"
    page = her.get("/movements/wall-slide").text
    assert re.search(r'value="preferred" aria-current="true"', page)
    say(her, "wall-slide", "avoided", back_to="movement")
    page = her.get("/movements/wall-slide").text
    assert re.search(r'value="avoided" aria-current="true"', page)
    assert "Your sessions leave it out." in page


def test_a_movements_page_says_that_it_does_not_fit(her):
    her.post(PAGE, data={"at_hand": [], "position": "any"})
    assert "it needs a wall." in her.get("/movements/wall-slide").text


def test_a_visitor_reads_a_movement_without_wishes(client):
    page = client.get("/movements/wall-slide").text
    assert 'id="wish"' not in page


def test_what_she_wishes_is_hers_alone(her, him):
    say(her, "wall-slide", "avoided")
    assert stored(him) == ANYTHING


def test_the_session_says_what_stands_in_and_why(her, session):
    say(her, "neck-turns", "avoided")
    page = her.get(f"/sessions/{session.id}").text
    slugs = {item["slug"] for item in plan_in(page)["items"]}
    assert "neck-turns" not in slugs
    assert re.search(
        r"(\w[\w -]+ instead of Active neck turns|Active neck turns is left out): "
        r"you would rather not do it\.",
        words_of(page),
    )
    assert f'href="{PAGE}"' in page
    today = her.get("/today").text
    assert "you would rather not do it" in today
    assert f'href="{PAGE}"' in today


def test_a_session_that_wishes_empty_says_so_and_leads_to_them(her, session):
    for slug in MOVEMENTS:
        say(her, slug, "avoided")
    page = her.get(f"/sessions/{session.id}").text
    assert "Nothing in it fits what you set about your movements" in words_of(page)
    assert "you would rather not do it" in words_of(page)
    assert "Ask a clinician" not in page
    assert f'href="{PAGE}"' in page
    today = words_of(her.get("/today").text)
    assert "What you set about your movements leaves nothing of" in today
    assert "Ask a clinician" not in today


def test_a_session_that_answers_and_wishes_empty_names_both(her, session):
    tell(her, SPRAIN, regions=["neck"])
    for slug in MOVEMENTS:
        say(her, slug, "avoided")
    page = words_of(her.get(f"/sessions/{session.id}").text)
    assert "Your answers about health and what you set about your movements leave" in page
    assert "knock in the last 3 days (neck, both sides)" in page
    assert "you would rather not do it" in page
    assert "Ask a clinician" in page


def test_what_the_answers_close_stays_closed_with_their_reason_however_it_is_liked(her, session):
    tell(her, SPRAIN, regions=["neck"])
    before = {item["slug"] for item in plan_in(her.get(f"/sessions/{session.id}").text)["items"]}
    say(her, "neck-turns", "preferred")
    page = her.get(f"/sessions/{session.id}").text
    assert {item["slug"] for item in plan_in(page)["items"]} == before
    assert "You told us:" in page


def test_a_programmes_page_says_how_much_does_not_fit(her):
    her.post(PAGE, data={"at_hand": [each for each in THINGS if each != "wall"], "position": "any"})
    page = words_of(her.get("/programmes/neck-and-desk").text)
    assert re.search(r"\d+ of them do(es)? not fit what you like and have at hand\.", page)
    assert "put aside" in words_of(her.get("/programmes").text)
    assert "put aside" not in words_of(her.get("/programmes/neck-and-desk").text)


def test_ways_lead_to_it_from_you_and_the_plan(her):
    her.follows()
    for address in ("/settings/", "/plan"):
        assert f'href="{PAGE}"' in her.get(address).text
