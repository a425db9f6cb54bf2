"""Routines of a therapist: versions, two who edit at once, sharing, who has what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, CareLink, Routine, RoutineVersion
from fstpwa.models.people import Role
from fstpwa.models.practice import ProgrammeVersion
from fstpwa.services import care_links, routines
from fstpwa.services.care_links import Scopes
from fstpwa.services.routines import ChangedMeanwhile
from tests.caring import link
from tests.conftest import Person

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DRAFT = RoutineDraft(
    name="Neck",
    lines=(RoutineLine(slug="neck-turns"), RoutineLine(slug="upper-trap-stretch", hold_s=20)),
    flare_from="neck-and-desk",
)
WITH_ROLLS = replace(DRAFT, lines=(*DRAFT.lines, RoutineLine(slug="shoulder-rolls")))


@pytest.fixture
def here(app, rolled_back):
    with app.app_context():
        yield


@pytest.fixture
def colleague(app, rolled_back) -> Person:
    """Another therapist, with an address."""
    person = Person(app, Role.THERAPIST)
    with app.app_context():
        person.user().email = "colleague@example.org"
        person.user().name = "Bea"
        db.session.commit()
    return person


@pytest.fixture
def made(therapist, colleague, her, him, here) -> Routine:
    """A routine of the therapist; everybody else is there before the context opens."""
    return routines.create(therapist.user(), DRAFT, now=NOW)


def give(therapist: Person, client: Person, routine: Routine, *, state: str = "running") -> None:
    """Let a client have the newest version of a routine, as an assignment does."""
    given = db.session.scalars(
        db.select(CareLink).filter_by(user_id=client.id, therapist_id=therapist.id)
    ).one()
    digest = uuid4().hex * 2
    db.session.add(ProgrammeVersion(digest=digest, slug="r", data={}, first_used_at=NOW))
    db.session.flush()
    assignment = Assignment(
        public_id=uuid4(),
        user_id=client.id,
        link_id=given.id,
        routine_version_id=routines.newest(routine).id,
        programme_version=digest,
        name=routine.name,
        given_by="",
        weekdays=1,
        at_min=480,
        starts_on=NOW.date(),
        state=state,
        created_at=NOW,
    )
    db.session.add(assignment)
    db.session.flush()


def versions(routine: Routine) -> int:
    rows = db.select(db.func.count()).select_from(RoutineVersion)
    return db.session.scalar(rows.filter_by(routine_id=routine.id))


def test_what_is_saved_is_read_back(made) -> None:
    assert routines.draft_of(routines.newest(made)) == DRAFT
    assert (made.name, made.version) == ("Neck", 1)


def test_saving_makes_a_version_and_leaves_the_one_before(therapist, made) -> None:
    first = routines.newest(made)
    second = routines.save(made, therapist.user(), WITH_ROLLS, 1, now=LATER)

    assert (second.version, made.version, made.changed_at) == (2, 2, LATER)
    assert routines.draft_of(first) == DRAFT
    assert routines.draft_of(routines.newest(made)) == WITH_ROLLS


def test_saving_what_is_there_already_makes_no_version(therapist, made) -> None:
    spelled_out = replace(DRAFT, lines=(replace(DRAFT.lines[0], sets=1), DRAFT.lines[1]))
    assert routines.save(made, therapist.user(), spelled_out, 1, now=LATER).version == 1
    assert versions(made) == 1


def test_the_second_of_two_who_edit_is_told_and_nothing_is_overwritten(
    therapist, colleague, made
) -> None:
    routines.share_with(made, "colleague@example.org", now=NOW)
    routines.save(made, colleague.user(), WITH_ROLLS, 1, now=LATER)

    with pytest.raises(ChangedMeanwhile) as told:
        routines.save(made, therapist.user(), replace(DRAFT, name="Mine"), 1, now=LATER)

    assert routines.saved_by(told.value.newest) == "Bea"
    assert routines.draft_of(routines.newest(made)) == WITH_ROLLS
    on_top = routines.save(made, therapist.user(), replace(DRAFT, name="Mine"), 2, now=LATER)
    assert (on_top.version, made.name) == (3, "Mine")


def test_two_who_save_the_same_are_not_told_of_each_other(therapist, made) -> None:
    routines.save(made, therapist.user(), WITH_ROLLS, 1, now=LATER)
    assert routines.save(made, therapist.user(), WITH_ROLLS, 1, now=LATER).version == 2


@pytest.mark.parametrize(
    "wrong",
    [
        replace(DRAFT, lines=()),
        replace(DRAFT, name=""),
        replace(DRAFT, lines=(RoutineLine(slug="no-such"),)),
        replace(DRAFT, lines=(RoutineLine(slug="neck-turns", sets=0),)),
        replace(DRAFT, flare_from="no-such"),
    ],
)
def test_what_cannot_be_used_is_not_stored(therapist, made, wrong) -> None:
    with pytest.raises(InvalidValue):
        routines.create(therapist.user(), wrong, now=NOW)
    with pytest.raises(InvalidValue):
        routines.save(made, therapist.user(), wrong, 1, now=NOW)
    assert versions(made) == 1


def test_nobody_else_finds_it(her, colleague, made) -> None:
    for other in (her, colleague):
        with pytest.raises(NotFound):
            routines.routine_for(other.user(), made.public_id)
        assert routines.routines_of(other.user()) == []


def test_a_colleague_may_use_and_change_what_is_shared_until_it_is_not(
    therapist, colleague, made
) -> None:
    routines.share_with(made, " Colleague@Example.org ", now=NOW)
    routines.share_with(made, "colleague@example.org", now=NOW)

    assert routines.routine_for(colleague.user(), made.public_id) is made
    assert [one.owner for one in routines.listed(colleague.user())] == [""]
    with pytest.raises(NotFound):
        routines.owned_by(colleague.user(), made.public_id)

    routines.stop_sharing_with(made, "colleague@example.org")
    assert routines.routines_of(colleague.user()) == []
    assert routines.routines_of(therapist.user()) == [made]


def test_sharing_with_a_client_or_with_nobody_looks_the_same_and_gives_nothing(
    her, therapist, made
) -> None:
    her.user().email = "her@example.org"
    therapist.user().email = "me@example.org"
    for address in ("her@example.org", "nobody@example.org", "me@example.org"):
        assert routines.share_with(made, address, now=NOW) is None
    assert routines.routines_of(her.user()) == []
    with pytest.raises(InvalidValue):
        routines.share_with(made, "no address", now=NOW)


def test_a_routine_is_not_shared_with_everybody(made, monkeypatch) -> None:
    monkeypatch.setattr(routines, "MOST_EDITORS", 1)
    routines.share_with(made, "colleague@example.org", now=NOW)
    with pytest.raises(Conflict):
        routines.share_with(made, "another@example.org", now=NOW)


def test_a_copy_is_its_own(colleague, made) -> None:
    routines.share_with(made, "colleague@example.org", now=NOW)
    copy = routines.duplicate(made, colleague.user(), now=LATER)

    assert copy.public_id != made.public_id
    assert copy.name == "Copy of Neck"
    assert copy.user_id == colleague.id
    assert routines.draft_of(routines.newest(copy)).lines == DRAFT.lines
    again = routines.duplicate(copy, colleague.user(), now=LATER)
    assert again.name == "Copy of Neck"


def test_what_is_put_away_is_on_the_other_list(therapist, made) -> None:
    routines.archive(made, now=LATER)
    assert routines.routines_of(therapist.user()) == []
    assert routines.routines_of(therapist.user(), archived=True) == [made]
    assert routines.has_archived(therapist.user())
    routines.unarchive(made)
    assert routines.routines_of(therapist.user()) == [made]


def test_nobody_collects_routines_without_end(therapist, made, monkeypatch) -> None:
    monkeypatch.setattr(routines, "MOST_ROUTINES", 1)
    with pytest.raises(Conflict):
        routines.create(therapist.user(), DRAFT, now=NOW)


class TestWhoHasIt:
    @pytest.fixture(autouse=True)
    def linked(self, app, therapist, her, him, colleague) -> None:
        link(her, therapist)
        link(him, therapist)

    def test_the_list_names_clients_with_their_version(self, therapist, her, him, made) -> None:
        give(therapist, her, made)
        routines.save(made, therapist.user(), WITH_ROLLS, 1, now=LATER)
        give(therapist, him, made, state="waiting")

        [one] = routines.listed(therapist.user())
        assert {(holder.version, holder.waits) for holder in one.holders} == {
            (1, False),
            (2, True),
        }

    def test_whoever_ended_or_does_not_share_their_plan_is_not_named(
        self, therapist, her, him, made
    ) -> None:
        for client in (her, him):
            give(therapist, client, made)
        of = {
            client.id: db.session.scalars(db.select(CareLink).filter_by(user_id=client.id)).one()
            for client in (her, him)
        }
        care_links.change(of[her.id], Scopes(shares_records=True), now=LATER)
        care_links.end(of[him.id], "client", now=LATER)
        assert routines.holders_of(therapist.user(), made) == ()

    def test_a_colleague_does_not_see_whose_it_is(self, therapist, colleague, her, made) -> None:
        give(therapist, her, made)
        routines.share_with(made, "colleague@example.org", now=NOW)
        assert routines.holders_of(colleague.user(), made) == ()

    def test_the_list_takes_as_many_queries_for_many_as_for_one(
        self, therapist, her, made, queries
    ) -> None:
        give(therapist, her, made)
        user = therapist.user()
        with queries() as of_one:
            routines.listed(user)
        for _ in range(5):
            give(therapist, her, routines.create(user, DRAFT, now=NOW), state="ended")
        with queries() as of_many:
            routines.listed(user)
        assert len(of_many) == len(of_one) <= 4


def test_the_total_is_that_of_its_movements_one_by_one(here) -> None:
    measured = routines.measured(DRAFT.lines)
    assert routines.total_s(DRAFT.lines) == sum(seconds for _item, seconds in measured)
    lost = (*DRAFT.lines, RoutineLine(slug="no-such"))
    assert routines.total_s(lost) == routines.total_s(DRAFT.lines)
