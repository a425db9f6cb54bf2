"""How a session was, said afterwards."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from fstpwa.access import acting_user
from fstpwa.blueprints.number_fields import RatingField
from fstpwa.blueprints.progress import programme_fields
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.safety_content import PainKind
from fstpwa.domain.session_log import MovementState
from fstpwa.models.practice import SessionLog
from fstpwa.services.programme_asks import Asked, ProgrammeAnswers, asked_after, near_falls_of
from fstpwa.services.sessions import NOTE_LETTERS, AfterSessionEntry

STATES: Mapping[MovementState, str] = {
    "done": "Done",
    "part": "Partly done",
    "skipped": "Left out",
}


class StateField(SelectField):
    """What was done of one movement; None where it was not sent, so that it stays."""

    def __init__(self, label: str, **settings: Any) -> None:
        choices = [SelectChoice(state, words) for state, words in STATES.items()]
        super().__init__(label, choices=choices, validate_choice=False, **settings)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError, which is shown beside it."""
        super().process_formdata(valuelist)
        if valuelist and self.data not in STATES:
            raise ValueError("Choose from the answers that are offered.")


NOT_SURE = "not-sure"
"""Chosen instead of a movement."""


class HowItWasForm(FlaskForm):
    """Worst pain and its kinds, in which movement, effort, pain before, a note; what was done.

    All may stay empty. Made by `of` and `about`, which know the movements of the session.
    """

    worst_pain = RatingField(measure="nprs")
    pain_kinds = SelectMultipleField()
    effort = RatingField("How hard was it?", words=("no effort", "as hard as could be"))
    pain_before = RatingField("Pain before the session", measure="nprs")
    note = TextAreaField("A note")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        questions = library().safety.after_session
        self.worst_pain.label.text = questions.worst_pain_ask
        self.pain_kinds.label.text = questions.kind_ask
        self.pain_kinds.choices = [SelectChoice(kind.id, kind.label) for kind in _kinds()]

    stored: Mapping[int, str] = {}
    """Position of a movement -> what is stored about it."""
    stored_felt_in: int | None = None
    """Position of the movement that felt sharp, or tingled, as far as it is stored."""
    asked: Asked = Asked()
    """What the programme asks after this session."""

    @classmethod
    def of(cls, log: SessionLog, **settings: Any) -> Self:
        """Return the form for a session; a POST fills it."""
        names = {slug: movement.name for slug, movement in library().movements.items()}
        fields: dict[str, Field] = {
            _state_name(movement.position): StateField(names.get(movement.slug, movement.slug))
            for movement in log.movements
        }
        felt_in = SelectField(
            "In which movement was it sharp, tingling or numb?",
            choices=[
                *(
                    SelectChoice(str(each.position), names.get(each.slug, each.slug))
                    for each in log.movements
                ),
                SelectChoice(NOT_SURE, "Not sure"),
            ],
            validate_choice=False,
        )
        user = acting_user()
        asked = asked_after(log, local_day(datetime.now(UTC), user.time_zone))
        fields |= programme_fields.fields(asked, near_falls_of(user, log.day))
        form: Self = type(cls.__name__, (cls,), {**fields, "felt_in": felt_in})(**settings)
        form.asked = asked
        form.stored_felt_in = _felt_in(log)
        form.stored = {movement.position: movement.state for movement in log.movements}
        return form

    @classmethod
    def about(cls, log: SessionLog, note: str) -> Self:
        """Return the form with what was said about a session so far, `note` unsealed."""
        states = {_state_name(movement.position): movement.state for movement in log.movements}
        return cls.of(
            log,
            formdata=None,
            data={
                "worst_pain": log.worst_pain,
                "pain_kinds": log.pain_kinds,
                "effort": log.effort,
                "pain_before": log.pain_before,
                "note": note,
                "felt_in": None if (place := _felt_in(log)) is None else str(place),
                **states,
            },
        )

    @property
    def movements(self) -> list[Field]:
        """The questions about each movement, in order."""
        return [self[_state_name(position)] for position in self.stored]

    @property
    def stances(self) -> list[tuple[Field, Field]]:
        """How long each stance was held and with which support, where the programme asks."""
        return programme_fields.of_form(self, self.asked)

    def programme_answers(self) -> ProgrammeAnswers:
        """Return what was said to the programme's own questions. Call only when it is valid."""
        return programme_fields.answers(self, self.asked)

    def validate_note(self, field: Field) -> None:
        """Refuse a note that is too long; it comes back whole."""
        letters = len(_tidy(field.data))
        if letters > NOTE_LETTERS:
            raise ValidationError(
                f"That is {letters:,} letters; there is room for {NOTE_LETTERS:,}. "
                f"Please shorten it by {letters - NOTE_LETTERS:,}."
            )

    def validate_felt_in(self, field: Field) -> None:
        """Refuse a movement that is not of the session, in words."""
        if field.data and field.data not in {str(place) for place in self.stored} | {NOT_SURE}:
            raise ValidationError("Choose from the answers that are offered.")

    def validate_pain_kinds(self, field: Field) -> None:
        """Refuse an unknown kind in words."""
        if not set(field.data or ()) <= {kind.id for kind in _kinds()}:
            raise ValidationError("Choose from the answers that are offered.")

    def entry(self) -> AfterSessionEntry:
        """Return what was said. Call only when the form is valid."""
        chosen = set(self.pain_kinds.data or ())
        return AfterSessionEntry(
            pain_before=self.pain_before.data,
            worst_pain=self.worst_pain.data,
            pain_kinds=tuple(kind.id for kind in _kinds() if kind.id in chosen),
            effort=self.effort.data,
            note=_tidy(self.note.data),
            felt_in=self._felt_in(),
            movements={
                position: field.data
                for (position, state), field in zip(
                    self.stored.items(), self.movements, strict=True
                )
                if field.data is not None and field.data != state
            },
        )

    def _felt_in(self) -> int | None:
        """Return the movement that is named; one that was not sent stays as it is stored."""
        field = self["felt_in"]
        if not field.raw_data:
            return self.stored_felt_in
        return int(field.data) if field.data in {str(place) for place in self.stored} else None

    def is_empty(self) -> bool:
        """Whether nothing was said, and nothing corrected."""
        entry = self.entry()
        said = self.programme_answers()
        held = [seconds.seconds for seconds in said.held.values()]
        ratings = (entry.pain_before, entry.worst_pain, entry.effort, said.near_falls, *held)
        words = (entry.pain_kinds, entry.note, entry.movements)
        return all(rating is None for rating in ratings) and not any(words)


def _felt_in(log: SessionLog) -> int | None:
    """Return the position of the movement that felt sharp, or tingled; None: not known."""
    return next((each.position for each in log.movements if each.pain_kind is not None), None)


def _state_name(position: int) -> str:
    return f"movement_{position}"


def _kinds() -> tuple[PainKind, ...]:
    return library().safety.after_session.kinds


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
