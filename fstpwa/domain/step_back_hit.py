"""When a trigger of a step back was last met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """When a trigger was last met."""

    since: date
    """The day it became true; of a state that lasts, its first day."""
    last: date
    """The last day it was true: the days of the rule are counted from here."""
    is_open: bool = False
    """Whether it goes on until something happens, so that no end is known."""
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
