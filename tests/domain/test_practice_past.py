"""What is looked at of the past: which sessions, mornings and gaps, and what was usual."""

from dataclasses import replace

from fstpwa.domain.practice_history import PracticeHistory
from fstpwa.domain.practice_past import JUDGED_DAYS, RECENT_DAYS, Past
from fstpwa.domain.programme import Programme
from tests.domain.stepping import (
    HEEL,
    LOW_BACK,
    TODAY,
    ago,
    event,
    history,
    reasons,
    session,
    sore,
    steady,
    with_movement,
)


def past(told: PracticeHistory, followed: Programme = LOW_BACK, **more: int) -> Past:
    return Past(history=told, programme=followed, today=TODAY, **more)


def days(sessions) -> list[int]:
    return [(TODAY - each.day).days for each in sessions]


def test_only_what_was_done_of_this_programme_up_to_today_is_looked_at() -> None:
    told = history(started=20, sessions=[session(back) for back in (21, 20, 5, 0, -1)])
    assert days(past(told).sessions) == [20, 5, 0]
    begun = history(sessions=[session(5, done_s=0), session(4, done_s=1)])
    assert days(past(begun).sessions) == [4]


def test_older_sessions_are_looked_at_for_single_movements_only_and_then_not_at_all() -> None:
    backs = (RECENT_DAYS, RECENT_DAYS - 1, JUDGED_DAYS + 1, JUDGED_DAYS, 0)
    found = past(history(sessions=[session(back) for back in backs]))
    assert days(found.recent) == [RECENT_DAYS - 1, JUDGED_DAYS + 1, JUDGED_DAYS, 0]
    assert days(found.judged) == [JUDGED_DAYS, 0]


def test_a_session_has_a_colour_once_anything_was_said_of_it() -> None:
    told = history(
        sessions=[
            session(9),
            session(7, worst_pain=1),
            session(5, pain_kinds=("sharp",)),
            session(
                3,
                movements=(
                    *with_movement("open-book"),
                    *with_movement("bridge", pain_kind="sharp"),
                ),
            ),
            session(1, pain_kinds=("muscle",)),
        ]
    )
    found = past(told).zoned
    assert [(days([each.session])[0], each.zone) for each in found] == [
        (7, "green"),
        (5, "red"),
        (3, "red"),
    ]


def test_the_mornings_are_those_that_were_answered_the_worst_of_a_day() -> None:
    told = history(
        sessions=[
            session(5, next_morning_pain=3),
            sore(4, 3),
            sore(4, 1, settled=False),
            sore(3, 1, settled=False),
            sore(3, 2),
            session(2, pain_before=1),
            sore(1, 0),
            sore(0, 5),
        ]
    )
    found = past(told).mornings
    # Five days ago nobody said how it was before; this morning is not yet that after today.
    assert [(each.day, each.rise, each.unsettled) for each in found] == [
        (ago(4), 3, True),
        (ago(3), 2, True),
        (ago(1), 0, False),
    ]


def test_a_gap_is_counted_from_the_last_session_before_it() -> None:
    told = history(sessions=[session(40), session(30), session(10)])
    assert [(each.last, each.back, each.days) for each in past(told).gaps(10)] == [
        (ago(40), ago(30), 10),
        (ago(30), ago(10), 20),
        (ago(10), None, 10),
    ]
    assert [each.days for each in past(told).gaps(11)] == [20]
    assert reasons(told)["missed_8"].since == ago(2)


def test_only_the_session_that_loads_counts_as_loading_where_there_is_one() -> None:
    sessions = [session(4, template="load"), session(2, template="daily")]
    assert past(history(HEEL, sessions=sessions), HEEL).loading_days == (ago(4),)
    assert past(history(sessions=sessions)).loading_days == (ago(4), ago(2))


def test_what_was_usual_at_the_start_is_of_the_seven_days_from_it_on_where_none_came_before() -> (
    None
):
    most = history(said={**steady(20, 17, pain=2), **steady(16, 0, pain=9)})
    assert past(most).usual_at_start("pain", ago(20)) == 2
    less = history(said={**steady(20, 18, pain=2), **steady(17, 0, pain=9)})
    assert past(less).usual_at_start("pain", ago(20)) == 9
    before = history(said={**steady(24, 20, pain=4), **steady(19, 0, pain=9)})
    assert past(before).usual_at_start("pain", ago(20)) == 4


def test_what_was_usual_at_the_start_is_known_once_its_seven_days_are_over() -> None:
    told = history(said=steady(7, 0, pain=2))
    assert past(told).usual_at_start("pain", ago(6)) is None
    assert past(told).usual_at_start("pain", ago(7)) == 2


def test_two_ratings_in_a_week_say_nothing_of_what_is_usual_and_three_do() -> None:
    assert past(history(said=steady(1, 0, pain=2))).usual("pain", TODAY) is None
    assert past(history(said=steady(2, 0, pain=2))).usual("pain", TODAY) == 2
    assert past(history(said={6: {"pain": 2}, **steady(1, 0, pain=2)})).usual("pain", TODAY) == 2
    assert past(history(said={7: {"pain": 2}, **steady(1, 0, pain=2)})).usual("pain", TODAY) is None


def test_what_happens_later_has_not_happened_yet() -> None:
    told = history(events=[event(3, "fall"), event(0, "fall"), event(-1, "fall")])
    assert past(told).days_of("fall") == (ago(3), TODAY)
    assert past(told).days_of("stayed") == ()


def test_what_acted_until_yesterday_is_over_unless_days_of_grace_are_given() -> None:
    assert not past(history()).is_over(TODAY)
    assert past(history()).is_over(ago(1))
    assert not past(history(), grace_days=6).is_over(ago(6))
    assert past(history(), grace_days=6).is_over(ago(7))


def test_who_is_in_a_part_that_the_programme_has_no_more_is_in_its_first() -> None:
    shorter = replace(LOW_BACK, phases=LOW_BACK.phases[:2])
    assert past(history(phase=2), shorter).phase == LOW_BACK.phases[0]
    assert past(history(phase=1), shorter).phase == LOW_BACK.phases[1]
