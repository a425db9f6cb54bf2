"""What comes in about a planned session: answers, what was done, a new day, a variant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from flask_wtf import FlaskForm
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from werkzeug.datastructures import MultiDict
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.pre_session import questions_behind
from fstpwa.domain.safety import Safety
from fstpwa.domain.session import VariantName
from fstpwa.domain.session_log import DAY_S, MovementResult, SessionLogEntry


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
        """Return the chosen variant; the usual one is stored as none."""
        return next((n for n in self.NAMES if n == self.variant.data and n != "usual"), None)


class AnswersForm:
    """Yes or no to each full question behind what was ticked."""

    def __init__(self, form: Mapping[str, str], safety: Safety) -> None:
        """Read the ticked items and the answers."""
        self.ticked = [each for each in form.get("ticked", "").split() if each]
        self.questions = questions_behind(self.ticked, safety)
        self.given = {question.id: form.get(question.id, "") for question in self.questions}
        self.answers = {key: text == "yes" for key, text in self.given.items()}
        self.missing = tuple(key for key, text in self.given.items() if text not in ("yes", "no"))


Rating = Annotated[int, Field(ge=0, le=10)]


class _Result(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    item: Annotated[str, Field(pattern=r"^f?[0-9]{1,2}$")]
    state: Literal["done", "part", "skipped"]
    easier: bool
    done_s: Annotated[int, Field(ge=0, le=DAY_S)]
    reason: Literal["pain", "tired", "other"] | None = None


class _Log(BaseModel):
    model_config = ConfigDict(extra="ignore")

    log_id: UUID
    variant: VariantName
    started_at: datetime
    finished_at: datetime
    pain_before: Rating | None


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
    if log.started_at.tzinfo is None or log.finished_at.tzinfo is None:
        raise InvalidValue("The times of the session must say their time zone.")
    return SessionLogEntry(
        log_id=log.log_id,
        variant=log.variant,
        started_at=log.started_at,
        finished_at=log.finished_at,
        pain_before=log.pain_before,
        results=tuple(MovementResult(**result.model_dump()) for result in results),
    )
