"""What several devices wrote is put together in any order, once each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.merging import (
    MARK,
    MOST_VERSIONS,
    UNKNOWN,
    Merged,
    Version,
    Writing,
    clear,
    merge,
    operation_of,
    seen_of,
    shown,
    stamp,
    versions_of,
)

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
TEXTS = frozenset({"note"})
KEPT = frozenset({"word"})


def id_of(number: int) -> str:
    return str(UUID(int=number))


def at(minute: int, number: int) -> str:
    return stamp(NOW + timedelta(minutes=minute), UUID(int=number))


def write(
    stored: Merged | None,
    minute: int,
    number: int,
    base: Sequence[int] | None = None,
    **values: Any,
) -> Merged:
    bases = {} if base is None else {"note": tuple(map(id_of, base))}
    writing = Writing(values=values, stamped=at(minute, number), bases=bases)
    return merge(*_of(stored), writing, texts=TEXTS)


def _of(stored: Merged | None) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return ({}, {}) if stored is None else (stored.values, stored.clocks)


def cleared(stored: Merged | None, minute: int, number: int) -> Merged:
    return clear(*_of(stored), at(minute, number), texts=TEXTS, kept=KEPT)


def test_a_stamp_tells_when_and_by_what_and_sorts_by_time() -> None:
    assert at(0, 9) < at(1, 1) < at(1, 2)
    assert operation_of(at(0, 9)) == id_of(9)
    assert at(-(10**9), 1) > UNKNOWN


def test_the_later_word_on_each_field_stays_and_the_earlier_is_told() -> None:
    late = write(write(None, 5, 1, stiffness=6), 3, 2, stiffness=1, sleep=8)
    assert late.values == {"stiffness": 6, "sleep": 8}
    assert (late.outcome, late.won) == ("merged", {"sleep"})
    assert write(late, 6, 3, stiffness=None).values == {"sleep": 8}


def test_the_same_word_said_earlier_is_no_conflict() -> None:
    assert write(write(None, 5, 1, stiffness=6), 3, 2, stiffness=6).outcome == "applied"


def test_what_comes_twice_changes_nothing_and_is_as_good_as_before() -> None:
    once = write(None, 1, 1, (), stiffness=6, note="x")
    twice = write(once, 1, 1, (), stiffness=6, note="x")
    assert (twice.values, twice.clocks) == (once.values, once.clocks)
    assert (twice.changed, twice.outcome) == (False, "applied")


def test_texts_of_which_neither_writer_saw_the_other_stay_both() -> None:
    both = write(write(None, 5, 1, (), note="from the phone"), 3, 2, (), note="from the desk")
    assert both.outcome == "merged"
    assert both.values["note"] == f"from the desk{MARK}from the phone"
    assert shown(both.values["note"]) == "from the desk\n\nfrom the phone"
    assert versions_of(both.values["note"], both.clocks["note"]) == (
        Version(at(3, 2), "from the desk"),
        Version(at(5, 1), "from the phone"),
    )
    one = write(both, 6, 3, (1, 2), note="both in one")
    assert (one.values["note"], one.outcome) == ("both in one", "applied")


def test_a_text_that_comes_after_its_correction_does_not_come_back() -> None:
    told = write(write(None, 2, 2, (1,), note="mended"), 1, 1, (), note="first")
    assert (told.values["note"], told.outcome) == ("mended", "merged")


def test_taking_a_text_back_leaves_what_was_not_seen() -> None:
    both = write(write(None, 1, 1, (), note="one"), 2, 2, (), note="two")
    left = write(both, 3, 3, (1,), note=None)
    assert (left.values["note"], left.outcome) == ("two", "merged")
    assert "note" not in write(left, 4, 4, (2,), note=None).values


def test_whoever_does_not_say_what_they_saw_saw_everything_older() -> None:
    both = write(write(None, 1, 1, (), note="one"), 9, 2, (), note="later")
    told = write(both, 3, 3, None, note="three")
    assert told.values["note"] == f"three{MARK}later"


def test_a_text_from_before_there_were_versions_is_one() -> None:
    old = at(1, 1)
    assert versions_of("x", old) == (Version(old, "x"),)
    assert versions_of("", old) == ()
    assert versions_of("x", None) == (Version(UNKNOWN, "x"),)
    told = merge(
        {"note": "x"},
        {"note": old},
        Writing(values={"note": "y"}, stamped=at(2, 2), bases={"note": (id_of(1),)}),
        texts=TEXTS,
    )
    assert told.values == {"note": "y"}


def test_a_text_without_a_clock_is_written_over_by_whoever_saw_it() -> None:
    writing = Writing(values={"note": "y"}, stamped=at(2, 2), bases={"note": (id_of(0),)})
    assert merge({"note": "x"}, {}, writing, texts=TEXTS).values == {"note": "y"}


def test_a_text_that_does_not_fit_its_clock_is_kept_whole() -> None:
    live = {"live": [at(1, 1), at(2, 2)], "over": []}
    assert versions_of("cannot be read", live) == (Version(at(2, 2), "cannot be read"),)


def test_clearing_takes_what_was_said_before_and_what_comes_late() -> None:
    told = write(write(None, 1, 1, (), stiffness=6, note="x"), 5, 2, sleep=3)
    left = cleared(told, 3, 3)
    assert (left.values, left.outcome) == ({"sleep": 3}, "merged")
    assert cleared(left, 3, 3).changed is False
    late = write(left, 2, 4, (), stiffness=1, note="y")
    assert (late.values, late.outcome) == ({"sleep": 3}, "merged")
    assert write(late, 4, 5, stiffness=2).values == {"sleep": 3, "stiffness": 2}


def test_more_versions_than_anybody_reads_are_refused() -> None:
    told = None
    for number in range(1, MOST_VERSIONS + 1):
        told = write(told, number, number, (), note=f"{number}")
    with pytest.raises(InvalidValue, match="too many places"):
        write(told, 99, 99, (), note="one more")
    assert write(told, 99, 99, range(1, 21), note="one").values == {"note": "one"}


@pytest.mark.parametrize("wrong", ["x", None, {}, ["x"], [1], [None], [id_of(1)] * 201])
def test_a_base_that_names_no_operations_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidValue):
        seen_of(wrong)


@dataclass(frozen=True)
class Said:
    minute: int
    values: Mapping[str, Any] | None
    """None: everything is cleared."""
    base: tuple[int, ...]

    def put_into(self, stored: Merged | None, number: int) -> Merged:
        if self.values is None:
            return cleared(stored, self.minute, number)
        return write(stored, self.minute, number, self.base, **self.values)


values = st.fixed_dictionaries(
    {},
    optional={
        "stiffness": st.none() | st.integers(0, 10),
        "sleep": st.none() | st.integers(0, 10),
        "note": st.none() | st.sampled_from(["a", "b", "c\n\nd"]),
    },
)
minutes = st.integers(0, 4)
numbers = st.lists(st.integers(1, 9), max_size=3).map(tuple)
writings = st.builds(Said, minutes, values, numbers)
clearings = st.builds(Said, minutes, st.none(), st.just(()))
everything_said = st.lists(writings | clearings, max_size=8)


@given(everything_said, st.randoms(use_true_random=False))
def test_neither_order_nor_doubling_makes_a_difference(said: list[Said], chance: Random) -> None:
    operations = list(enumerate(said, start=1))
    shuffled = operations * 2
    chance.shuffle(shuffled)
    states = []
    for order in (operations, shuffled):
        stored = None
        for number, each in order:
            stored = each.put_into(stored, number)
        states.append(None if stored is None else (stored.values, stored.clocks))
    assert states[0] == states[1]
    assert json.loads(json.dumps(states[0])) == (list(states[0]) if states[0] else None)
