"""How a session was, said afterwards."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from fstpwa.blueprints.check_in.forms import WHOLE_NUMBER
from fstpwa.content import library
from fstpwa.domain.safety import PainKind
from fstpwa.models.practice import SessionLog
from fstpwa.services.sessions import NOTE_LETTERS, AfterSessionEntry


class RatingField(Field):
    """A rating of 0-10, or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError, which is shown beside it."""
        sent = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not sent:
            return
        if not WHOLE_NUMBER.fullmatch(sent) or int(sent) > 10:
            raise ValueError("Choose a whole number from 0 to 10.")
        self.data = int(sent)


class HowItWasForm(FlaskForm):
    """Worst pain and its kinds, effort, pain before, a note. All may stay empty."""

    worst_pain = RatingField()
    pain_kinds = SelectMultipleField()
    effort = RatingField("How hard was it?")
    pain_before = RatingField("Pain before the session")
    note = TextAreaField("A note")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        questions = library().safety.after_session
        self.worst_pain.label.text = questions.worst_pain_ask
        self.pain_kinds.label.text = questions.kind_ask
        self.pain_kinds.choices = [SelectChoice(kind.id, kind.label) for kind in _kinds()]

    @classmethod
    def about(cls, log: SessionLog) -> "HowItWasForm":
        """Return the form with what was said about a session so far."""
        return cls(
            formdata=None,
            data={
                "worst_pain": log.worst_pain,
                "pain_kinds": log.pain_kinds,
                "effort": log.effort,
                "pain_before": log.pain_before,
                "note": log.note,
            },
        )

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
        )

    def is_empty(self) -> bool:
        """Whether nothing was said."""
        entry = self.entry()
        ratings = (entry.pain_before, entry.worst_pain, entry.effort)
        return all(rating is None for rating in ratings) and not (entry.pain_kinds or entry.note)


def _kinds() -> tuple[PainKind, ...]:
    return library().safety.after_session.kinds


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
