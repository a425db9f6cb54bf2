"""A new part grows by at most a fifth a week, as far as its main movements allow."""

from datetime import date, timedelta

import pytest

from fstpwa.content import library
from fstpwa.domain.adapted_session import adapted
from fstpwa.domain.day_rules import adaptation
from fstpwa.domain.part_growth import RULE, reasons, week_s
from fstpwa.domain.planning import planned_items
from fstpwa.domain.practice_history import Place, PracticeHistory
from fstpwa.domain.programme import Phase, Programme
from fstpwa.domain.variants import usual_s

MOVEMENTS = library().movements
PROGRAMMES = library().programmes
BEGAN = date(2026, 3, 2)
LATER_PHASES = [
    pytest.param(programme, before, phase, id=f"{programme.slug}-{phase.id}")
    for programme in PROGRAMMES.values()
    for before, phase in zip(programme.phases, programme.phases[1:], strict=False)
]


def history(phase: Phase) -> PracticeHistory:
    return PracticeHistory(
        place=Place(phase=phase.id, ramp_step=0, since=BEGAN, phase_since=BEGAN, started_on=BEGAN)
    )


def on(programme: Programme, phase: Phase, day: date):
    return reasons(history(phase), programme, day, MOVEMENTS)


def planned_s(programme: Programme, phase: Phase, day: date) -> tuple[int, bool]:
    """Seconds of the week of `day`, and whether only core movements are left in what was cut."""
    found = on(programme, phase, day)
    seconds, only_core = 0, True
    for template in phase.sessions:
        if template.optional:
            continue
        items = planned_items(programme, phase, template, 0, "both", MOVEMENTS)
        left = items
        if found:
            left = adapted(
                items,
                found[0].easing,
                template=template.id,
                programme=programme,
                movements=MOVEMENTS,
            )
        only_core = only_core and all(item.priority == "core" for item in left)
        seconds += template.days_per_week * template.times_per_day * usual_s(left, MOVEMENTS)
    return seconds, only_core


@pytest.mark.parametrize(("programme", "before", "phase"), LATER_PHASES)
def test_no_week_of_a_new_part_has_over_a_fifth_more_than_the_one_before(programme, before, phase):
    allowed = float(week_s(programme, before, len(before.dose_ramp) - 1, MOVEMENTS))
    for week in range(6):
        allowed *= 1.2
        seconds, only_core = planned_s(programme, phase, BEGAN + timedelta(days=7 * week))
        assert seconds <= allowed or only_core


@pytest.mark.parametrize(("programme", "before", "phase"), LATER_PHASES)
def test_it_ends_on_the_day_it_says_and_never_begins_again(programme, before, phase):
    first = on(programme, phase, BEGAN)
    if not first:
        assert not on(programme, phase, BEGAN + timedelta(days=40))
        return
    (reason,) = first
    assert reason.until is not None
    assert on(programme, phase, reason.until)
    assert not on(programme, phase, reason.until + timedelta(days=1))
    assert not on(programme, phase, reason.until + timedelta(days=30))


def test_each_week_leaves_less_out_than_the_one_before():
    programme = PROGRAMMES["balance-and-gait"]
    phase = programme.phase("lighter")
    shares = [
        found[0].easing.time_share
        for week in range(8)
        if (found := on(programme, phase, BEGAN + timedelta(days=7 * week)))
    ]
    assert len(shares) > 1
    assert shares == sorted(set(shares))
    assert {reason.since for reason in on(programme, phase, BEGAN + timedelta(days=8))} == {BEGAN}


@pytest.mark.parametrize("programme", PROGRAMMES.values(), ids=lambda each: each.slug)
def test_the_first_part_is_as_long_as_it_is(programme):
    assert not on(programme, programme.phases[0], BEGAN)


def test_the_numbers_are_told():
    programme = PROGRAMMES["balance-and-gait"]
    (reason,) = on(programme, programme.phase("lighter"), BEGAN)
    facts = reason.facts
    assert facts["minutes_before"] < facts["minutes_now"] < facts["minutes_full"]
    assert facts["minutes_now"] <= 1.2 * facts["minutes_before"] + 1


def test_it_is_one_of_the_rules_of_a_day():
    programme = PROGRAMMES["balance-and-gait"]
    lighter = programme.phase("lighter")
    found = adaptation(history(lighter), programme, BEGAN, MOVEMENTS)
    assert [each.rule for each in found.reasons] == [RULE]
    assert found.easing.time_share == on(programme, lighter, BEGAN)[0].easing.time_share


def test_a_part_that_is_twice_as_long_grows_for_three_weeks():
    programme = PROGRAMMES["balance-and-gait"]
    (reason,) = on(programme, programme.phase("lighter"), BEGAN)
    assert dict(reason.facts) == {"minutes_before": 46, "minutes_now": 55, "minutes_full": 95}
    assert reason.until == BEGAN + timedelta(days=20)


def test_a_part_that_begins_at_a_low_dose_is_counted_at_that_dose():
    programme = PROGRAMMES["fibromyalgia-gentle-20"]
    third = programme.phase("p3")
    assert week_s(programme, third, 0, MOVEMENTS) < week_s(programme, third, 3, MOVEMENTS)
    (reason,) = on(programme, third, BEGAN)
    assert reason.facts["minutes_full"] == round(week_s(programme, third, 0, MOVEMENTS) / 60)
