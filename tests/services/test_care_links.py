"""Consent: what a client lets be seen, changed and ended at once, and kept as what was agreed."""

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, ConsentEvent, Side
from fstpwa.models.people import Role
from fstpwa.services import care_links
from fstpwa.services.care_links import Scopes
from tests.caring import EVERYTHING, link
from tests.conftest import Person

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
NOTHING = Scopes()
EACH = [Scopes(shares_routines=True), Scopes(shares_records=True), Scopes(shares_notes=True)]


def test_a_therapist_sees_what_is_ticked_and_nothing_else(her, therapist, context):
    names = ("shares_routines", "shares_records", "shares_notes")
    every = [
        Scopes(**dict(zip(names, ticks, strict=True))) for ticks in product((True, False), repeat=3)
    ]
    public_id = link(her, therapist, NOTHING)
    with context():
        for given, needed in product(every, every):
            care_links.change(care_links.given_by(her.user(), public_id), given, now=NOW)
            may = not care_links.opens_more(given, needed)
            if may:
                assert care_links.seen_by(therapist.user(), public_id, needed).client.id == her.id
            else:
                with pytest.raises(NotFound):
                    care_links.seen_by(therapist.user(), public_id, needed)


def test_others_find_no_link(her, him, therapist, context):
    public_id = link(her, therapist)
    other = Person(her.app, Role.THERAPIST)
    with context():
        for who in (other, her, him):
            with pytest.raises(NotFound):
                care_links.seen_by(who.user(), public_id)
        for who in (him, therapist, other):
            with pytest.raises(NotFound):
                care_links.given_by(who.user(), public_id)
        with pytest.raises(NotFound):
            care_links.seen_by(therapist.user(), uuid4())


@pytest.mark.parametrize("by", [Side.CLIENT, Side.THERAPIST])
def test_what_has_ended_is_not_found_at_once_and_another_yes_is_another_link(
    her, therapist, context, by
):
    public_id = link(her, therapist)
    with context():
        care_links.end(care_links.given_by(her.user(), public_id), by, now=NOW)
        with pytest.raises(NotFound):
            care_links.seen_by(therapist.user(), public_id)
        with pytest.raises(NotFound):
            care_links.given_by(her.user(), public_id)
        assert care_links.links_of(her.user()) == []
        [ended] = care_links.ended_links_of(her.user())
        assert (ended.ended_by, ended.therapist.id) == (by, therapist.id)
        again = care_links.begin(her.user(), therapist.user(), EVERYTHING, now=NOW)
        assert again.public_id != public_id
        with pytest.raises(NotFound):
            care_links.seen_by(therapist.user(), public_id)


def test_ending_twice_keeps_the_first(her, therapist, context):
    public_id = link(her, therapist)
    with context():
        row = care_links.given_by(her.user(), public_id)
        care_links.end(row, Side.THERAPIST, now=NOW)
        care_links.end(row, Side.CLIENT, now=NOW + timedelta(hours=1))
        assert (row.ended_by, row.ended_at) == (Side.THERAPIST, NOW)


def test_what_was_agreed_when_is_kept(her, therapist, context):
    public_id = link(her, therapist, EACH[0], now=NOW)
    with context():
        row = care_links.given_by(her.user(), public_id)
        care_links.change(row, EACH[0], now=NOW)  # the same: nothing happened
        care_links.change(row, EACH[2], now=NOW + timedelta(days=1))
        care_links.end(row, Side.CLIENT, now=NOW + timedelta(days=2))
        told = [
            (each.what, each.shares_routines, each.shares_notes, each.at.day)
            for each in care_links.events_of(row)
        ]
        assert told == [
            ("ended", False, True, 6),
            ("changed", False, True, 5),
            ("began", True, False, 4),
        ]


def test_a_client_has_several_therapists_who_know_nothing_of_each_other(her, therapist, context):
    other = Person(her.app, Role.THERAPIST)
    first, second = link(her, therapist, EACH[0]), link(her, other, EACH[1])
    with context():
        assert [each.public_id for each in care_links.links_of(her.user())] == [first, second]
        with pytest.raises(NotFound):
            care_links.seen_by(therapist.user(), second)
        with pytest.raises(NotFound):
            care_links.seen_by(therapist.user(), first, EACH[1])
        care_links.end(care_links.given_by(her.user(), first), Side.CLIENT, now=NOW)
        assert care_links.seen_by(other.user(), second, EACH[1])


def test_who_shares_already_shares_what_they_tick_now(her, therapist, context):
    public_id = link(her, therapist, EVERYTHING)
    assert link(her, therapist, EACH[1]) == public_id
    with context():
        assert care_links.scopes_of(care_links.given_by(her.user(), public_id)) == EACH[1]
        assert len(db.session.scalars(select(ConsentEvent)).all()) == 2


def test_nobody_shares_with_themselves_or_with_somebody_who_is_no_therapist(
    her, him, therapist, context
):
    with context():
        for client, other in ((therapist, therapist), (her, him)):
            with pytest.raises(Conflict):
                care_links.begin(client.user(), other.user(), EVERYTHING, now=NOW)


def test_the_database_keeps_two_links_of_the_same_two_from_standing(her, therapist, context):
    link(her, therapist)
    with context():
        row = CareLink(
            public_id=uuid4(),
            user_id=her.id,
            therapist_id=therapist.id,
            shares_routines=True,
            shares_records=True,
            shares_notes=True,
            began_at=NOW,
            changed_at=NOW,
        )
        db.session.add(row)
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("scopes", EACH)
def test_more_is_what_was_not_there(scopes):
    assert care_links.opens_more(NOTHING, scopes)
    assert not care_links.opens_more(scopes, scopes)
    assert not care_links.opens_more(EVERYTHING, scopes)
    assert not care_links.opens_more(scopes, NOTHING)
