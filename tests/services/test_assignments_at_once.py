"""A therapist gives or takes back while the client, or another device, does something at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from fstpwa.domain.errors import NotFound
from fstpwa.extensions import db, read_only, switched_on
from fstpwa.models.care import Assignment, AssignmentState, CareNoticeItem, Side
from fstpwa.models.people import Role
from fstpwa.models.practice import Enrolment
from fstpwa.services import assignments, care_links, enrolments, given, routines
from tests.caring import link, link_row
from tests.conftest import Person
from tests.services.test_any_order_at_once import at_once
from tests.services.test_assignments import DRAFT, entry

ROUNDS = 3


class Care:
    """A client and her therapist, with a routine of theirs."""

    def __init__(self, her: Person) -> None:
        self.her, self.therapist = her, Person(her.app, Role.THERAPIST)
        self.link = link(her, self.therapist)
        with her.app.app_context():
            now = datetime.now(UTC)
            self.routine = routines.create(self.therapist.user(), DRAFT, now=now).public_id
            db.session.commit()

    def gives(self, form_id: UUID, ahead: int = 0) -> Callable[[Person], object]:
        """Return what gives it, as if by one form."""

        def give(_person: Person) -> object:
            now = datetime.now(UTC)
            routine = routines.routine_for(self.therapist.user(), self.routine)
            said = entry(form_id=form_id, starts_on=now.date() + timedelta(days=ahead))
            try:
                return assignments.assign_routine(
                    link_row(self.her, self.link), routines.newest(routine), said, now=now
                )
            except NotFound:
                return db.session.rollback()

        return give

    def rows(self, model: type) -> list:  # type: ignore[type-arg]  # rows of any table
        """All rows of a table."""
        return list(db.session.scalars(db.select(model)))


@pytest.fixture
def care(kept_rows: None, her: Person) -> Care:
    """A client and her therapist; what they commit stays until the end of the test."""
    return Care(her)


def test_one_form_sent_by_two_devices_at_once_is_given_once(care: Care) -> None:
    for _ in range(ROUNDS):
        form = uuid4()
        at_once(care.her, *(care.gives(form) for _ in range(3)))
    with care.her.app.app_context():
        assert len(care.rows(Assignment)) == ROUNDS
        assert len(care.rows(CareNoticeItem)) == ROUNDS
        running = [each for each in care.rows(Enrolment) if each.ended_at is None]
        assert len(running) == 1


def test_given_while_the_client_begins_something_leaves_one_programme(care: Care) -> None:
    for _ in range(ROUNDS):
        at_once(
            care.her,
            care.gives(uuid4()),
            lambda person: enrolments.enrol(
                person.user(),
                enrolments.EnrolmentEntry(
                    programme="low-back", schedule=entry().schedule, side=None
                ),
                now=datetime.now(UTC),
            ),
        )
        with care.her.app.app_context():
            running = [each for each in care.rows(Enrolment) if each.ended_at is None]
            assert len(running) == 1
            states = {
                each.state for each in care.rows(Assignment) if each.enrolment_id != running[0].id
            }
            assert states <= {AssignmentState.ENDED}


def test_taken_back_while_the_client_stops_it_ends_once(care: Care) -> None:
    def take_back(_person: Person) -> None:
        row = db.session.scalars(
            db.select(Assignment).order_by(Assignment.id.desc()).limit(1)
        ).one()
        assignments.withdraw(row, now=datetime.now(UTC))

    def stop(person: Person) -> None:
        running = enrolments.running_enrolment(person.user())
        if running is not None:
            enrolments.stop(running, person.user(), now=datetime.now(UTC))

    for _ in range(ROUNDS):
        with care.her.app.app_context():
            care.gives(uuid4())(care.her)
            db.session.commit()
        at_once(care.her, take_back, stop)
        with care.her.app.app_context():
            assert all(each.ended_at is not None for each in care.rows(Enrolment))
            over = {AssignmentState.ENDED, AssignmentState.WITHDRAWN}
            assert {each.state for each in care.rows(Assignment)} <= over


def test_given_while_the_client_ends_the_link_is_given_before_that_or_not_at_all(
    care: Care,
) -> None:
    def end(person: Person) -> None:
        care_links.end(link_row(person, care.link), Side.CLIENT, now=datetime.now(UTC))

    at_once(care.her, care.gives(uuid4()), end)
    with care.her.app.app_context():
        assert link_row(care.her, care.link).ended_at is not None
        given_rows = care.rows(Assignment)
        assert len(given_rows) == len(care.rows(Enrolment))
    at_once(care.her, care.gives(uuid4()))
    with care.her.app.app_context():
        assert len(care.rows(Assignment)) == len(given_rows)


def test_two_workers_begin_what_waits_once(care: Care) -> None:
    with care.her.app.app_context():
        care.gives(uuid4(), ahead=1)(care.her)
        db.session.commit()
    later = datetime.now(UTC) + timedelta(days=1)
    at_once(care.her, *(lambda _person: assignments.start_due(now=later) for _ in range(3)))
    with care.her.app.app_context():
        assert len(care.rows(Enrolment)) == 1
        assert [each.state for each in care.rows(Assignment)] == [AssignmentState.RUNNING]


def test_on_a_page_that_only_reads_it_is_noted_at_once_that_it_was_seen(care: Care) -> None:
    with care.her.app.app_context():
        care.gives(uuid4())(care.her)
        db.session.commit()
        number = care.rows(Assignment)[0].id
        db.session.rollback()
        with switched_on(read_only):
            given.note_seen([number], now=datetime.now(UTC))
        db.session.rollback()
        assert care.rows(Assignment)[0].seen_at is not None
        db.session.rollback()
