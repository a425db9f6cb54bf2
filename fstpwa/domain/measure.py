"""A measure: what is tracked, on what scale, and the figures that may be shown about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Direction = Literal["lower_better", "higher_better"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A detectable or an important change, with the tag of how sure we are."""

    value: str
    tag: str
    """V seen in its source, E consensus or our own choice, N none found, K not re-checked;
    two may be joined as in K/V."""
    source: str

    @property
    def may_be_shown(self) -> bool:
        """Whether no part of it still waits for a check against its source (tag K)."""
        return "K" not in self.tag.split("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure.

    Pages read the public names only. Texts named in `held_back`, and thresholds tagged K, are
    figures that nobody has checked against their source: no public name gives them out.
    """

    slug: str
    name: str
    measures: str
    """What it measures."""
    direction: Direction
    lowest: int
    highest: int
    items: str
    """How many items it has; a number or a range such as 3-5."""
    recall: str
    """The time it asks about."""
    cadence: str
    licence: str
    held_back: frozenset[str]
    scoring_tests: tuple[tuple[str, str], ...]
    """Worked examples: input and expected result."""
    _texts: Mapping[str, str]
    _thresholds: Mapping[str, tuple[Threshold, ...]]

    @property
    def shown_bands(self) -> str | None:
        """How scores are grouped; None where it is held back."""
        return self._shown_text("bands")

    @property
    def shown_arithmetic(self) -> str | None:
        """How it is scored; None where it is held back."""
        return self._shown_text("arithmetic")

    @property
    def shown_missing(self) -> str | None:
        """What a missing answer means; None where it is held back."""
        return self._shown_text("missing")

    @property
    def shown_policy(self) -> str | None:
        """How this product may use it; None where it is held back."""
        return self._shown_text("app_policy")

    @property
    def shown_detectable_change(self) -> tuple[Threshold, ...]:
        """The smallest changes beyond measurement error that have been checked."""
        return self._shown_thresholds("mdc")

    @property
    def shown_important_change(self) -> tuple[Threshold, ...]:
        """The smallest changes that matter to people and have been checked."""
        return self._shown_thresholds("mcid")

    @property
    def score_entry_only(self) -> bool:
        """Whether only scores may be typed in, because its items may not be shown."""
        return self.licence in {"licence_required", "permission_unconfirmed"}

    def _shown_text(self, name: str) -> str | None:
        return None if name in self.held_back else self._texts[name]

    def _shown_thresholds(self, name: str) -> tuple[Threshold, ...]:
        if name in self.held_back:
            return ()
        return tuple(found for found in self._thresholds[name] if found.may_be_shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsTest:
    """A worked example for one statistical function."""

    name: str
    given: Mapping[str, Any]
    expected: float | Mapping[str, Any]
