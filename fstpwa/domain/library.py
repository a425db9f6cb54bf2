"""The whole content in memory, as the rest of the product reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fstpwa.domain.measure import Measure, StatisticsTest
from fstpwa.domain.movement import Movement, Vocabularies
from fstpwa.domain.programme import Programme
from fstpwa.domain.safety_content import Safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication named by the evidence of a movement."""

    citation: str
    seen: bool
    """Whether it was seen while the content was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Ceilings on a 0-10 scale that hold unless a movement or a person has a lower one."""

    pressure_ceiling_nrs: int
    pressure_ceiling_fibromyalgia: int
    pressure_ceiling_athlete: int
    pressure_ceiling_easier: int
    pressure_ceiling_easier_fibromyalgia: int
    stretch_feel_nrs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Something that brings a person here, and the programmes that are for it."""

    id: str
    label: str
    """What the person ticks."""
    said: str
    """The same after "You told us about"."""
    programmes: tuple[str, ...]
    """Slugs, the first to think of first; of several, the person's regions decide."""
    regions: tuple[str, ...]
    """Regions it is about by itself; none where it can be anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All content. Each mapping is in reading order and includes retired items."""

    movements: Mapping[str, Movement]
    programmes: Mapping[str, Programme]
    measures: Mapping[str, Measure]
    vocabularies: Vocabularies
    safety: Safety
    sources: Mapping[str, Source]
    defaults: Defaults
    licences: Mapping[str, str]
    """Licence code of a measure -> what may be shipped."""
    statistics_tests: tuple[StatisticsTest, ...]
    reasons: Mapping[str, Reason]
    programme_files: Mapping[str, str]
    """Each programme as its file has it, in JSON: kept with whoever begins it."""

    def movements_on_offer(self) -> tuple[Movement, ...]:
        """Return the movements that are not retired, in reading order."""
        return tuple(found for found in self.movements.values() if not found.retired)

    def programmes_on_offer(self) -> tuple[Programme, ...]:
        """Return the programmes that are not retired, in reading order."""
        return tuple(found for found in self.programmes.values() if not found.retired)
