"""What a programme says of itself agrees with the content and with the timeline."""

from dataclasses import replace

import pytest

from fstpwa.content import library
from fstpwa.domain.programme import Programme
from fstpwa.domain.programme_outline import how_often, outline, range_in_words, weeks_in_words

CONTENT = library()
PROGRAMMES = [pytest.param(each, id=each.slug) for each in CONTENT.programmes.values()]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_minutes_agree_with_the_content_within_two(programme: Programme) -> None:
    shown = outline(programme, CONTENT.movements)
    templates = [template for phase in programme.phases for template in phase.sessions]
    sessions = [session for phase in shown.phases for session in phase.sessions]
    pairs = [
        *zip(sessions, templates, strict=True),
        (shown.flare, programme.flare_session),
    ]
    for session, template in pairs:
        assert abs(session.minutes - template.session_minutes) <= 2
        slugs = [line.movement.slug for line in session.lines]
        prescribed = [line.slug for line in template.movements]
        if session is shown.flare:
            # Breathing goes first there.
            assert sorted(slugs) == sorted(prescribed)
        else:
            assert slugs == prescribed
        assert all(line.dose for line in session.lines)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_equipment_covers_every_movement_and_nothing_is_named_twice(programme: Programme) -> None:
    shown = outline(programme, CONTENT.movements)
    used = {
        code
        for phase in shown.phases
        for session in phase.sessions
        for line in session.lines
        for code in line.movement.equipment
    }
    assert {*shown.equipment, *shown.handy_equipment} == used - {"none"}
    assert not set(shown.equipment) & set(shown.handy_equipment)


def test_equipment_that_only_optional_movements_need_is_only_handy() -> None:
    shown = outline(CONTENT.programmes["neck-and-desk"], CONTENT.movements)
    assert shown.handy_equipment == ("massage_ball",)
    assert "chair" in shown.equipment


def test_a_ramp_says_where_it_starts() -> None:
    shown = outline(CONTENT.programmes["fibromyalgia-gentle-20"], CONTENT.movements)
    assert shown.phases[0].starts_at_percent == 65
    flat = outline(CONTENT.programmes["neck-and-desk"], CONTENT.movements)
    assert {phase.starts_at_percent for phase in flat.phases} == {None}


def test_weeks_are_not_said_twice() -> None:
    shown = outline(CONTENT.programmes["fibromyalgia-gentle-20"], CONTENT.movements)
    assert (shown.phases[0].weeks, shown.phases[0].name) == ("Weeks 1 to 4", "Arrive")


def test_the_sentence_about_going_on_is_said_once_while_it_stays_the_same() -> None:
    shown = outline(CONTENT.programmes["neck-and-desk"], CONTENT.movements)
    first, second, last = (phase.next_sentence for phase in shown.phases)
    assert first
    assert second == ""
    assert last.startswith("You have finished")


def test_a_movement_for_the_sore_side_says_so() -> None:
    shown = outline(CONTENT.programmes["plantar-heel"], CONTENT.movements)
    doses = [line.dose for phase in shown.phases for each in phase.sessions for line in each.lines]
    assert any(dose.endswith("on the side you choose") for dose in doses)
    assert not any("each side on the side" in dose for dose in doses)


def test_how_often_is_said_in_words() -> None:
    template = CONTENT.programmes["low-back"].phases[0].sessions[0]
    said = [
        how_often(replace(template, days_per_week=days, times_per_day=times))
        for days, times in ((1, 1), (5, 1), (7, 2), (5, 4), (0, 1))
    ]
    assert said == [
        "Once a week",
        "5 days a week",
        "Every day, twice a day",
        "5 days a week, 4 times a day",
        "When you need it",
    ]


def test_ranges_and_weeks_are_said_in_words() -> None:
    assert range_in_words(10, 10) == "10"
    assert range_in_words(10, 15) == "10 to 15"
    assert weeks_in_words((3,)) == "Week 3"
    assert weeks_in_words((1, 2, 3)) == "Weeks 1 to 3"
