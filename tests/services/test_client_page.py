"""What a therapist sees of a client: section by section with its consent, at the same cost."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest

from fstpwa.domain.standing import Source
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, AssignmentState, ClinicVisit, PrivateNote
from fstpwa.models.health import HealthReport
from fstpwa.models.people import Role
from fstpwa.models.practice import Enrolment
from fstpwa.services import client_page, private_notes, unlocks, visits
from fstpwa.services.care_links import Scopes
from fstpwa.services.client_days import client_days
from fstpwa.services.safety import AnswerEntry, record_answers, standing_of
from fstpwa.services.unlocks import Agreement
from fstpwa.services.visits import VisitEntry
from tests.caring import EVERYTHING, link, link_row
from tests.client_records import MANAGED, NOTE, REASON, records_of
from tests.conftest import Person

NOW = datetime.now(UTC)
TODAY = NOW.date()
ALL_SCOPES = [
    Scopes(shares_routines=plan, shares_records=records, shares_notes=notes)
    for plan, records, notes in product((True, False), repeat=3)
]


@pytest.fixture
def seen(her, therapist, context):
    """What her therapist sees of her, with some scopes; the app context stays open."""

    def look(scopes: Scopes = EVERYTHING, weeks: int = 12):
        found = link_row(her, link(her, therapist, scopes))
        return client_page.overview(found, TODAY, weeks)

    with context():
        yield look
        db.session.rollback()


@pytest.mark.parametrize("scopes", ALL_SCOPES, ids=str)
def test_each_section_is_there_with_its_consent_and_nothing_of_it_without(her, seen, scopes):
    records_of(her)
    found = seen(scopes)
    told = repr(found)
    assert (found.records is not None) == scopes.shares_records
    assert (found.plan is not None) == scopes.shares_routines
    assert ("Evening neck session" in told) == scopes.shares_records
    assert ("wall-slide" in told) == scopes.shares_records
    assert ("Neck and desk" in told) == scopes.shares_routines
    assert (MANAGED in told) == (scopes.shares_records and scopes.shares_notes)
    assert (REASON in told) == (scopes.shares_records and scopes.shares_routines)
    if found.records:
        planned = {bar.planned for bar in found.records.course.bars}
        assert (planned == {None}) == (not scopes.shares_routines)
    if found.plan:
        assert (found.plan.changed is None) == (not scopes.shares_records)
    assert NOTE not in told  # a note about a session stands with the session alone


def test_own_words_that_are_not_shared_are_not_even_read(her, seen, queries):
    records_of(her)
    with queries() as statements:
        seen(Scopes(shares_routines=True, shares_records=True))
    assert not any("managed" in each for each in statements)
    assert not any("check_in.note" in each for each in statements)


@pytest.mark.parametrize("scopes", ALL_SCOPES, ids=str)
def test_however_long_the_history_the_number_of_queries_is_the_same(
    app, therapist, queries, scopes
):
    counts = []
    for days in (2, 40):
        client = Person(app)
        records_of(client, days=days)
        with app.app_context():
            found = link_row(client, link(client, therapist, scopes))
            assert found.client.name
            with queries() as statements:
                client_page.overview(found, TODAY, 52)
            counts.append(len(statements))
            db.session.rollback()
    assert counts[0] == counts[1]
    assert counts[0] <= 32


def test_nothing_of_another_client_is_in_it(her, him, seen):
    records_of(him)
    found = seen()
    assert found.records.is_empty
    assert found.records.course.is_empty
    assert not found.records.too_much
    assert found.plan.position is None
    assert not found.plan.changed


def test_what_was_too_much_is_there_by_movement_with_its_reason(her, seen):
    log_id = records_of(her)
    [found] = seen().records.too_much
    assert (found.slug, len(found.times)) == ("wall-slide", 3)
    assert found.times[0].log_id == log_id
    assert found.times[0].words == "partly done, easier version because of pain"


def test_the_place_in_the_programme_is_said(her, seen):
    her.follows()
    place = seen().plan.position
    assert (place.name, place.part_number, place.week) == ("Neck and desk reset", 1, 1)
    assert (place.days, place.at_min) == ("Every day", 480)


def test_what_another_therapist_assigned_has_no_name_of_theirs(app, her, therapist, seen):
    her.follows()
    other = Person(app, Role.THERAPIST)
    others = link_row(her, link(her, other))
    own = link_row(her, link(her, therapist))
    enrolment = db.session.scalars(db.select(Enrolment).filter_by(user_id=her.id)).one()
    for number, by in enumerate((others, own)):
        db.session.add(
            Assignment(
                public_id=uuid4(),
                user_id=her.id,
                link_id=by.id,
                programme_version=enrolment.programme_version,
                name=f"Routine {number}",
                given_by="Dr Quince",
                weekdays=127,
                at_min=480,
                starts_on=TODAY,
                state=AssignmentState.RUNNING if number else AssignmentState.WAITING,
                created_at=NOW,
            )
        )
    db.session.flush()
    found = seen().plan
    assert [(each.name, each.is_own, each.waits) for each in found.given] == [
        ("Routine 0", False, True),
        ("Routine 1", True, False),
    ]
    assert "Quince" not in repr(found)


def test_what_the_gate_holds_is_said_with_its_day_and_never_who_agreed(her, seen):
    her.follows()
    user = her.user()
    for question in ("as_bleed", "as_heart"):
        told = [AnswerEntry(question=question, yes=True)]
        record_answers(user, told, Source.WORRY, now=datetime.now(UTC))
    agreed = Agreement(key="bleeding_risk", who="Dr Quince of Elm Street", day=TODAY)
    unlocks.record_agreed(user, agreed, standing_of(user, TODAY), now=datetime.now(UTC))
    holds = seen().records.holds
    assert holds.door == "safety"
    whole, lifted = holds.lines
    assert whole.does == "The whole plan waits for a clinician."
    assert whole.since == TODAY
    assert holds.may_be_lifted
    assert (lifted.section, lifted.until) == ("agreed", TODAY + timedelta(days=365))
    assert "Quince" not in repr(holds)


def test_movements_of_the_plan_are_named_only_where_the_plan_is_shared(her, seen):
    her.follows()
    sprain = AnswerEntry(question="mo_acute", yes=True, regions=frozenset({"neck"}), side="left")
    record_answers(her.user(), [sprain], Source.WORRY, now=datetime.now(UTC))
    holds = seen().records.holds
    assert holds.movements
    assert [each.section for each in holds.lines] == ["left_out"]
    without = seen(Scopes(shares_records=True)).records.holds
    assert without.lines == holds.lines
    assert without.movements == ()


def test_what_went_wrong_is_named_as_the_client_chose_it(her, seen):
    her.follows()
    report = HealthReport(
        id=uuid4(),
        user_id=her.id,
        day=TODAY,
        reported_at=NOW,
        what="sharp",
        movements=["neck-turns"],
    )
    db.session.add(report)
    db.session.flush()
    [line] = seen().records.holds.lines
    assert line.label.startswith("Sharp")
    assert line.does == "Some movements wait for a clinician."


def test_visits_are_there_whatever_is_shared_and_private_notes_never(her, therapist, seen):
    found = link_row(her, link(her, therapist))
    entry = VisitEntry(day=TODAY, done="Mobilised the ankle.", response="Less stiff.")
    visits.record(found, entry, today=TODAY, now=NOW)
    private_notes.write(found, "Worries about work.", now=NOW)
    told = seen(Scopes())
    assert [(each.done, each.response) for each in told.visits] == [
        ("Mobilised the ankle.", "Less stiff.")
    ]
    assert "Worries" not in repr(told)
    assert seen().records.course.visits == {TODAY}


def test_visits_of_another_therapist_are_not_there(app, her, therapist, seen):
    other = link_row(her, link(her, Person(app, Role.THERAPIST)))
    visits.record(other, VisitEntry(day=TODAY, done="Dry needling."), today=TODAY, now=NOW)
    assert seen().visits == ()


def test_visits_and_notes_are_sealed_each_with_the_key_of_whose_they_are(her, therapist, context):
    with context():
        found = link_row(her, link(her, therapist))
        visits.record(found, VisitEntry(day=TODAY, done="Mobilised."), today=TODAY, now=NOW)
        private_notes.write(found, "Worries.", now=NOW)
        visit = db.session.scalars(db.select(ClinicVisit)).one()
        note = db.session.scalars(db.select(PrivateNote)).one()
        assert (visit.user_id, note.user_id) == (her.id, therapist.id)
        assert visit.done.startswith("v1:")
        assert note.text.startswith("v1:")
        db.session.rollback()


@pytest.mark.parametrize(
    ("asked", "weeks"), [("4", 4), ("52", 52), (None, 12), ("5", 12), ("x", 12)]
)
def test_any_other_stretch_is_the_usual_one(asked, weeks):
    assert client_page.weeks_asked(asked) == weeks


def test_the_days_are_read_page_by_page_to_the_first(her, context):
    records_of(her, days=9)
    with context():
        client, read, before = her.user(), list[date](), None
        while True:
            page = client_days(client, notes=True, before=before, at_most=4)
            read += [each.day for each in page.days]
            before = page.earlier
            if before is None:
                break
        assert read == [TODAY - timedelta(days=back) for back in range(9)]
        assert page.days[-1].check_in.managed == MANAGED
        assert page.days[-1].check_in.regions[0].words == "felt stiffness 5, pain 4"
        assert page.days[-1].sessions[0].too_much
