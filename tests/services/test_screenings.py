"""A walk through the tick-lists: what is stored, what stays, what finishes it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.errors import Conflict, InvalidValue
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, Screening
from fstpwa.services import screenings
from fstpwa.services.countries import suggested_country
from fstpwa.services.safety import AnswerEntry, standing_of
from fstpwa.services.screenings import Care, Step, Walk
from tests.conftest import Person

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
SAFETY = library().safety
SCREENS = SAFETY.screens


@pytest.fixture
def user(app, rolled_back):
    person = Person(app, screened=False)
    with app.app_context():
        yield person.user()


def no(question: str) -> AnswerEntry:
    return AnswerEntry(question=question, yes=False)


def yes(question: str, *regions: str, side="both") -> AnswerEntry:
    return AnswerEntry(question=question, yes=True, regions=frozenset(regions), side=side)


def walk(user, *, now: datetime = LATER) -> Walk:
    screening = screenings.open_screening(user, now=now)
    assert screening is not None
    return screenings.walk_of(user, screening)


def answers(user, number: int, *ticks: AnswerEntry, now: datetime = LATER) -> Step:
    """Answer one tick-list: yes to `ticks`, no to the rest."""
    so_far = walk(user, now=now)
    screen = so_far.screens[number - 1]
    given = {entry.question: entry for entry in ticks}
    entries = [
        given.get(question.id, no(question.id))
        for question in so_far.shown(screen)
        if question.id not in {entry.question for entry in so_far.stays}
    ]
    return screenings.store_screens(user, so_far, [screen], entries, now=now)


def finishes(user, *ticks: AnswerEntry, now: datetime = LATER) -> Step:
    """Answer all six tick-lists."""
    for number, screen in enumerate(SCREENS, start=1):
        step = answers(
            user, number, *(each for each in ticks if each.question in screen.items), now=now
        )
    return step


def test_somebody_new_has_none(user):
    assert screenings.open_screening(user, now=NOW) is None


def test_each_screen_opens_the_next(user):
    screenings.start(user, "start", now=NOW)
    for number in range(1, 6):
        assert walk(user).first_open == number
        assert answers(user, number) == Step.NEXT
    assert answers(user, 6) == Step.DONE
    assert screenings.open_screening(user, now=LATER) is None
    assert standing_of(user, LATER.date()).last_screened == LATER.date()


def test_the_day_it_is_finished_on_is_their_own(user):
    user.time_zone = "Pacific/Auckland"
    late = datetime(2026, 3, 4, 20, tzinfo=UTC)
    screenings.start(user, "start", now=late - timedelta(minutes=2))
    finishes(user, now=late)
    found = db.session.scalars(select(Screening).filter_by(user_id=user.id)).one()
    assert found.completed_on == late.date() + timedelta(days=1)


def test_nothing_at_all_within_ten_seconds_is_to_be_read_again(user):
    screenings.start(user, "start", now=NOW)
    quick = NOW + timedelta(seconds=9)
    assert finishes(user, now=quick) == Step.READ_AGAIN
    assert answers(user, 3, now=LATER) == Step.READ_AGAIN, "going back is not reading again"
    so_far = walk(user)
    entries = [no(question.id) for question in so_far.all_shown]
    step = screenings.store_screens(user, so_far, SCREENS, entries, now=LATER, read_again=True)
    assert step == Step.DONE


def test_ten_seconds_are_enough(user):
    screenings.start(user, "start", now=NOW)
    assert finishes(user, now=NOW + timedelta(seconds=10)) == Step.DONE


def test_an_answer_is_replaced_by_going_back(user):
    screenings.start(user, "start", now=NOW)
    answers(user, 1)
    answers(user, 2)
    answers(user, 3, yes("as_fracture", "foot", side="left"))
    answers(user, 3, yes("as_fracture", "knee", side="left"))
    assert walk(user).answers["as_fracture"].regions == {"knee"}
    answers(user, 3)
    assert not walk(user).answers["as_fracture"].yes
    rows = db.session.scalars(
        select(HealthAnswer).filter_by(user_id=user.id, question="as_fracture")
    ).all()
    assert len(rows) == 1


def test_an_emergency_ends_it_and_what_was_said_counts(user):
    screenings.start(user, "start", now=NOW)
    assert answers(user, 1, yes("em_heart")) == Step.HELP
    assert screenings.open_screening(user, now=LATER) is None
    standing = standing_of(user, LATER.date())
    assert standing.whole_plan == "emergency"
    assert standing.last_screened is None


def test_something_urgent_leaves_the_rest_to_be_answered(user):
    screenings.start(user, "start", now=NOW)
    answers(user, 1)
    assert answers(user, 2, yes("ur_dvt")) == Step.HELP
    assert walk(user).first_open == 3
    assert [entry.question for entry in walk(user).stays] == ["ur_dvt"]


def test_a_new_one_ends_the_open_one(user):
    first = screenings.start(user, "start", now=NOW)
    second = screenings.start(user, "start", now=LATER)
    assert first.ended_at == LATER
    assert screenings.open_screening(user, now=LATER) is second


def test_it_cannot_be_gone_on_with_a_day_later(user):
    screenings.start(user, "start", now=NOW)
    just_before = NOW + screenings.STALE_AFTER - timedelta(seconds=1)
    assert screenings.open_screening(user, now=just_before) is not None
    assert screenings.open_screening(user, now=NOW + screenings.STALE_AFTER) is None


def test_regions_reasons_and_the_running_programme_decide_what_is_asked(user):
    assert screenings.regions_of(user) == frozenset(), "nothing said: everything is asked"
    user.regions = ["jaw"]
    user.reasons = ["heel", "one that is gone"]
    assert screenings.regions_of(user) >= {"jaw", "foot", "calf_ankle"}
    assert "thigh_inner" in screenings.regions_of(user, "hip-mobility")


@pytest.mark.parametrize("region", library().vocabularies.body_regions)
def test_all_that_could_be_suggested_is_asked_about(user, region):
    user.regions = [region]
    asked_about = screenings.regions_of(user)
    for programme in library().programmes_on_offer():
        if region in programme.target_regions:
            assert asked_about >= set(programme.target_regions)


def test_a_yes_is_shown_even_if_its_region_was_taken_back(user):
    user.regions = ["hip"]
    screenings.start(user, "start", now=NOW)
    finishes_until_last(user)
    answers(user, 6, yes("as_hip", side="left"))
    user.regions = ["jaw"]
    screening = db.session.scalars(select(Screening).filter_by(user_id=user.id)).one()
    shown = screenings.walk_of(user, screening).shown(SCREENS[5])
    assert "as_hip" in {question.id for question in shown}
    assert "mo_shoulder" not in {question.id for question in shown}


def finishes_until_last(user) -> None:
    for number in range(1, 6):
        answers(user, number)


def test_the_same_answers_again_change_nothing(user):
    screenings.start(user, "start", now=NOW)
    told = (
        yes("as_fracture", "foot", side="left"),
        yes("mo_numb"),
        yes("mo_knee", side="right"),
    )
    finishes(user, *told)
    before = standing_of(user, LATER.date())
    again = screenings.prefilled(before, SAFETY)
    assert set(again) == set(told)
    screenings.start(user, "again", now=LATER)
    finishes(user, *again, now=LATER + timedelta(minutes=1))
    assert standing_of(user, LATER.date()).conditions == before.conditions


def test_care_must_have_been_since_the_emergency(user):
    care = Care(where="Hospital", on=LATER.date())
    standing = standing_of(user, LATER.date())
    with pytest.raises(Conflict):
        screenings.start_after_care(user, standing, care, now=LATER)
    screenings.start(user, "start", now=NOW)
    answers(user, 1, yes("em_heart"))
    standing = standing_of(user, LATER.date() + timedelta(days=3))
    for days in (-1, 4):
        wrong = Care(where="Hospital", on=LATER.date() + timedelta(days=days))
        with pytest.raises(InvalidValue):
            screenings.start_after_care(user, standing, wrong, now=LATER)
    for where in ("", "x" * 121):
        wrong = Care(where=where, on=LATER.date())
        with pytest.raises(InvalidValue):
            screenings.start_after_care(user, standing, wrong, now=LATER)
    found = screenings.start_after_care(user, standing, care, now=LATER + timedelta(minutes=1))
    assert found.care_where.startswith("v1:")
    end = LATER + timedelta(minutes=5)
    finishes(user, yes("mo_hyper"), now=end)
    assert standing_of(user, end.date()).whole_plan is None


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/London", "GB"),
        ("Asia/Calcutta", "IN"),
        ("Asia/Kolkata", "IN"),
        ("UTC", ""),
        ("Africa/Lagos", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_a_country_is_suggested_where_its_number_is_known(zone: str, country: str):
    assert suggested_country(zone) == country
