"""Who needs their therapist today: each reason by its rule, four groups, one order."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.adherence import Excused
from fstpwa.domain.attention import Attention, Group, attention
from fstpwa.domain.attention_facts import Facts, Practised, Thresholds
from fstpwa.domain.attention_reasons import ORDER, RULES, Reason, Sign, reasons
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.practice_history import PlannedRecord

WEDNESDAY = date(2026, 3, 4)
DAY = timedelta(days=1)


def ago(days: int) -> date:
    return WEDNESDAY - days * DAY


def planned(*days_ago: int, done: bool = True) -> list[PlannedRecord]:
    state = "done" if done else "planned"
    return [PlannedRecord(day=ago(each), template="", state=state) for each in sorted(days_ago)]


def sessions(*days_ago: int, before: int | None = 2, after: int | None = 2) -> list[Practised]:
    return [
        Practised(day=ago(each), before=before, after=after)
        for each in sorted(days_ago, reverse=True)
    ]


def steady(**changes) -> Facts:
    """Four weeks, a session and a check-in a day, nothing wrong."""
    usual = Facts(
        today=WEDNESDAY,
        planned=planned(*range(28)),
        sessions=sessions(*range(28)),
        checked_in=[ago(each) for each in range(28)],
        stiffness={ago(each): 4 for each in range(28)},
    )
    return replace(usual, **changes)


def stopped(days: int, **changes) -> Facts:
    """As `steady`, but the last thing was that many days ago."""
    there = range(days, 28)
    return steady(
        planned=[*planned(*there), *planned(*range(days), done=False)],
        sessions=sessions(*there),
        checked_in=[ago(each) for each in there],
        stiffness={ago(each): 4 for each in there},
        **changes,
    )


def words(facts: Facts) -> list[str]:
    return [each.words for each in reasons(facts)]


def test_nobody_is_told_of_who_is_steady():
    assert attention(steady()) == Attention(group=Group.DOING_BETTER, reasons=())


class TestPainAfterPractice:
    def test_it_is_told_with_how_much_and_how_often(self):
        facts = steady(sessions=[*sessions(*range(3, 28)), *sessions(0, 1, 2, after=5)])
        assert words(facts) == ["Pain after practice up 3 for three sessions"]

    def test_one_sore_session_is_chance(self):
        assert words(steady(sessions=[*sessions(*range(1, 28)), *sessions(0, after=9)])) == []

    def test_a_session_that_was_fine_ends_it(self):
        facts = steady(sessions=[*sessions(1, 2, 3, after=6), *sessions(0)])
        assert words(facts) == []

    def test_sessions_of_which_nothing_was_said_are_passed_over(self):
        sore = sessions(1, 3, after=4)
        facts = steady(sessions=sorted([*sore, *sessions(0, 2, after=None)], key=lambda s: s.day))
        assert words(facts) == ["Pain after practice up 2 for two sessions"]

    def test_who_always_hurts_is_not_always_told_of(self):
        assert words(steady(sessions=sessions(*range(28), before=7, after=8))) == []

    def test_the_threshold_is_the_therapists(self):
        facts = steady(sessions=sessions(0, 1, after=4))
        assert words(facts)
        assert not words(replace(facts, thresholds=Thresholds(pain_rise=3)))

    @pytest.mark.parametrize(("days", "is_told"), [(13, True), (14, False)])
    def test_old_soreness_is_no_news(self, days, is_told):
        facts = steady(sessions=sessions(days, days + 1, after=6))
        assert bool(words(facts)) is is_told

    def test_the_rise_that_is_said_is_the_middle_one_and_never_rounded_up(self):
        mixed = [*sessions(2, after=4), *sessions(1, after=7)]
        assert words(steady(sessions=mixed)) == ["Pain after practice up 3 for two sessions"]


class TestStiffness:
    def week(self, rating: int, before: int, answered: int = 7) -> Facts:
        ratings = {ago(each): rating for each in range(answered)}
        return steady(stiffness=ratings | {ago(each): before for each in range(7, 28)})

    def test_a_week_that_is_up_by_more_than_wobble_is_told(self):
        assert words(self.week(6, 4)) == ["Stiffness up 2 on the week before"]

    def test_down_is_no_reason(self):
        assert words(self.week(3, 6)) == []

    def test_three_answered_days_say_too_little(self):
        assert words(self.week(9, 4, answered=3)) == []
        assert words(self.week(9, 4, answered=4)) == ["Stiffness up 5 on the week before"]

    def test_whoever_always_swings_is_not_told_of_for_a_swing(self):
        swinging = {ago(each): (1 if each % 2 else 8) for each in range(7, 28)}
        # The week's median is up by 2, from 1 or 8 to what lies between them.
        week_before = {ago(each): 4 for each in range(7, 14)}
        facts = steady(
            stiffness=swinging | week_before | {ago(each): 6 for each in range(7)},
            thresholds=Thresholds(stiffness_rise=2),
        )
        assert words(facts) == []

    def test_the_threshold_is_the_therapists(self):
        facts = replace(self.week(6, 4), thresholds=Thresholds(stiffness_rise=3))
        assert words(facts) == []


class TestQuiet:
    def test_six_days_of_nothing_are_told_with_what_it_was(self):
        assert words(stopped(6)) == ["Nothing for 6 days, was 7 a week"]

    def test_five_are_not_unless_the_therapist_says_so(self):
        assert words(stopped(5)) == []
        assert words(stopped(5, thresholds=Thresholds(quiet_days=5))) == [
            "Nothing for 5 days, was 7 a week"
        ]

    def test_a_check_in_is_not_nothing(self):
        facts = stopped(8)
        assert words(replace(facts, checked_in=[*facts.checked_in, ago(1)])) == []

    def test_a_pause_is_no_silence(self):
        assert words(stopped(8, is_paused=True)) == []

    def test_days_of_a_pause_that_is_over_do_not_count(self):
        paused = Excused(paused=frozenset(ago(each) for each in range(1, 8)))
        assert words(stopped(8, excused=paused)) == []

    def test_flare_days_and_red_days_do_not_count(self):
        days = frozenset(ago(each) for each in range(8))
        assert words(stopped(8, excused=Excused(flares=days))) == []

    def test_where_nothing_was_planned_nothing_was_missed(self):
        facts = stopped(8)
        assert words(replace(facts, planned=planned(*range(8, 28)))) == []

    def test_without_a_plan_a_habit_that_stopped_is_told(self):
        facts = replace(stopped(8), planned=())
        assert words(facts) == ["Nothing for 8 days, was 7 a week"]

    def test_somebody_who_never_began_is_told_of_with_the_day(self):
        facts = Facts(today=WEDNESDAY, planned=planned(*range(9), done=False))
        assert words(facts) == ["Nothing since the plan began on 24 February"]

    def test_nothing_in_all_four_weeks_says_so(self):
        facts = Facts(today=WEDNESDAY, planned=planned(*range(28), done=False))
        assert words(facts) == ["Nothing for four weeks"]

    def test_it_is_not_said_of_who_does_not_share_it(self):
        assert words(replace(stopped(9), shares_records=False)) == []


class TestOthers:
    def test_a_flare_is_told_with_its_day(self):
        assert words(steady(flare_since=ago(1))) == ["Flare since yesterday"]
        assert words(steady(flare_since=ago(5))) == ["Flare since Friday"]
        assert words(steady(flare_since=ago(9))) == ["Flare since 23 February"]

    def test_a_question_is_told_with_its_day(self):
        assert words(steady(question_on=ago(2))) == ["Asked a question on Monday"]
        assert words(steady(question_on=WEDNESDAY)) == ["Asked a question today"]

    @pytest.mark.parametrize(("days", "is_told"), [(0, True), (6, True), (7, False)])
    def test_a_red_session_is_told_for_a_week(self, days, is_told):
        facts = steady(excused=Excused(held=frozenset({ago(days)})))
        assert bool(words(facts)) is is_told
        assert not is_told or "was more than it should be" in words(facts)[0]

    def test_too_much_is_told_from_the_second_time_in_a_week(self):
        assert words(steady(too_much={ago(1): 1, ago(7): 5})) == []
        assert words(steady(too_much={ago(1): 1, ago(6): 1})) == ["“Too much” twice in a week"]
        assert words(steady(too_much={ago(1): 3})) == ["“Too much” three times in a week"]

    def test_what_waits_is_told_once_its_day_is_over(self):
        assert words(steady(could_not_begin_on=WEDNESDAY)) == []
        assert words(steady(could_not_begin_on=ago(2))) == [
            "What you assigned for Monday could not begin"
        ]

    def test_lost_reminders_are_told(self):
        assert words(steady(are_reminders_lost=True)) == ["Reminders are not reaching their phone"]


class TestGroups:
    @pytest.mark.parametrize(
        ("facts", "group"),
        [
            pytest.param(steady(), Group.DOING_BETTER, id="all done"),
            pytest.param(steady(flare_since=ago(2)), Group.DOING_WORSE, id="in a flare"),
            pytest.param(stopped(14), Group.NOT_DOING_FINE, id="stopped"),
            pytest.param(
                stopped(14, flare_since=ago(20)), Group.NOT_DOING_WORSE, id="stopped, in a flare"
            ),
            pytest.param(stopped(14, is_paused=True), Group.RESTING, id="paused"),
            pytest.param(Facts(today=WEDNESDAY), Group.TOO_EARLY, id="nothing at all"),
            pytest.param(
                Facts(today=WEDNESDAY, planned=planned(*range(7), done=False)),
                Group.TOO_EARLY,
                id="six days",
            ),
            pytest.param(
                Facts(today=WEDNESDAY, shares_records=False), Group.NOT_SHARED, id="not shared"
            ),
        ],
    )
    def test_each_group(self, facts, group):
        assert attention(facts).group is group

    def test_half_of_what_was_due_is_doing_it(self):
        half = [*planned(*range(1, 14, 2)), *planned(*range(2, 15, 2), done=False)]
        old = planned(27)
        assert attention(steady(planned=[*old, *half])).group is Group.DOING_BETTER
        less = [*planned(1), *planned(*range(2, 14), done=False)]
        assert attention(steady(planned=[*old, *less])).group is Group.NOT_DOING_FINE

    def test_a_fortnight_of_flare_days_is_no_reproach(self):
        days = frozenset(ago(each) for each in range(14))
        facts = stopped(14, excused=Excused(flares=days), flare_since=ago(13))
        assert attention(facts).group is Group.DOING_WORSE

    def test_without_a_plan_practice_in_both_weeks_is_doing_it(self):
        assert attention(steady(planned=())).group is Group.DOING_BETTER
        once = steady(planned=(), sessions=sessions(20))
        assert attention(once).group is Group.NOT_DOING_FINE

    @pytest.mark.parametrize("sign", [Sign.QUESTION, Sign.TOO_MUCH, Sign.REMINDERS])
    def test_what_is_no_symptom_makes_nobody_worse(self, sign):
        changes = {
            Sign.QUESTION: {"question_on": WEDNESDAY},
            Sign.TOO_MUCH: {"too_much": {WEDNESDAY: 4}},
            Sign.REMINDERS: {"are_reminders_lost": True},
        }[sign]
        found = attention(steady(**changes))
        assert [each.sign for each in found.reasons] == [sign]
        assert found.group is Group.DOING_BETTER


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_days": 1}, {"quiet_days": 31}, {"pain_rise": 0}, {"stiffness_rise": 10}],
)
def test_thresholds_out_of_range_are_refused(wrong):
    with pytest.raises(InvalidValue):
        Thresholds(**wrong)


def test_there_is_a_rule_for_each_sign_in_the_order_of_weight():
    everything = steady(
        sessions=sessions(*range(6, 28), after=5),
        planned=[*planned(*range(6, 28)), *planned(*range(6), done=False)],
        checked_in=[],
        stiffness={ago(each): (8 if each < 7 else 3) for each in range(28)},
        too_much={ago(6): 3},
        excused=Excused(held=frozenset({ago(6)})),
        flare_since=ago(9),
        question_on=ago(1),
        could_not_begin_on=ago(3),
        are_reminders_lost=True,
    )
    assert [each.sign for each in reasons(everything)] == list(ORDER)
    assert len(RULES) == len(ORDER)


DAYS = st.integers(0, 27).map(ago)
RATINGS = st.integers(0, 10)
MAYBE_RATING = st.none() | RATINGS
ANY_FACTS = st.builds(
    Facts,
    today=st.just(WEDNESDAY),
    thresholds=st.builds(
        Thresholds,
        quiet_days=st.integers(2, 30),
        pain_rise=st.integers(1, 9),
        stiffness_rise=st.integers(1, 9),
    ),
    shares_records=st.booleans(),
    planned=st.lists(
        st.builds(
            PlannedRecord,
            day=DAYS,
            template=st.just(""),
            state=st.sampled_from(["planned", "done", "skipped"]),
        )
    ),
    sessions=st.lists(st.builds(Practised, day=DAYS, before=MAYBE_RATING, after=MAYBE_RATING)).map(
        lambda found: sorted(found, key=lambda each: each.day)
    ),
    checked_in=st.frozensets(DAYS),
    stiffness=st.dictionaries(DAYS, RATINGS),
    too_much=st.dictionaries(DAYS, st.integers(1, 5)),
    excused=st.builds(
        Excused, paused=st.frozensets(DAYS), flares=st.frozensets(DAYS), held=st.frozensets(DAYS)
    ),
    is_paused=st.booleans(),
    flare_since=st.none() | DAYS,
    question_on=st.none() | DAYS,
    could_not_begin_on=st.none() | DAYS,
    are_reminders_lost=st.booleans(),
)


@given(ANY_FACTS)
def test_everybody_has_a_group_and_reasons_in_order(facts):
    found = attention(facts)
    places = [ORDER.index(each.sign) for each in found.reasons]
    assert places == sorted(set(places))
    assert all(each.words for each in found.reasons)


@given(ANY_FACTS, ANY_FACTS)
def test_any_two_can_be_put_in_order(one, other):
    first, second = attention(one).rank, attention(other).rank
    assert (first < second) + (first > second) + (first == second) == 1


SOME_REASONS = st.sets(st.sampled_from(ORDER)).map(
    lambda signs: tuple(Reason(sign=each, words="x") for each in ORDER if each in signs)
)


@given(SOME_REASONS, st.sampled_from(ORDER))
def test_one_reason_more_never_puts_somebody_further_down(found, sign):
    more = tuple(sorted({*found, Reason(sign=sign, words="x")}, key=lambda e: ORDER.index(e.sign)))
    with_more = Attention(group=Group.DOING_BETTER, reasons=more)
    assert with_more.rank <= Attention(group=Group.DOING_BETTER, reasons=found).rank


@given(SOME_REASONS)
def test_many_light_reasons_never_come_before_a_heavier_one(found):
    heaviest = (Reason(sign=Sign.PAIN, words="x"),)
    light = tuple(each for each in found if each.sign is not Sign.PAIN)
    assert (
        Attention(group=Group.DOING_BETTER, reasons=heaviest).rank
        < Attention(group=Group.DOING_WORSE, reasons=light).rank
    )
