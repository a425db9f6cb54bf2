"""A movement of the library, as written in its content file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.dose import Dose

MovementSides = Literal["bilateral", "left_right", "alternating"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Easier:
    """The easier version of a movement: never more than the normal one."""

    dose: Dose
    how: str
    instead: str | None
    """Slug of a gentler movement to offer instead, if there is a better one."""
    pressure_ceiling_nrs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known about a movement, for clinicians."""

    level: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One movement. Codes (`kind`, `regions`, ...) come from the closed vocabularies."""

    slug: str
    """Identity; never deleted, only retired."""
    name: str
    kind: str
    regions: tuple[str, ...]
    """What it is for."""
    contact_regions: tuple[str, ...]
    """Where something presses."""
    load_regions: tuple[str, ...]
    """What is stretched or loaded."""
    other_side_ok: bool
    target_tissues: tuple[str, ...]
    fascial_line: str
    planes: tuple[str, ...]
    joints: tuple[str, ...]
    position: str
    floor_or_bed_needed: bool
    start_position: str
    equipment: tuple[str, ...]
    sides: MovementSides
    dose: Dose
    pressure_ceiling_nrs: int | None
    """Highest felt pressure 0-10 of a self-release; None for the other kinds."""
    breathing: str
    steps: tuple[str, ...]
    feel_it_here: str
    easier_flare_day: str
    easier: Easier
    progression: str
    common_faults: tuple[str, ...]
    cautions: str
    stop_if: frozenset[str]
    ask_first_if: frozenset[str]
    modify_if: frozenset[str]
    serves: tuple[str, ...]
    evidence_line: str
    evidence: Evidence
    fst_elements: tuple[str, ...]
    everyday_words: tuple[str, ...] = ()
    """Further words people search for ("desk", "heel"), never shown."""
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabularies:
    """The closed vocabularies: code -> label for people, in reading order."""

    kinds: Mapping[str, str]
    body_regions: Mapping[str, str]
    fascial_lines: Mapping[str, str]
    equipment: Mapping[str, str]
    positions: Mapping[str, str]
    conditions: Mapping[str, str]
    evidence_levels: Mapping[str, str]
    fst_elements: Mapping[str, str]
    health_flags: Mapping[str, str]
    sides: Mapping[str, str]
    planes: Mapping[str, str]
    joints: Mapping[str, str]
    dose_modes: Mapping[str, str]


def short_label(label: str) -> str:
    """Return a vocabulary's label without the explanation in brackets, for chips and filters."""
    return label.split(" (", maxsplit=1)[0]
