"""The shape of the files that hold programmes, and of the rules inside them."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from fstpwa.content.movement_files import HoldSeconds, Reps, Seconds, Sets
from fstpwa.content.reading import Code, FileModel, Slug, Text, frozen
from fstpwa.domain.practice_past import LONGEST_ACTING_DAYS
from fstpwa.domain.programme import (
    MeasureUse,
    Phase,
    Priority,
    Programme,
    SessionMovement,
    SessionTemplate,
)

Minutes = Annotated[int, Field(ge=0, le=90)]
Share = Annotated[float, Field(gt=0, le=1)]
Days = Annotated[int, Field(ge=1, le=365)]
Count = Annotated[int, Field(ge=0, le=100)]
Rest = Annotated[int, Field(ge=0, le=120)]


class SessionMovementFile(FileModel):
    """One line of a session."""

    slug: Slug
    priority: Priority
    hold_s: HoldSeconds | None = None
    reps: Reps | None = None
    sets: Sets | None = None
    seconds: Seconds | None = None
    rest_s: Rest | None = None
    one_side: bool = False
    side: Literal["left", "right"] | None = None
    easier: bool = False
    note: str = ""

    def to_domain(self) -> SessionMovement:
        """Return the line."""
        return SessionMovement(**self.model_dump())


class _SessionLengths(FileModel):
    id: Code
    name: Text
    session_minutes: Annotated[Minutes, Field(ge=1)]
    minutes_without_optional: Minutes
    minutes_core_only: Minutes
    movements: Annotated[list[SessionMovementFile], Field(min_length=1)]


class SessionFile(_SessionLengths):
    """A session of a phase."""

    days_per_week: Annotated[int, Field(ge=1, le=7)]
    times_per_day: Annotated[int, Field(ge=1, le=8)]
    optional: bool = False


class FlareSessionFile(_SessionLengths):
    """The session for a flare day, done as needed."""

    as_needed: Literal[True]


class AlsoFile(FileModel):
    """A further test before the next phase is offered; which fields are set depends on `rule`."""

    rule: Code
    is_: Literal["green", "amber", "red"] | None = Field(default=None, alias="is")
    consecutive_sessions_below: Count | None = None
    measure: Code | None = None
    change_at_most: int | None = None
    below: Count | None = None
    for_days: Days | None = None
    session: Code | None = None
    at_most: Count | None = None
    and_next_morning_rise_below: Count | None = None
    met: Count | None = None
    of_last_sessions: Count | None = None
    movement: Slug | None = None
    seconds: Seconds | None = None
    support: Code | None = None
    consecutive_sessions: Count | None = None
    at_least: Count | None = None
    of_days: Days | None = None


class MaxRiseFile(FileModel):
    """The largest rise allowed; None where the programme does not track it."""

    pain: Count | None
    fatigue: Count | None
    stiffness: Count | None


class ProgressFile(FileModel):
    """When the next phase is offered."""

    next: Code
    window_days: Days
    min_share_of_planned_sessions: Share
    no_flare_days: Days
    max_rise: MaxRiseFile
    compare: Text
    max_step_share: Annotated[float, Field(gt=0, le=0.2)]
    needs_confirmation: Literal[True]
    also: list[AlsoFile]
    raise_: Literal["one_thing"] = Field(alias="raise")
    sentence: Text


class MedianRiseFile(FileModel):
    """Rise of 7-day medians."""

    pain: Count | None = None
    fatigue: Count | None = None
    stiffness: Count | None = None


class TriggerFile(FileModel):
    """What makes a step back; which fields are set depends on the rule."""

    any: "list[TriggerFile] | None" = None
    next_morning_rise_at_least: Count | None = None
    consecutive_sessions: Count | None = None
    session_zone: Literal["amber", "red"] | None = None
    count: Count | None = None
    not_settled_hours: Count | None = None
    median_7d_rise: MedianRiseFile | None = None
    any_one: bool | None = None
    since: Code | None = None
    lasting_days: Days | None = None
    flare: Code | None = None
    missed_days: Annotated[list[Days], Field(min_length=2, max_length=2)] | None = None
    missed_days_over: Days | None = None
    flares: Count | None = None
    within_days: Days | None = None
    good_day: bool | None = None
    event: Code | None = None
    measure: Code | None = None
    consecutive_loading_days: Count | None = None
    median_change_at_most: int | None = None
    after_days: Days | None = None
    during_pain_above: Count | None = None
    movement: Slug | None = None
    nights_in_a_row: Count | None = None


class UntilFile(FileModel):
    """How long a step back lasts."""

    days_within_1_of_usual: Days


class DoseShareFile(FileModel):
    """A share of the dose for some days."""

    dose_share: Share
    for_days: Days


class ThenFile(FileModel):
    """What a step back does; which fields are set depends on the rule."""

    use: Code | None = None
    drop: Code | None = None
    if_only_one_set: Code | None = None
    session: Code | None = None
    suggest: Code | None = None
    needs_confirmation: Literal[False] | None = None
    calendar: Code | None = None
    until: UntilFile | None = None
    then: list[DoseShareFile] | None = None
    restart_phase: Code | None = None
    dose: Code | None = None
    phase: Code | None = None
    session_time_share: Share | None = None
    open: Code | None = None
    load_share: Share | None = None
    skip_loading_days: Count | None = None
    sets: Annotated[int, Field(ge=-3, le=-1)] | None = None
    movement: Slug | None = None
    pause: bool | None = None
    ask: list[Code] | None = None
    tell: Code | None = None
    support: Code | None = None


class StepBackFile(FileModel):
    """One rule for doing less."""

    id: Code
    trigger: TriggerFile
    then: ThenFile
    for_days: Annotated[int, Field(ge=1, le=LONGEST_ACTING_DAYS)] | None
    sentence: Text


class PhaseFile(FileModel):
    """A part of a programme."""

    id: Code
    name: Text
    weeks: Annotated[list[Annotated[int, Field(ge=1, le=60)]], Field(min_length=1)]
    goal: Text
    dose_ramp: list[Annotated[float, Field(ge=0.3, le=1.5)]]
    sessions: Annotated[list[SessionFile], Field(min_length=1)]
    progress_when: Text
    notes: str
    progress: ProgressFile
    step_back: list[StepBackFile]

    def to_domain(self) -> Phase:
        """Return the phase."""
        return Phase(
            id=self.id,
            name=self.name,
            weeks=tuple(self.weeks),
            goal=self.goal,
            notes=self.notes,
            dose_ramp=tuple(self.dose_ramp),
            sessions=tuple(
                _session(each, each.days_per_week, each.times_per_day, optional=each.optional)
                for each in self.sessions
            ),
            progress_sentence=self.progress.sentence,
            progress=_as_written(self.progress),
            step_back=tuple(_as_written(rule) for rule in self.step_back),
        )


class MeasureUseFile(FileModel):
    """A measure that a programme tracks."""

    measure: Code
    how_often: Text


class ProgrammeFile(FileModel):
    """One programme."""

    slug: Slug
    name: Annotated[Text, Field(max_length=80)]
    serves: Annotated[list[Code], Field(min_length=1)]
    weeks: Annotated[int, Field(ge=1, le=60)]
    who_for: Text
    not_for: Text
    evidence_line: Annotated[Text, Field(max_length=160)]
    evidence_note: Text
    target_regions: Annotated[list[Code], Field(min_length=1)]
    asks_side: bool
    side_question: Text | None
    phases: Annotated[list[PhaseFile], Field(min_length=1)]
    flare_session: FlareSessionFile
    measures: list[MeasureUseFile]
    regression_rules: list[Text]
    stop_rules: Annotated[list[Text], Field(min_length=1)]
    author_notes: list[Text] = Field(default_factory=list)
    retired: bool = False
    is_prescribed: bool = False

    def to_json(self) -> str:
        """Return the file in JSON, without the author's notes; the same text for the same data."""
        data = self.model_dump(by_alias=True, exclude_unset=True, exclude={"author_notes"})
        return json.dumps(data, sort_keys=True, ensure_ascii=False)

    def to_domain(self) -> Programme:
        """Return the programme as the rules see it, without the author's notes."""
        return Programme(
            slug=self.slug,
            name=self.name,
            serves=tuple(self.serves),
            weeks=self.weeks,
            who_for=self.who_for,
            not_for=self.not_for,
            evidence_line=self.evidence_line,
            evidence_note=self.evidence_note,
            target_regions=tuple(self.target_regions),
            asks_side=self.asks_side,
            side_question=self.side_question,
            regression_rules=tuple(self.regression_rules),
            stop_rules=tuple(self.stop_rules),
            retired=self.retired,
            is_prescribed=self.is_prescribed,
            phases=tuple(phase.to_domain() for phase in self.phases),
            flare_session=_session(self.flare_session, 0, 1, optional=False),
            measures=tuple(MeasureUse(**use.model_dump()) for use in self.measures),
        )


class ProgrammeRulesFile(FileModel, RootModel[dict[Code, Text]]):
    """How programme files are to be read, for authors and developers."""

    model_config = FileModel.model_config | {"extra": None}


def _session(
    read: _SessionLengths, days_per_week: int, times_per_day: int, *, optional: bool
) -> SessionTemplate:
    return SessionTemplate(
        id=read.id,
        name=read.name,
        session_minutes=read.session_minutes,
        minutes_without_optional=read.minutes_without_optional,
        minutes_core_only=read.minutes_core_only,
        movements=tuple(each.to_domain() for each in read.movements),
        days_per_week=days_per_week,
        times_per_day=times_per_day,
        optional=optional,
    )


def _as_written(rule: FileModel) -> Any:
    """Return a rule as data, with only the fields its file has."""
    return frozen(rule.model_dump(by_alias=True, exclude_unset=True))
