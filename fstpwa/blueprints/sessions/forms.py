"""What comes in about a planned session: answers, what was done, a new day, a variant."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from uuid import UUID

from flask_wtf import FlaskForm
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from fstpwa.blueprints.health_questions import YesNoList
from fstpwa.domain.after_session import StopReason
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.pre_session import questions_behind
from fstpwa.domain.safety_content import Safety
from fstpwa.domain.session import VariantName
from fstpwa.domain.session_log import (
    DAY_S,
    MOST_UNRECORDED_LINES,
    LedBy,
    MovementResult,
    SessionLogEntry,
)
from fstpwa.domain.standing import FLARE_QUESTION

RATING = re.compile(r"[0-9]|10", re.ASCII)
ITEM = re.compile(r"^f?[0-9]{1,2}$", re.ASCII)


class MoveForm(FlaskForm):
    """Another day for a session."""

    day = DateField("Day", validators=[InputRequired("Choose a day.")])


class PreferForm(FlaskForm):
    """Which variant a session starts with."""

    NAMES: tuple[VariantName, ...] = ("usual", "easier", "ten", "five", "flare")

    variant = SelectField(
        "Version", choices=[SelectChoice(name) for name in NAMES], validators=[InputRequired()]
    )

    def chosen(self) -> VariantName | None:
        """Return the chosen variant."""
        return next((name for name in self.NAMES if name == self.variant.data), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What somebody chose on the page before a session, so that no page asks for it twice."""

    variant: VariantName | None = None
    pain_before: int | None = None
    """0-10."""
    done: tuple[str, ...] | None = None
    """Ids of the items ticked as done without the guide; None where none were asked for."""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "Choices":
        """Read what was sent; what cannot be is as if it had not been chosen."""
        variant, pain = form.get("variant"), form.get("pain_before", "")
        return cls(
            variant=next((name for name in PreferForm.NAMES if name == variant), None),
            pain_before=int(pain) if RATING.fullmatch(pain) else None,
            done=tuple(each for each in form.getlist("done") if ITEM.fullmatch(each)) or None,
        )

    def only_of(self, items: Collection[str]) -> "Choices":
        """Return the choices with those ticks alone that are about `items`."""
        done = tuple(each for each in self.done or () if each in items)
        return replace(self, done=done or None)

    def on_a_flare_day(self) -> "Choices":
        """Return the choices with the flare-day version; ticks of another version go."""
        return replace(self, variant="flare", done=None)


class AnswersForm(YesNoList):
    """The full questions behind what was ticked, with yes and no, the place and the side."""

    def __init__(
        self, ticked: Sequence[str], safety: Safety, form: MultiDict[str, str] | None = None
    ) -> None:
        """Ask what stands behind the ticked items; without `form` nothing is answered yet."""
        self.ticked = tuple(ticked)
        super().__init__(questions_behind(self.ticked, safety), safety, form)

    @classmethod
    def sent(cls, form: MultiDict[str, str], safety: Safety) -> "AnswersForm":
        """Return the ticked items and the answers that were sent."""
        return cls(form.get("ticked", "").split(), safety, form)

    @property
    def says_flare(self) -> bool:
        """Whether it is said to be a flare day."""
        return any(each.question == FLARE_QUESTION and each.yes for each in self.entries)


Rating = Annotated[int, Field(ge=0, le=10)]


class _Result(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    item: Annotated[str, Field(pattern=ITEM.pattern)]
    state: Literal["done", "part", "skipped"]
    easier: bool
    done_s: Annotated[int, Field(ge=0, le=DAY_S)]
    reason: Literal["pain", "tired", "other"] | None = None
    slug: Annotated[str, Field(max_length=64)] | None = None


class _Log(BaseModel):
    model_config = ConfigDict(extra="ignore")

    log_id: UUID
    variant: VariantName
    started_at: AwareDatetime
    finished_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    pain_before: Rating | None
    stop: StopReason | None = None
    led_by: LedBy | None = None
    unrecorded_lines: Annotated[int, Field(ge=0, le=MOST_UNRECORDED_LINES)] | None = None


_RESULTS = TypeAdapter(Annotated[list[_Result], Field(max_length=100)])


class PlainLogForm(BaseModel):
    """What the form of a browser without JavaScript sends: which movements were done."""

    model_config = ConfigDict(extra="ignore")

    log_id: UUID
    variant: VariantName
    pain_before: Rating | None = None

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> "PlainLogForm":
        """Read the form. Raises InvalidValue if it cannot be read."""
        try:
            return cls.model_validate({key: value or None for key, value in form.items()})
        except ValidationError:
            raise InvalidValue("Please choose the version and the pain from the list.") from None


def entry_of_player(form: MultiDict[str, str]) -> SessionLogEntry:
    """Return what the player sent when a session ended. Raises InvalidValue if unreadable."""
    fields = {key: value or None for key, value in form.items()}
    fields.setdefault("pain_before", None)
    try:
        log = _Log.model_validate(fields)
        results = _RESULTS.validate_json(form.get("results", ""))
    except ValidationError:
        raise InvalidValue("What the player sent about the session cannot be read.") from None
    return SessionLogEntry(
        log_id=log.log_id,
        variant=log.variant,
        started_at=log.started_at,
        finished_at=log.finished_at,
        sent_at=log.sent_at,
        pain_before=log.pain_before,
        stop=log.stop,
        led_by=log.led_by,
        unrecorded_lines=log.unrecorded_lines,
        results=tuple(MovementResult(**result.model_dump()) for result in results),
    )
