"""Giving a client something to follow: consent, days, what it replaces, ending, taking it back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from fstpwa.content import library
from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.planning import Schedule
from fstpwa.domain.prescription import Changes, DoseChange
from fstpwa.domain.routine import RoutineDraft, RoutineLine
from fstpwa.extensions import db
from fstpwa.models.care import (
    Assignment,
    AssignmentState,
    CareNoticeItem,
    RoutineVersion,
    Side,
)
from fstpwa.models.practice import Enrolment, PlanDecision, PlannedSession, PlannedState
from fstpwa.services import (
    assignments,
    care_links,
    check_ins,
    enrolments,
    given,
    planning,
    programme_versions,
    routines,
)
from fstpwa.services.assignments import AssignmentEntry
from fstpwa.services.care_links import Scopes
from fstpwa.services.day_plan import day_plan
from fstpwa.services.player_plan import player_plan
from fstpwa.services.today import today_of
from fstpwa.worker import Worker
from tests.caring import link, link_row
from tests.conftest import EVERY_DAY, Person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""
TODAY = NOW.date()
HELD, COUNTED = "upper-trap-stretch", "neck-turns"
DRAFT = RoutineDraft(
    name="Neck easing",
    purpose="For your mornings.",
    lines=(RoutineLine(slug=COUNTED), RoutineLine(slug=HELD, hold_s=20, note="Gently")),
    flare_from="neck-and-desk",
)
MON_WED_FRI = Schedule(weekdays=frozenset({0, 2, 4}), at_min=7 * 60)


@pytest.fixture
def linked(her: Person, therapist: Person) -> UUID:
    """The link by which the therapist sees all of hers."""
    return link(her, therapist, now=NOW - timedelta(days=9))


def entry(**more: Any) -> AssignmentEntry:
    """What is chosen: three days a week from today, unless a test says more."""
    said: dict[str, Any] = {"schedule": MON_WED_FRI, "starts_on": TODAY}
    return AssignmentEntry(**{**said, **more})


def version_of(therapist: Person, draft: RoutineDraft = DRAFT) -> RoutineVersion:
    """A routine of the therapist, in an open context."""
    return routines.newest(routines.create(therapist.user(), draft, now=NOW))


def give(her: Person, therapist: Person, linked: UUID, **more: Any) -> Assignment:
    """Give her the routine, in an open context."""
    row = link_row(her, linked)
    return assignments.assign_routine(row, version_of(therapist), entry(**more), now=NOW)


def planned(her: Person) -> list[PlannedSession]:
    """Her planned sessions, in an open context."""
    return list(
        db.session.scalars(
            db.select(PlannedSession)
            .filter_by(user_id=her.id, state=PlannedState.PLANNED)
            .order_by(PlannedSession.day, PlannedSession.at_min)
        )
    )


def test_a_routine_for_today_is_followed_at_once_on_its_days(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked, message="Try these first")
        assert made.state == AssignmentState.RUNNING
        assert made.message != "Try these first"
        sessions = planned(her)
        assert {each.day.weekday() for each in sessions} == {0, 2, 4}
        assert {each.name for each in sessions} == {"Neck easing"}
        assert [item["slug"] for item in sessions[0].items] == [COUNTED, HELD]
        assert sessions[0].items[1]["dose"]["hold_s"] == 20
        assert sessions[0].flare_items


def test_what_is_given_several_times_a_day_is_planned_so(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked, times_per_day=3)
        assert len([each for each in planned(her) if each.day == TODAY]) == 3


def test_its_name_is_shown_wherever_a_programme_is_named(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked)
        enrolment = enrolments.running_or_not_found(her.user())
        assert enrolments.programme_of(enrolment).name == "Neck easing"
        view = today_of(her.user(), TODAY)
        assert view.programme is not None
        assert view.programme.name == "Neck easing"
        assert view.is_offered
        assert view.offer is None
        playable = day_plan(her.user(), TODAY).playable(view.sessions[0].session)
        assert player_plan(playable, her.user(), log_url="/x")["programme"] == "Neck easing"
        assert programme_versions.newer(enrolment) is None


def test_a_session_of_a_routine_that_is_over_still_has_its_name(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked)
        session = planned(her)[0]
        enrolments.stop(enrolments.running_or_not_found(her.user()), her.user(), now=NOW)
        assert programme_versions.of_session(session).name == "Neck easing"


def test_what_ran_before_ends_and_is_named(her: Person, therapist: Person, linked: UUID) -> None:
    her.follows("low-back", now=NOW - timedelta(days=3))
    with her.app.app_context():
        give(her, therapist, linked)
        enrolment = enrolments.running_or_not_found(her.user())
        assert assignments.replaced_by(enrolment) == library().programmes["low-back"].name
        before = db.session.scalars(db.select(Enrolment).filter_by(programme="low-back")).one()
        assert before.ended_at == NOW
        said = db.session.scalars(db.select(PlanDecision).filter_by(user_id=her.id)).one()
        assert "Neck easing" in said.sentence
        assert library().programmes["low-back"].name in said.sentence


def test_a_pause_goes_on_when_something_new_is_given(
    her: Person, therapist: Person, linked: UUID
) -> None:
    her.follows("low-back", now=NOW - timedelta(days=3))
    with her.app.app_context():
        before = enrolments.running_or_not_found(her.user())
        before.paused_at = NOW - timedelta(days=1)
        before.resumes_on = TODAY + timedelta(days=5)
        before.pause_reason = "illness"
        give(her, therapist, linked)
        after = enrolments.running_or_not_found(her.user())
        assert after.rests_on(TODAY)
        assert after.pause_reason == "illness"
        own = [each for each in planned(her) if each.enrolment_id == after.id]
        assert own
        assert min(each.day for each in own) >= TODAY + timedelta(days=5)


def test_the_client_is_told_once(her: Person, therapist: Person, linked: UUID) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked)
        told = db.session.scalars(db.select(CareNoticeItem)).one()
        assert (told.kind, told.assignment_id) == ("assigned", made.id)


def test_the_same_form_sent_twice_gives_it_once(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        row, version = link_row(her, linked), version_of(therapist)
        form = entry(form_id=uuid4())
        first = assignments.assign_routine(row, version, form, now=NOW)
        second = assignments.assign_routine(row, version, form, now=NOW)
        assert first.id == second.id
        assert db.session.scalar(db.select(db.func.count(Assignment.id))) == 1
        assert db.session.scalar(db.select(db.func.count(CareNoticeItem.id))) == 1


def test_one_form_for_two_clients_gives_it_to_both(
    her: Person, him: Person, therapist: Person, linked: UUID
) -> None:
    other = link(him, therapist)
    with her.app.app_context():
        version, form = version_of(therapist), entry(form_id=uuid4())
        for each in (linked, other):
            assignments.assign_routine(link_row(her, each), version, form, now=NOW)
        assert db.session.scalar(db.select(db.func.count(Assignment.id))) == 2


def test_nothing_is_planned_after_its_last_day_and_then_it_ends(
    her: Person, therapist: Person, linked: UUID
) -> None:
    last = TODAY + timedelta(days=4)
    with her.app.app_context():
        made = give(her, therapist, linked, ends_on=last)
        assert max(each.day for each in planned(her)) == last
        enrolment = enrolments.running_or_not_found(her.user())
        on_it = NOW + timedelta(days=4)
        enrolments.end_these(enrolments.due_to_end(now=on_it), now=on_it)
        assert enrolment.ended_at is None
        after = NOW + timedelta(days=5)
        enrolments.end_these(enrolments.due_to_end(now=after), now=after)
        assert enrolment.ended_at == after
        db.session.refresh(made)
        assert made.state == AssignmentState.ENDED
        over = given.given_to(her.user(), None, now=after).over
        assert over is not None
        assert (over.name, over.over) == ("Neck easing", "last day")


def test_planning_ahead_of_a_last_day_leaves_nothing_due(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked, ends_on=TODAY + timedelta(days=4))
        assert planning.due_enrolments(now=NOW) == []


def test_a_later_one_waits_and_begins_on_its_day(
    her: Person, therapist: Person, linked: UUID
) -> None:
    her.follows("low-back", now=NOW - timedelta(days=3))
    with her.app.app_context():
        made = give(her, therapist, linked, starts_on=TODAY + timedelta(days=3))
        assert made.state == AssignmentState.WAITING
        assert [each.id for each in assignments.waiting_of(her.user())] == [made.id]
        assert enrolments.running_or_not_found(her.user()).programme == "low-back"
        db.session.commit()
    worker = Worker(her.app)
    worker.run_once(NOW + timedelta(days=2))
    with her.app.app_context():
        assert enrolments.running_or_not_found(her.user()).programme == "low-back"
    worker.run_once(NOW + timedelta(days=3))
    with her.app.app_context():
        running = enrolments.running_or_not_found(her.user())
        assert enrolments.programme_of(running).name == "Neck easing"
        assert running.started_on == TODAY + timedelta(days=3)
        found = assignments.running_of(her.user())
        assert found is not None
        assert found.enrolment_id == running.id


@pytest.mark.parametrize("how", ["ended", "plan not shared"])
def test_without_consent_on_its_day_it_is_withdrawn(
    her: Person, therapist: Person, linked: UUID, how: str
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked, starts_on=TODAY + timedelta(days=3))
        row = link_row(her, linked)
        if how == "ended":
            care_links.end(row, Side.CLIENT, now=NOW)
        else:
            care_links.change(row, Scopes(shares_records=True), now=NOW)
        assert list(assignments.waiting_of(her.user())) == []
        assignments.start_due(now=NOW + timedelta(days=3))
        assert made.state == AssignmentState.WITHDRAWN
        assert enrolments.running_enrolment(her.user()) is None


def test_its_last_day_is_over_before_the_worker_came_and_it_does_not_begin(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        start = TODAY + timedelta(days=2)
        made = give(her, therapist, linked, starts_on=start, ends_on=start)
        assignments.start_due(now=NOW + timedelta(days=30))
        assert made.state == AssignmentState.WITHDRAWN


@pytest.mark.parametrize("scopes", [Scopes(), Scopes(shares_records=True, shares_notes=True)])
def test_whoever_does_not_share_their_plan_is_given_nothing(
    her: Person, therapist: Person, scopes: Scopes
) -> None:
    found = link(her, therapist, scopes)
    with her.app.app_context(), pytest.raises(NotFound):
        give(her, therapist, found)


def test_a_link_that_ended_meanwhile_gives_nothing(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        row, version = link_row(her, linked), version_of(therapist)
        care_links.end(row, Side.CLIENT, now=NOW)
        with pytest.raises(NotFound):
            assignments.assign_routine(row, version, entry(), now=NOW)
        assert db.session.scalar(db.select(db.func.count(Assignment.id))) == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"starts_on": TODAY - timedelta(days=2)}, "first day is over"),
        ({"starts_on": TODAY + timedelta(days=91)}, "90 days"),
        ({"ends_on": TODAY - timedelta(days=1)}, "before the first"),
        ({"ends_on": TODAY + timedelta(days=500)}, "within a year"),
        (
            {"starts_on": TODAY + timedelta(days=1), "ends_on": TODAY + timedelta(days=1)},
            "None of the chosen days",
        ),
        ({"message": "x" * 501}, "500 letters"),
        ({"times_per_day": 5}, "four times a day"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_stored(
    her: Person, therapist: Person, linked: UUID, more: dict[str, Any], words: str
) -> None:
    with her.app.app_context():
        with pytest.raises(InvalidValue, match=words):
            give(her, therapist, linked, **more)
        assert db.session.scalar(db.select(db.func.count(Assignment.id))) == 0
        assert enrolments.running_enrolment(her.user()) is None


def test_yesterday_is_today_for_whoever_is_a_day_ahead_of_their_therapist(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked, starts_on=TODAY - timedelta(days=1))
        assert made.starts_on == TODAY
        assert made.state == AssignmentState.RUNNING


def test_the_clients_own_day_decides_when_it_begins(therapist: Person) -> None:
    far = Person(therapist.app, time_zone="Pacific/Kiritimati")
    found = link(far, therapist)
    with far.app.app_context():
        late = NOW.replace(hour=11)
        made = assignments.assign_routine(
            link_row(far, found),
            version_of(therapist),
            entry(starts_on=TODAY + timedelta(days=1)),
            now=late,
        )
        assert made.state == AssignmentState.RUNNING


def test_a_programme_of_the_library_as_it_is_is_the_librarys_version(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        row = link_row(her, linked)
        made = assignments.assign_programme(row, "low-back", entry(), Changes(), now=NOW)
        assert made.programme_version == programme_versions.current_digest("low-back")
        assert made.side is None
        enrolment = enrolments.running_or_not_found(her.user())
        assert enrolment.programme == "low-back"
        assert not enrolments.programme_of(enrolment).is_prescribed


def test_an_adapted_programme_is_followed_as_adapted_and_has_no_newer_version(
    her: Person, therapist: Person, linked: UUID
) -> None:
    changes = Changes(left_out=frozenset({COUNTED}), doses={HELD: DoseChange(hold_s=10)})
    with her.app.app_context():
        row = link_row(her, linked)
        assignments.assign_programme(row, "neck-and-desk", entry(), changes, now=NOW)
        enrolment = enrolments.running_or_not_found(her.user())
        assert programme_versions.newer(enrolment) is None
        slugs = {item["slug"] for each in planned(her) for item in each.items}
        assert COUNTED not in slugs
        holds = {
            item["dose"]["hold_s"]
            for each in planned(her)
            for item in each.items
            if item["slug"] == HELD
        }
        assert holds == {10}


def test_a_programme_that_asks_for_a_side_gets_one(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        row = link_row(her, linked)
        made = assignments.assign_programme(
            row, "plantar-heel", entry(side="left"), Changes(), now=NOW
        )
        assert made.side == "left"
        assert enrolments.running_or_not_found(her.user()).side == "left"


def test_a_programme_that_is_not_on_offer_is_not_given(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context(), pytest.raises(NotFound):
        assignments.assign_programme(link_row(her, linked), "none", entry(), Changes(), now=NOW)


def test_a_later_version_of_a_routine_changes_nothing_for_whoever_has_an_earlier_one(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        version = version_of(therapist)
        assignments.assign_routine(link_row(her, linked), version, entry(), now=NOW)
        routines.save(
            version.routine,
            therapist.user(),
            RoutineDraft(
                name="Other", lines=(RoutineLine(slug=COUNTED),), flare_from="neck-and-desk"
            ),
            1,
            now=NOW,
        )
        enrolment = enrolments.running_or_not_found(her.user())
        planning.replan(enrolment, first=TODAY, today=TODAY, now=NOW)
        assert len(planned(her)[0].items) == 2
        assert planned(her)[0].name == "Neck easing"


def test_the_client_moves_skips_and_stops_as_ever(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked)
        first, second = planned(her)[:2]
        planning.move(first, TODAY + timedelta(days=1), today=TODAY, now=NOW)
        planning.skip(second, now=NOW)
        enrolments.stop(enrolments.running_or_not_found(her.user()), her.user(), now=NOW)
        db.session.refresh(made)
        assert made.state == AssignmentState.ENDED
        assert given.given_to(her.user(), None, now=NOW).over is None


def test_other_days_of_the_client_keep_how_often_it_is_done(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked)
        enrolment = enrolments.running_or_not_found(her.user())
        enrolments.change_schedule(enrolment, her.user(), EVERY_DAY, None, now=NOW)
        week = [each for each in planned(her) if each.day < TODAY + timedelta(days=7)]
        assert len(week) == 3


def test_what_is_taken_back_ends_and_the_client_is_told_on_today(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked)
        assignments.withdraw(made, now=NOW)
        assert made.state == AssignmentState.WITHDRAWN
        assert enrolments.running_enrolment(her.user()) is None
        over = given.given_to(her.user(), None, now=NOW).over
        assert over is not None
        assert over.over == "taken back"


def test_what_waits_can_be_taken_back_and_then_never_begins(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked, starts_on=TODAY + timedelta(days=3))
        assignments.withdraw(made, now=NOW)
        assignments.start_due(now=NOW + timedelta(days=3))
        assert made.state == AssignmentState.WITHDRAWN
        assert enrolments.running_enrolment(her.user()) is None


def test_what_waits_can_be_declined_by_the_client_alone(
    her: Person, him: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked, starts_on=TODAY + timedelta(days=3))
        with pytest.raises(NotFound):
            assignments.decline(him.user(), made.public_id, now=NOW)
        assignments.decline(her.user(), made.public_id, now=NOW)
        assert made.state == AssignmentState.ENDED


def test_given_anew_for_the_same_day_takes_the_place_of_what_waited(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        start = TODAY + timedelta(days=3)
        first = give(her, therapist, linked, starts_on=start)
        second = give(her, therapist, linked, starts_on=start, message="Rather so")
        assert first.state == AssignmentState.WITHDRAWN
        assert [each.id for each in assignments.waiting_of(her.user())] == [second.id]


def test_what_runs_stays_the_clients_when_they_end_the_link(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked, message="Why")
        care_links.end(link_row(her, linked), Side.CLIENT, now=NOW)
        enrolment = enrolments.running_or_not_found(her.user())
        card = given.given_to(her.user(), enrolment, now=NOW).running
        assert card is not None
        assert (card.message, card.link_id) == ("Why", None)


def test_it_is_noted_once_when_the_client_first_sees_it(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        made = give(her, therapist, linked)
        enrolment = enrolments.running_or_not_found(her.user())
        shown = given.given_to(her.user(), enrolment, now=NOW)
        assert shown.unseen == (made.id,)
        given.note_seen(shown.unseen, now=NOW)
        given.note_seen(shown.unseen, now=NOW + timedelta(days=1))
        db.session.refresh(made)
        assert made.seen_at == NOW
        assert given.given_to(her.user(), enrolment, now=NOW).unseen == ()


def test_a_year_of_a_routine_offers_nothing_to_go_on_to(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        give(her, therapist, linked)
        for days in (7, 8, 21, 60, 200):
            assert today_of(her.user(), TODAY + timedelta(days=days)).offer is None


def test_in_a_flare_only_the_flare_day_session_is_left(
    her: Person, therapist: Person, linked: UUID
) -> None:
    with her.app.app_context():
        long = replace(DRAFT, lines=tuple(RoutineLine(slug=HELD, sets=2) for _ in range(8)))
        row = link_row(her, linked)
        assignments.assign_routine(row, version_of(therapist, long), entry(), now=NOW)
        check_ins.record_check_in(
            her.user(),
            CheckInEntry(day=TODAY, answers={"flare": True}),
            at=NOW,
            operation_id=uuid4(),
            now=NOW,
        )
        plan = day_plan(her.user(), TODAY)
        playable = plan.playable(planned(her)[0])
        assert not playable.usual.items
        assert playable.flare.items
