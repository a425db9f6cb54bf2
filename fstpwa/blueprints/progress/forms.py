"""How a session was, said afterwards."""

from collections.abc import Mapping
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from fstpwa.blueprints.number_fields import RatingField
from fstpwa.content import library
from fstpwa.domain.safety_content import PainKind
from fstpwa.domain.session_log import MovementState
from fstpwa.models.practice import SessionLog
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


class HowItWasForm(FlaskForm):
    """Worst pain and its kinds, effort, pain before, a note; what was done of each movement.

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

    @classmethod
    def of(cls, log: SessionLog, **settings: Any) -> Self:
        """Return the form for a session; a POST fills it."""
        names = {slug: movement.name for slug, movement in library().movements.items()}
        fields = {
            _state_name(movement.position): StateField(names.get(movement.slug, movement.slug))
            for movement in log.movements
        }
        form: Self = type(cls.__name__, (cls,), fields)(**settings)
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
                **states,
            },
        )

    @property
    def movements(self) -> list[Field]:
        """The questions about each movement, in order."""
        return [self[_state_name(position)] for position in self.stored]

    def validate_note(self, field: Field) -> None:
        """Refuse a note that is too long; it comes back whole."""
        letters = len(_tidy(field.data))
        if letters > NOTE_LETTERS:
            raise ValidationError(
                f"That is {letters:,} letters; there is room for {NOTE_LETTERS:,}. "
                f"Please shorten it by {letters - NOTE_LETTERS:,}."
            )

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
            movements={
                position: field.data
                for (position, state), field in zip(
                    self.stored.items(), self.movements, strict=True
                )
                if field.data is not None and field.data != state
            },
        )

    def is_empty(self) -> bool:
        """Whether nothing was said, and nothing corrected."""
        entry = self.entry()
        ratings = (entry.pain_before, entry.worst_pain, entry.effort)
        words = (entry.pain_kinds, entry.note, entry.movements)
        return all(rating is None for rating in ratings) and not any(words)


def _state_name(position: int) -> str:
    return f"movement_{position}"


def _kinds() -> tuple[PainKind, ...]:
    return library().safety.after_session.kinds


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
