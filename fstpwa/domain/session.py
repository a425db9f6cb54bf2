"""A planned session as it is stored: what to do, whatever the content says later."""

from dataclasses import dataclass
from typing import Literal

from fstpwa.domain.dose import Dose, SideChoice
from fstpwa.domain.programme import Priority

VariantName = Literal["usual", "easier", "ten", "five", "flare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """One movement of a planned session, with its dose fixed."""

    id: str
    """Position in the session, from "1"; flare-day items are "f1", "f2" and so on."""
    slug: str
    priority: Priority
    dose: Dose
    easier_dose: Dose
    side: SideChoice | None = None
    """Which sides to do; None where the movement has no sides."""
    note: str = ""
    changes_level: bool = False
    """Whether one gets down to the floor or a bed for it, or up again."""
    softened: bool = False
    """Whether only the easier version is done, in every variant: the safety gate allows no other,
    or it is what is prescribed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a variant: an item in its usual or its easier version."""

    item: str
    easier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to do a planned session."""

    name: VariantName
    parts: tuple[Part, ...]
    total_s: int
