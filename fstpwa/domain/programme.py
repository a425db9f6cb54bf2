"""A programme of practice: phases, their sessions, and the movements of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Priority = Literal["core", "useful", "optional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMovement:
    """One line of a session: a movement and what differs from its library dose."""

    slug: str
    priority: Priority
    hold_s: int | None = None
    reps: int | None = None
    sets: int | None = None
    seconds: int | None = None
    one_side: bool = False
    """Only the sore side (the side chosen with the programme)."""
    side: Literal["left", "right"] | None = None
    """Only this side, whatever was chosen with the programme."""
    rest_s: int | None = None
    """0-120 seconds between two bouts."""
    easier: bool = False
    """Whether the easier version is what is prescribed; the numbers here are then of that one."""
    note: str = ""
    """Shown to the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTemplate:
    """A session as a phase prescribes it."""

    id: str
    name: str
    session_minutes: int
    minutes_without_optional: int
    minutes_core_only: int
    movements: tuple[SessionMovement, ...]
    days_per_week: int
    """1-7; 0 for a flare-day session, which is done as needed."""
    times_per_day: int
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of a programme."""

    id: str
    name: str
    weeks: tuple[int, ...]
    """Week numbers of the programme, from 1."""
    goal: str
    notes: str
    dose_ramp: tuple[float, ...]
    """One factor a week of the phase: multiplies reps and seconds."""
    sessions: tuple[SessionTemplate, ...]
    progress_sentence: str
    progress: Mapping[str, Any]
    """The rule as data (see content/README.md); read by the progression rules."""
    step_back: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureUse:
    """A measure that a programme tracks, and how often."""

    measure: str
    how_often: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme somebody can follow."""

    slug: str
    name: str
    serves: tuple[str, ...]
    weeks: int
    who_for: str
    not_for: str
    evidence_line: str
    evidence_note: str
    """For clinicians."""
    target_regions: tuple[str, ...]
    asks_side: bool
    side_question: str | None
    phases: tuple[Phase, ...]
    flare_session: SessionTemplate
    measures: tuple[MeasureUse, ...]
    regression_rules: tuple[str, ...]
    stop_rules: tuple[str, ...]
    retired: bool = False
    is_prescribed: bool = False
    """Whether a therapist put it together for somebody: it is on no list, and has no newer version."""

    def phase(self, phase_id: str) -> Phase:
        """Return the phase called `phase_id`. Raises KeyError if there is none."""
        for phase in self.phases:
            if phase.id == phase_id:
                return phase
        raise KeyError(phase_id)
