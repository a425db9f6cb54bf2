"""What a newer version changes, in one sentence; and what stands in for content that is gone."""

from dataclasses import replace
from datetime import date

import pytest

from fstpwa.content import library
from fstpwa.domain.planning import Schedule, calendar
from fstpwa.domain.programme import Programme
from fstpwa.domain.programme_changes import gone, known_only, what_changes, with_phase

NEW_YEAR = date(2026, 1, 1)
MOVEMENTS = library().movements
NEW = library().programmes["low-back"]


def with_lines(change) -> Programme:
    """Return the programme with other movements in its first session."""
    first, *others = NEW.phases
    session, *more = first.sessions
    session = replace(session, movements=tuple(change(list(session.movements))))
    return replace(NEW, phases=(replace(first, sessions=(session, *more)), *others))


def slugs_of(programme: Programme) -> set[str]:
    sessions = [each for phase in programme.phases for each in phase.sessions]
    return {line.slug for each in (*sessions, programme.flare_session) for line in each.movements}


UNUSED = sorted(set(MOVEMENTS) - slugs_of(NEW))


def adding(*slugs: str) -> Programme:
    return with_lines(lambda lines: [*lines, *(replace(lines[0], slug=slug) for slug in slugs)])


def test_movements_that_come_and_go_are_named():
    one = UNUSED[0]
    assert what_changes(adding(one), NEW, MOVEMENTS) == f"Goes out: {MOVEMENTS[one].name}."
    assert what_changes(NEW, adding(one), MOVEMENTS) == f"Comes in: {MOVEMENTS[one].name}."


def test_many_movements_are_counted():
    assert what_changes(NEW, adding(*UNUSED[:4]), MOVEMENTS) == "Comes in: 4 movements."
    assert what_changes(NEW, adding(*UNUSED[:3]), MOVEMENTS).count(",") == 2


def test_a_movement_without_a_name_any_more_is_counted():
    assert what_changes(adding("long-gone"), NEW, MOVEMENTS) == "Goes out: 1 movement."


def test_other_doses_are_said_in_general():
    longer = with_lines(lambda lines: [replace(lines[0], sets=9), *lines[1:]])
    assert "Some sessions have other movements, amounts or days." in what_changes(
        longer, NEW, MOVEMENTS
    )


def test_another_number_of_parts_is_said():
    fewer = replace(NEW, phases=NEW.phases[:1])
    sentence = what_changes(fewer, NEW, MOVEMENTS)
    assert f"it has {len(NEW.phases)} parts instead of 1" in sentence.lower()


@pytest.mark.parametrize(
    "words",
    [
        {"evidence_note": "another"},
        {"who_for": "another"},
        {"flare_session": replace(NEW.flare_session, name="another")},
    ],
)
def test_other_words_alone_change_nothing_one_does(words):
    assert "Only its words change" in what_changes(replace(NEW, **words), NEW, MOVEMENTS)


def test_what_the_library_does_not_know_is_left_out_everywhere():
    known = known_only(adding("long-gone"), MOVEMENTS)
    assert known == NEW
    slug = NEW.flare_session.movements[0].slug
    fewer = {key: each for key, each in MOVEMENTS.items() if key != slug}
    assert slug not in slugs_of(known_only(NEW, fewer))


def test_a_part_that_is_lost_is_stood_in_for_by_the_first_one():
    assert with_phase(NEW, NEW.phases[1].id) is NEW
    found = with_phase(NEW, "lost")
    assert found.phase("lost").sessions == NEW.phases[0].sessions
    assert found.phases[1:] == NEW.phases[1:]


def test_a_programme_that_is_gone_plans_nothing_and_is_not_offered():
    found = gone("some-slug", "part_2")
    phase = found.phase("part_2")
    days = Schedule(weekdays=frozenset(range(7)), at_min=0)
    assert found.retired
    assert calendar(phase, days, NEW_YEAR, 14) == []
    assert found.flare_session.movements == ()
