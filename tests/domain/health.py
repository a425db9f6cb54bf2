"""Building stones for tests of the safety rules: conditions, answers, random ones of both."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from fstpwa.content import library
from fstpwa.domain.movement import Movement
from fstpwa.domain.safety import Availability, availability
from fstpwa.domain.standing import (
    Answer,
    Condition,
    History,
    Report,
    Screened,
    Source,
    Standing,
    Unlock,
    standing,
)

SAFETY = library().safety
REGIONS = tuple(library().vocabularies.body_regions)
SIDES = ("left", "right", "both")
DAY = date(2026, 3, 2)
"""The day everything here begins."""


def at(day: float) -> datetime:
    """The moment `day` days after noon of the first day."""
    return datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=day)


def on(day: float) -> date:
    return at(day).date()


def condition(flag: str, *regions: str, side: str = "both", **more: Any) -> Condition:
    """A condition of a flag that holds and locks nothing as a whole; no regions: all of them."""
    found = SAFETY.flags[flag]
    return Condition(
        key=flag,
        question=found.set_by[0],
        flag=found,
        regions=frozenset(regions or found.regions),
        side=side,  # type: ignore[arg-type]  # one of SIDES
        since=DAY,
        whole_plan=more.pop("whole_plan", None),
        **more,
    )


def answer(
    question: str,
    day: float = 0,
    *regions: str,
    yes: bool = True,
    side: str = "both",
    source: Source = Source.SCREENING,
    final: bool = True,
) -> Answer:
    return Answer(
        question=question,
        yes=yes,
        at=at(day),
        day=on(day),
        source=source,
        final=final,
        regions=frozenset(regions),
        side=side,  # type: ignore[arg-type]  # one of SIDES
    )


def no(question: str, day: float, **more: Any) -> Answer:
    return answer(question, day, yes=False, **more)


def agreed(key: str, day: float, way: str = "clinician_agreed") -> Unlock:
    return Unlock(key=key, way=way, at=at(day), day=on(day))  # type: ignore[arg-type]  # a way


def seen(key: str, day: float, outcome: str) -> Unlock:
    return Unlock(key=key, way="seen", at=at(day), day=on(day), outcome=outcome)  # type: ignore[arg-type]  # one of three


def screened(day: float, *, after_care: bool = False) -> Screened:
    return Screened(started_at=at(day), day=on(day), after_care=after_care)


def standing_on(day: float, *told: Answer | Unlock | Report | Screened) -> Standing:
    """What holds on a day after all of that."""
    history = History(
        answers=[each for each in told if isinstance(each, Answer)],
        unlocks=[each for each in told if isinstance(each, Unlock)],
        reports=[each for each in told if isinstance(each, Report)],
        screened=[each for each in told if isinstance(each, Screened)],
    )
    return standing(history, SAFETY, on(day))


def movements_left(
    movements: Iterable[Movement], conditions: Iterable[Condition]
) -> Mapping[str, Availability]:
    """What conditions leave of each movement, by slug."""
    conditions = tuple(conditions)
    return {movement.slug: availability(movement, conditions) for movement in movements}


def report(day: float = 0, **more: object) -> Report:
    """A report of something that went wrong."""
    return Report(id="7", at=at(day), day=on(day), **more)  # type: ignore[arg-type]  # its fields


def only(found: Standing) -> Condition:
    """The one thing that holds."""
    (condition,) = found.conditions
    return condition


def question_of(flag_id: str) -> str:
    """The ask-first question that sets a flag."""
    return SAFETY.flags[flag_id].set_by[-1]


places = st.lists(st.sampled_from(REGIONS), max_size=3, unique=True)
answers = st.builds(
    lambda question, day, regions, yes, side, source, final: answer(
        question, day, *regions, yes=yes, side=side, source=source, final=final
    ),
    st.sampled_from(list(SAFETY.questions)),
    st.integers(0, 400).map(lambda day: day / 2),
    places,
    st.booleans() | st.just(value=True),
    st.sampled_from(SIDES),
    st.sampled_from(list(Source)),
    st.booleans(),
)
keys = st.sampled_from(list(SAFETY.flags) + list(SAFETY.questions))
unlocks = st.builds(
    agreed,
    keys,
    st.integers(0, 400).map(lambda day: day / 2),
    st.sampled_from(["clinician_agreed", "therapist"]),
) | st.builds(
    seen,
    keys,
    st.integers(0, 400).map(lambda day: day / 2),
    st.sampled_from(["all clear", "being treated", "told to wait"]),
)
reports = st.builds(
    lambda number, day, slugs, urgent, fall: Report(
        id=str(number),
        at=at(day),
        day=on(day),
        movements=frozenset(slugs),
        urgent=urgent,
        fall=fall,
    ),
    st.integers(1, 9),
    st.integers(0, 200),
    st.lists(st.sampled_from(list(library().movements)), max_size=3),
    st.booleans(),
    st.booleans(),
)
histories = st.builds(
    lambda answers, unlocks, reports, days: History(
        answers=answers,
        unlocks=unlocks,
        reports=reports,
        screened=[screened(day, after_care=care) for day, care in days],
    ),
    st.lists(answers, max_size=12),
    st.lists(unlocks, max_size=4),
    st.lists(reports, max_size=2),
    st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=2),
)
flags = st.builds(
    lambda flag, regions, side, waits, lifted: condition(
        flag, *regions, side=side, waits=waits, lifted=lifted
    ),
    st.sampled_from(list(SAFETY.flags)),
    places,
    st.sampled_from(SIDES),
    st.booleans(),
    st.booleans(),
)
"""Conditions of any flag, anywhere."""
