"""Flares: when one begins and ends, and the steps back."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.flares import (
    flare_rule,
    flares,
    needs_screen,
    paused_days,
    reasons,
    share_in_words,
    standing,
)
from fstpwa.domain.practice_history import DayRecord, EventRecord, PracticeHistory, SessionRecord
from fstpwa.domain.programme import Programme
from tests.domain.flaring import (
    TODAY,
    ago,
    fibromyalgia,
    flare,
    history,
    low_back,
    said,
    session,
    steady,
)

USUAL = {"pain": 3, "fatigue": 4, "stiffness": 3}
BAD = {"pain": 7, "fatigue": 8, "stiffness": 6}


def test_without_a_word_of_a_flare_there_is_none() -> None:
    worse = history({**steady(40, 10, **USUAL), **steady(9, 0, **BAD)})
    assert flares(worse, fibromyalgia(), TODAY) == ()
    assert standing(worse, fibromyalgia(), TODAY).where == "none"
    assert reasons(worse, fibromyalgia(), TODAY) == ()
    assert paused_days(worse, fibromyalgia(), TODAY) == frozenset()


def test_a_flare_begins_on_the_day_it_is_said_and_only_the_flare_session_is_left() -> None:
    told = history({**steady(30, **USUAL), 0: flare()})
    (found,) = flares(told, fibromyalgia(), TODAY)
    assert (found.first, found.last, found.usual) == (TODAY, None, USUAL)
    (reason,) = reasons(told, fibromyalgia(), TODAY)
    assert (reason.rule, reason.since, reason.until) == ("flare", TODAY, None)
    assert reason.easing.session == "flare"
    assert reason.sentence.startswith("In a flare: only the flare-day session until 5 days")
    assert reason.facts == {"day": 1, "days_near_usual": 0, "days_needed": 5}
    assert adaptation(told, fibromyalgia(), TODAY, library().movements).easing.session == "flare"


@pytest.mark.parametrize(("programme", "needed"), [(fibromyalgia(), 5), (low_back(), 3)])
def test_so_many_answered_days_near_usual_end_it_as_the_programme_says(
    programme: Programme, needed: int
) -> None:
    before = {**steady(60, 31, **USUAL), 30: flare(**BAD), 29: said(**BAD)}
    near = {28 - number: said(pain=4, fatigue=5, stiffness=4) for number in range(needed)}
    one_less = history({**before, **dict(list(near.items())[:-1])}, programme=programme)
    last_near = ago(28 - needed + 1)
    assert flares(one_less, programme, last_near)[0].last is None
    enough = history({**before, **near}, programme=programme)
    (found,) = flares(enough, programme, TODAY)
    assert (found.last, found.ended_by, found.near) == (last_near, "near_usual", needed)


def test_days_without_an_answer_neither_count_nor_begin_the_count_anew() -> None:
    days = {**steady(60, 15, **USUAL), 14: flare(**BAD)}
    for back in (12, 11, 9, 8):
        days[back] = said(**USUAL)
    days[10] = said(pain=9)
    told = history(days, programme=low_back())
    # Two near, one far, two near: never three in a row, and heard of four days before the end.
    assert flares(told, low_back(), ago(8))[0].near == 2
    assert flares(told, low_back(), ago(8))[0].last is None


def test_less_than_usual_is_near_usual() -> None:
    told = history(
        {**steady(30, 6, **USUAL), 5: flare(), **steady(4, 2, pain=0, fatigue=0, stiffness=0)},
        programme=low_back(),
    )
    assert flares(told, low_back(), TODAY)[0].last == ago(2)


def test_only_what_was_answered_is_compared() -> None:
    told = history(
        {**steady(30, 6, pain=3), 5: flare(), **steady(4, 2, pain=3, fatigue=10)},
        programme=low_back(),
    )
    assert flares(told, low_back(), TODAY)[0].last == ago(2)


def test_back_to_usual_ends_it_with_the_day_before_and_the_steps_begin_that_day() -> None:
    told = history(
        {**steady(40, 11, **USUAL), 10: flare(**BAD), 9: said(**BAD)}, events=[(3, "back_to_usual")]
    )
    (found,) = flares(told, fibromyalgia(), TODAY)
    assert (found.last, found.ended_by) == (ago(4), "said")
    place = standing(told, fibromyalgia(), ago(3))
    assert place.where == "return"
    assert place.rung is not None
    assert (place.rung.dose_share, place.rung.since, place.rung.until) == (0.5, ago(3), ago(-3))


def test_said_on_the_same_day_the_flare_counts() -> None:
    both = history(
        {**steady(40, 11, **USUAL), 4: flare(), 0: flare()}, events=[(0, "back_to_usual")]
    )
    assert standing(both, fibromyalgia(), TODAY).where == "flare"


def test_a_flare_that_nothing_is_heard_of_for_a_week_lapses_and_says_so() -> None:
    told = history({**steady(40, 11, **USUAL), 10: flare(**BAD)})
    assert standing(told, fibromyalgia(), ago(3)).where == "flare"
    (found,) = flares(told, fibromyalgia(), TODAY)
    assert (found.last, found.ended_by) == (ago(3), "lapsed")
    (reason,) = reasons(told, fibromyalgia(), ago(2))
    assert reason.rule == "flare_ladder"
    assert reason.sentence == (
        "Back after a flare, one step at a time: half the dose until Sunday 24 May."
        " You said nothing of the flare for a week, so we take it as over."
    )


def test_a_flare_whose_ratings_stay_high_does_not_lapse() -> None:
    told = history({**steady(90, 61, **USUAL), 60: flare(**BAD), **steady(59, 0, **BAD)})
    place = standing(told, fibromyalgia(), TODAY)
    assert (place.where, place.day, place.is_long) == ("flare", 61, True)
    assert reasons(told, fibromyalgia(), TODAY)[0].suggests == ("clinician_review",)


def test_a_clinician_is_suggested_after_four_weeks_and_not_before() -> None:
    told = history({**steady(90, 61, **USUAL), 60: flare(**BAD), **steady(59, 0, **BAD)})
    assert reasons(told, fibromyalgia(), ago(60 - 27))[0].suggests == ()
    assert reasons(told, fibromyalgia(), ago(60 - 28))[0].suggests == ("clinician_review",)


def test_said_again_soon_it_is_the_same_one_that_goes_on() -> None:
    again = history(
        {**steady(60, 21, **USUAL), 20: flare(**BAD), 13: flare(**BAD)},
        events=[(18, "back_to_usual")],
    )
    # Back on the 18th day, over on the 19th; six days later it is another one.
    assert [each.first for each in flares(again, fibromyalgia(), TODAY)] == [ago(20), ago(13)]
    sooner = history(
        {**steady(60, 21, **USUAL), 20: flare(**BAD), 14: flare(**BAD)},
        events=[(18, "back_to_usual")],
    )
    assert [each.first for each in flares(sooner, fibromyalgia(), TODAY)] == [ago(20)]


def test_what_was_usual_leaves_out_the_days_of_the_flare_before() -> None:
    days = {**steady(60, 41, **USUAL), 40: flare(**BAD), **steady(39, 21, **BAD)}
    days |= {**steady(20, 11, **USUAL), 10: flare(**BAD)}
    found = flares(history(days), fibromyalgia(), TODAY)
    assert [each.usual for each in found] == [USUAL, USUAL]


def test_half_a_week_then_three_quarters_then_the_usual() -> None:
    told = history({**steady(60, 31, **USUAL), 30: flare()}, events=[(29, "back_to_usual")])
    shares = [
        reasons(told, fibromyalgia(), ago(29) + timedelta(days=number)) for number in range(16)
    ]
    found = [each[0].easing.dose_share if each else 1 for each in shares]
    assert found == [0.5] * 7 + [0.75] * 7 + [1, 1]
    assert [share_in_words(each) for each in (0.5, 0.75, 0.6)] == [
        "half the dose",
        "three quarters of the dose",
        "60% of the dose",
    ]


@pytest.mark.parametrize(
    "too_much",
    [session(25, worst=8), session(25, before=2, morning=4), session(25, before=3, worst=6)],
)
def test_a_session_that_was_too_much_begins_its_week_anew(too_much: SessionRecord) -> None:
    told = history(
        {**steady(60, 31, **USUAL), 30: flare()},
        events=[(29, "back_to_usual")],
        sessions=[too_much],
    )
    place = standing(told, fibromyalgia(), ago(20))
    assert place.rung is not None
    assert (place.rung.number, place.rung.since, place.rung.until) == (1, ago(24), ago(18))
    assert place.rung.begun_anew
    assert "began anew" in reasons(told, fibromyalgia(), ago(20))[0].sentence
    after = standing(told, fibromyalgia(), ago(17)).rung
    assert after is not None
    assert after.number == 2


def test_a_session_that_was_fine_lets_the_week_go_on() -> None:
    told = history(
        {**steady(60, 31, **USUAL), 30: flare()},
        events=[(29, "back_to_usual")],
        sessions=[session(25, before=2, worst=3, morning=3)],
    )
    place = standing(told, fibromyalgia(), ago(22))
    assert place.rung is not None
    assert (place.rung.number, place.rung.begun_anew) == (2, False)


def test_the_calendar_stands_still_in_the_flare_and_on_the_way_back() -> None:
    told = history({**steady(60, 31, **USUAL), 30: flare()}, events=[(28, "back_to_usual")])
    expected = {ago(back) for back in range(30, 14, -1)}
    assert paused_days(told, fibromyalgia(), TODAY) == expected
    assert paused_days(told, fibromyalgia(), ago(25)) == {ago(back) for back in range(30, 24, -1)}


def test_each_day_that_is_paused_is_one_on_which_something_was_less() -> None:
    days = {**steady(170, 0, **USUAL)}
    for back in (150, 149, 120, 100, 60, 59, 58, 20):
        days[back] = flare(**BAD)
    told = history(days, sessions=[session(back, worst=back % 8) for back in range(170, 0, -3)])
    paused = paused_days(told, fibromyalgia(), TODAY)
    for back in range(170):
        known = _known_on(told, ago(back))
        assert bool(reasons(known, fibromyalgia(), ago(back))) <= (ago(back) in paused)
    assert ago(160) not in paused


def test_whether_it_is_the_usual_kind_is_asked_once_in_each_flare() -> None:
    days = {**steady(60, 31, **USUAL), 30: flare(), 5: flare(), 4: flare()}
    asked = history(days, events=[(29, "flare_like_before")])
    assert needs_screen(standing(asked, fibromyalgia(), ago(30)), history(days))
    assert not needs_screen(standing(asked, fibromyalgia(), ago(29)), asked)
    assert needs_screen(standing(asked, fibromyalgia(), ago(4)), asked)
    new = history(days, events=[(5, "flare_is_new")])
    assert not needs_screen(standing(new, fibromyalgia(), ago(4)), new)
    assert not needs_screen(standing(history(), fibromyalgia(), TODAY), history())


def test_a_phase_the_programme_no_longer_has_is_treated_as_the_first() -> None:
    told = history({0: flare()})
    gone = PracticeHistory(
        place=type(told.place)(
            phase="gone",
            ramp_step=0,
            since=TODAY,
            phase_since=TODAY,
            started_on=TODAY,
        ),
        days=told.days,
    )
    assert reasons(gone, fibromyalgia(), TODAY)[0].easing.session == "flare"


def test_every_phase_of_every_programme_has_the_numbers() -> None:
    for programme in library().programmes.values():
        for phase in programme.phases:
            told = history(programme=programme)
            place = type(told.place)(
                phase=phase.id, ramp_step=0, since=TODAY, phase_since=TODAY, started_on=TODAY
            )
            rule = flare_rule(PracticeHistory(place=place), programme)
            assert rule is not None
            needed = 5 if programme.slug.startswith("fibromyalgia") else 3
            assert rule.near_days == needed
            assert [(each.dose_share, each.for_days) for each in rule.steps] == [
                (0.5, 7),
                (0.75, 7),
            ]


RATING = st.one_of(st.none(), st.integers(0, 10))
DAY = st.builds(
    DayRecord, stiffness=RATING, pain=RATING, fatigue=RATING, flare=st.booleans() | st.just(False)
)
DAYS = st.dictionaries(st.integers(0, 90), DAY, max_size=70)
BACK = st.sets(st.integers(0, 90), max_size=6)
SESSIONS = st.lists(
    st.builds(
        session,
        st.integers(0, 90),
        worst=st.integers(0, 10),
        before=st.integers(0, 10),
        morning=RATING,
    ),
    max_size=12,
)


@given(days=DAYS, back=BACK)
def test_whatever_is_said_flares_are_in_order_apart_and_begin_with_a_word_of_one(
    days: dict[int, DayRecord], back: set[int]
) -> None:
    told = history(days, events=[(each, "back_to_usual") for each in sorted(back, reverse=True)])
    found = flares(told, fibromyalgia(), TODAY)
    assert all(told.days[each.first].flare for each in found)
    assert all(each.last is not None for each in found[:-1])
    for one, other in pairwise(found):
        assert one.last is not None
        assert one.first <= one.last < other.first
        assert (other.first - one.last).days > 5
    covered = [day for day, record in told.days.items() if record.flare]
    assert all(any(each.holds_on(day) for each in found) for day in covered)


@settings(deadline=None, max_examples=60)
@given(days=DAYS, back=BACK, sessions=SESSIONS)
def test_whatever_is_said_the_dose_never_jumps_and_nobody_is_stuck(
    days: dict[int, DayRecord], back: set[int], sessions: list[SessionRecord]
) -> None:
    told = history(
        days,
        events=[(each, "back_to_usual") for each in sorted(back, reverse=True)],
        sessions=sessions,
    )
    shares = []
    for number in range(120):
        day = ago(90) + timedelta(days=number)
        known = _known_on(told, day)
        found = reasons(known, fibromyalgia(), day)
        assert len(found) <= 1
        easing = found[0].easing if found else None
        shares.append(
            1.0 if easing is None else 0.0 if easing.session == "flare" else easing.dose_share
        )
    # A step up is one rung at a time: nobody goes from a flare to the whole dose.
    rungs = [0.0, 0.5, 0.75, 1.0]
    for before, now in pairwise(shares):
        assert rungs.index(now) - rungs.index(before) <= 1
    # Thirty days after the last word there is the usual dose again.
    assert shares[-1] == 1.0


@given(days=DAYS, back=BACK)
def test_the_order_in_which_entries_arrive_changes_nothing(
    days: dict[int, DayRecord], back: set[int]
) -> None:
    one = history(days, events=[(each, "back_to_usual") for each in sorted(back)])
    other = PracticeHistory(
        place=one.place,
        days=dict(reversed(list(one.days.items()))),
        events=tuple(reversed(one.events)),
    )
    assert flares(one, low_back(), TODAY) == flares(other, low_back(), TODAY)
    assert reasons(one, low_back(), TODAY) == reasons(other, low_back(), TODAY)


def _known_on(told: PracticeHistory, day: date) -> PracticeHistory:
    """Return what was known on the evening of a day; a morning after is known a day later."""
    return PracticeHistory(
        place=told.place,
        days={each: record for each, record in told.days.items() if each <= day},
        sessions=tuple(each for each in told.sessions if each.day < day),
        events=tuple(each for each in told.events if each.day <= day),
    )


def test_events_of_another_kind_change_nothing() -> None:
    days = {**steady(30, 3, **USUAL), 2: flare()}
    plain = history(days)
    noted = PracticeHistory(
        place=plain.place,
        days=plain.days,
        events=(EventRecord(day=ago(1), kind="flare_triggers", value=["sleep"]),),
    )
    assert flares(plain, fibromyalgia(), TODAY) == flares(noted, fibromyalgia(), TODAY)
