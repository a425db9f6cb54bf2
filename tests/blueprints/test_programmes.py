"""Reading about programmes, as a visitor and as somebody who follows one."""

import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from fstpwa.content import library
from fstpwa.domain.gated_session import programme_left
from fstpwa.services.safety import standing_of
from tests.conftest import Person
from tests.telling import SPRAIN, tell

SLUGS = list(library().programmes)
UNREVIEWED = "No doctor or physiotherapist has yet checked the content of this app."
ADULTS_ONLY = "Good Days is for adults aged 18 and over."


def test_the_list_names_every_programme_with_weeks_and_minutes(client: FlaskClient) -> None:
    page = client.get("/programmes").text
    for programme in library().programmes_on_offer():
        assert f'href="/programmes/{programme.slug}"' in page
        assert str(escape(programme.who_for)) in page
    assert UNREVIEWED in page
    assert ADULTS_ONLY in page


@pytest.mark.parametrize("slug", SLUGS)
def test_every_programme_can_be_read(client: FlaskClient, slug: str) -> None:
    programme = library().programmes[slug]
    page = client.get(f"/programmes/{slug}")
    assert page.status_code == 200
    for shown in (
        programme.who_for,
        programme.not_for,
        programme.evidence_line,
        programme.evidence_note,
        *(phase.goal for phase in programme.phases),
        *programme.stop_rules,
        UNREVIEWED,
        ADULTS_ONLY,
    ):
        assert str(escape(shown)) in page.text


@pytest.mark.parametrize("slug", SLUGS)
def test_licences_and_author_remarks_stay_out(client: FlaskClient, slug: str) -> None:
    page = client.get(f"/programmes/{slug}").text
    for remark in ("licensed form", "permission is confirmed", "_nrs", "author"):
        assert remark not in page
    assert not re.search(r"\((?:V|K|E|N)\)|, K\b", page)


def test_sessions_list_their_movements_with_the_dose_of_the_programme(client: FlaskClient) -> None:
    page = client.get("/programmes/neck-and-desk").text
    assert "1 minute 30 seconds" in page
    assert 'href="/movements/chin-nod-lying"' in page
    assert "about 11 minutes" in page
    assert "5 days a week, twice a day" in page


def test_a_visitor_tries_a_programme_by_a_form(client: FlaskClient) -> None:
    page = client.get("/programmes/low-back").text
    assert 'action="/try"' in page
    assert '<input type="hidden" name="programme" value="low-back">' in page
    assert 'data-component="time-zone"' in page
    assert "/programmes/low-back/choose" not in page


def test_somebody_signed_in_chooses_by_a_link(her: Person) -> None:
    page = her.get("/programmes/low-back").text
    assert 'href="/programmes/low-back/choose"' in page
    assert 'action="/try"' not in page


def test_the_running_programme_is_shown_first_and_not_offered_again(her: Person) -> None:
    her.follows("neck-and-desk")
    page = her.get("/programmes").text
    assert "You are following" in page
    assert page.index("Neck and desk reset") < page.index("Other programmes")
    assert "Neck and desk reset" not in page[page.index("Other programmes") :]
    own = her.get("/programmes/neck-and-desk").text
    assert "You are following this programme." in own
    assert "/programmes/neck-and-desk/choose" not in own
    assert "Your present programme ends" in her.get("/programmes/low-back").text


def test_what_she_follows_is_not_shown_to_him(her: Person, him: Person) -> None:
    her.follows("neck-and-desk")
    assert "You are following" not in him.get("/programmes").text


@pytest.mark.parametrize("slug", ["no-such-programme", "Low-Back", "low_back"])
def test_an_unknown_programme_is_not_found(client: FlaskClient, slug: str) -> None:
    assert client.get(f"/programmes/{slug}").status_code == 404


def test_rules_that_the_app_does_not_act_on_are_said_to_be_the_persons_own(
    client: FlaskClient,
) -> None:
    page = client.get("/programmes/neck-and-desk").text
    fold = page[page.index("If it is too much") :]
    assert "Rules to go by yourself; the app does not apply them for you yet." in fold
    rule = library().programmes["neck-and-desk"].regression_rules[0]
    assert str(escape(rule)) in fold


class TestForOnePerson:
    """A programme says how much of it is left for whoever is signed in."""

    def test_a_visitor_and_somebody_with_nothing_told_see_nothing_of_it(
        self, client: FlaskClient, her: Person
    ) -> None:
        for reader in (client, her):
            assert "For you:" not in reader.get("/programmes").text
            assert "What is left for you" not in reader.get("/programmes/low-back").text

    def test_what_is_left_out_and_why_is_said(self, her: Person) -> None:
        tell(her, SPRAIN, regions=["neck"])
        programme = library().programmes["neck-and-desk"]
        with her.app.app_context():
            found = standing_of(her.user(), her.today())
        left = programme_left(programme, found.conditions, library().movements)
        assert f"For you: {left.left} of {left.of} movements" in her.get("/programmes").text
        page = her.get("/programmes/neck-and-desk").text
        assert f"{left.left} of {left.of} movements" in page
        assert "(neck, both sides)" in page
        assert "Choose this programme" in page

    def test_a_programme_of_which_nothing_is_left_cannot_be_chosen(self, her: Person) -> None:
        tell(her, "as_surgery")
        page = her.get("/programmes/plantar-heel").text
        assert "cannot be started" in page
        assert "Choose this programme" not in page

    def test_while_the_plan_is_closed_a_programme_offers_no_start(self, her: Person) -> None:
        tell(her, "as_heart")
        page = her.get("/programmes/low-back").text
        assert "It cannot be started while your plan is closed" in page
        assert "Choose this programme" not in page
