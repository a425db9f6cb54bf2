"""The setback card: written in one's own words, sealed, read, changed, printed."""

import pytest
from sqlalchemy import select

from fstpwa.extensions import db
from fstpwa.models.practice import SetbackCard
from fstpwa.services import setback_cards, vault

CARD = {
    "early_signs": "Sleep goes first",
    "first": "Breathing\nthen the short session",
    "keep": "A walk round the block",
    "drop": "Ironing",
    "whom": "Ana",
    "help": "If my hands go numb",
}


def row_of(person) -> SetbackCard | None:
    with person.app.app_context():
        return db.session.scalar(select(SetbackCard).filter_by(user_id=person.id))


def test_while_nothing_is_written_its_page_is_the_form_with_its_hints(her):
    page = her.get("/setback-card").text
    for words in (
        "My early signs",
        "What I do first",
        "What I keep",
        "What I drop",
        "Whom I tell",
        "When I seek medical help",
        "Breathing, a shorter session.",
    ):
        assert words in page
    assert row_of(her) is None


def test_what_is_written_is_read_sealed_and_changed(her):
    assert her.post("/setback-card", data=CARD).location == "/setback-card"
    page = her.get("/setback-card").text
    assert all(text in page for text in CARD.values())
    assert "<textarea" not in page
    stored = row_of(her)
    assert all(vault.is_sealed(getattr(stored, name)) for name in CARD)
    form = her.get("/setback-card?change=yes").text
    assert "Ironing</textarea>" in form
    her.post("/setback-card", data={**CARD, "drop": ""})
    page = her.get("/setback-card").text
    assert "Ironing" not in page
    assert "What I drop" not in page
    with her.app.app_context():
        assert setback_cards.card_of(her.user()).first == CARD["first"]


def test_emptied_it_is_no_card_any_more(her):
    her.post("/setback-card", data=CARD)
    her.post("/setback-card", data=dict.fromkeys(CARD, "  "))
    assert row_of(her) is None
    assert "<textarea" in her.get("/setback-card").text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_too_long_a_line_comes_back_whole_and_nothing_is_stored(her, headers):
    long = "no " * 200
    sent = her.post("/setback-card", data={**CARD, "keep": long}, headers=headers)
    assert sent.status_code == 422
    assert "there is room for 500" in sent.text
    assert long in sent.text
    assert "Ironing" in sent.text
    assert row_of(her) is None


def test_what_cannot_be_stored_is_refused(her):
    assert her.post("/setback-card", data={**CARD, "whom": "A\x00na"}).status_code == 400
    assert row_of(her) is None


def test_his_card_is_not_hers(her, him):
    her.post("/setback-card", data=CARD)
    assert "Ironing" not in him.get("/setback-card").text
    him.post("/setback-card", data={"whom": "Ben"})
    assert "Ana" in her.get("/setback-card").text


@pytest.mark.parametrize("path", ["/settings/", "/today"])
def test_it_is_found_on_you_and_in_a_flare_on_today(her, path):
    her.follows()
    her.post("/today/flare", data={"answer": "yes"})
    assert 'href="/setback-card"' in her.get(path).text


def test_it_is_found_on_the_plan(her):
    her.follows()
    assert 'href="/setback-card"' in her.get("/plan").text
