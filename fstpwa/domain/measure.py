"""A measure: what is tracked and on what scale."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Direction = Literal["lower_better", "higher_better"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure. Its figures stay in the files until a page needs those that were checked."""

    slug: str
    name: str
    measures: str
    """What it measures."""
    direction: Direction
    lowest: int
    highest: int
    anchors: tuple[str, str] | None
    """The words for the lowest and the highest value of a rating; None for other measures."""
    recall: str
    """The time it asks about."""
    cadence: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsTest:
    """A worked example for one statistical function."""

    name: str
    given: Mapping[str, Any]
    expected: float | Mapping[str, Any]
