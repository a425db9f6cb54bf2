"""How a session was, said afterwards.

The form says in `shown` what it was opened with. Only what was changed in it is stored, so that a
form left open on one device takes nothing back that another wrote.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from fstpwa.access import acting_user
from fstpwa.blueprints.number_fields import RatingField
from fstpwa.blueprints.progress import programme_fields
from fstpwa.blueprints.sent_operations import operations_in, written_in
from fstpwa.content import library
from fstpwa.domain.check_in import check_text
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.safety_content import PainKind
from fstpwa.domain.session_changes import NOTE_LETTERS, NearFalls, Said, SessionChanges
from fstpwa.domain.session_log import MovementState
from fstpwa.models.base import compact_json
from fstpwa.models.practice import SessionLog
from fstpwa.services.programme_asks import Asked, asked_after, near_falls_of
from fstpwa.services.session_changes import felt_in

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

    shown = HiddenField()
    note_base = HiddenField()
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
    near_falls_told: NearFalls | None = None
    """What is stored of the day."""
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
        told = near_falls_of(user, log.day)
        fields |= programme_fields.fields(asked, told)
        form: Self = type(cls.__name__, (cls,), {**fields, "felt_in": felt_in})(**settings)
        form.asked = asked
        form.near_falls_told = told
        form.stored = {movement.position: movement.state for movement in log.movements}
        return form

    @classmethod
    def about(cls, log: SessionLog, note: str, seen: tuple[str, ...]) -> Self:
        """Return the form with what was said about a session so far.

        Args:
            log: the session.
            note: its note, unsealed.
            seen: the operations that wrote it.
        """
        states = {_state_name(movement.position): movement.state for movement in log.movements}
        place = felt_in(log)
        form = cls.of(
            log,
            formdata=None,
            data={
                "worst_pain": log.worst_pain,
                "pain_kinds": log.pain_kinds,
                "effort": log.effort,
                "pain_before": log.pain_before,
                "note": note,
                "felt_in": None if place is None else str(place),
                **states,
            },
        )
        form.note_base.data = written_in(seen)
        form.shown.data = compact_json(
            {
                name: value
                for name, value in {**form._said(), "felt_in": place}.items()
                if value not in (None, ())
            }
            | {
                "movements": {str(place): state for place, state in form.stored.items()},
                "stances": {
                    str(place): {"held_s": each.held_s, "support": each.support}
                    for place, each in form.asked.stances.items()
                    if each.held_s is not None
                },
            }
            | ({"near_falls": form.near_falls_told} if form.near_falls_told else {})
        )
        return form

    @property
    def movements(self) -> list[Field]:
        """The questions about each movement, in order."""
        return [self[_state_name(position)] for position in self.stored]

    @property
    def stances(self) -> list[tuple[Field, Field]]:
        """How long each stance was held and with which support, where the programme asks."""
        return programme_fields.of_form(self, self.asked)

    def validate_note(self, field: Field) -> None:
        """Refuse a note that is too long, or cannot be stored; it comes back whole.

        One that was not changed passes: the words of two devices may be longer together.
        """
        shown = self._shown() or {}
        if _tidy(field.data) == shown.get("note", ""):
            return
        try:
            check_text(field.data or "", NOTE_LETTERS)
        except InvalidValue as error:
            raise ValidationError(str(error)) from None

    def validate_felt_in(self, field: Field) -> None:
        """Refuse a movement that is not of the session, in words."""
        if field.data and field.data not in {str(place) for place in self.stored} | {NOT_SURE}:
            raise ValidationError("Choose from the answers that are offered.")

    def validate_pain_kinds(self, field: Field) -> None:
        """Refuse an unknown kind in words."""
        if not set(field.data or ()) <= {kind.id for kind in _kinds()}:
            raise ValidationError("Choose from the answers that are offered.")

    def changes(self) -> SessionChanges:
        """Return what was changed in the form. Call only when it is valid."""
        shown = self._shown()
        said = self._said()
        place = self["felt_in"]
        if place.raw_data:
            said["felt_in"] = int(place.data) if place.data.isdecimal() else None
        if (near := programme_fields.near_falls_in(self, self.asked)) is not None:
            said["near_falls"] = near
        movements = self._movements()
        stances = programme_fields.stances_in(self, self.asked)
        if shown is not None:
            said = {name: value for name, value in said.items() if value != _read(shown, name)}
            stances = {
                place: held
                for place, held in stances.items()
                if (held.seconds, held.support) != _stance(shown, place)
            }
            before = _part(shown, "movements")
            movements = {
                place: state
                for place, state in movements.items()
                if state != before.get(str(place))
            }
        return SessionChanges(
            answers=said,
            movements=movements,
            stances=stances,
            note_base=operations_in("note_base") if "note" in said else None,
        )

    def is_empty(self) -> bool:
        """Whether nothing was said, and nothing corrected."""
        near = programme_fields.near_falls_in(self, self.asked)
        held = programme_fields.stances_in(self, self.asked).values()
        corrected = {
            place for place, state in self._movements().items() if state != self.stored[place]
        }
        said = any(value not in (None, ()) for value in self._said().values())
        return not (said or near or corrected or any(each.seconds is not None for each in held))

    def _said(self) -> dict[str, Said]:
        """Return the answers of the form, but for those that only some sessions ask."""
        chosen = set(self.pain_kinds.data or ())
        return {
            "pain_before": self.pain_before.data,
            "worst_pain": self.worst_pain.data,
            "effort": self.effort.data,
            "pain_kinds": tuple(kind.id for kind in _kinds() if kind.id in chosen),
            "note": _tidy(self.note.data) or None,
        }

    def _movements(self) -> dict[int, MovementState]:
        """Return what is said of each movement that was sent."""
        states = zip(self.stored, self.movements, strict=True)
        return {place: field.data for place, field in states if field.data is not None}

    def _shown(self) -> Mapping[str, Any] | None:
        """Return what the form was opened with; None for one of an older page."""
        try:
            found = json.loads(self.shown.data or "")
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


def _read(shown: Mapping[str, Any], name: str) -> object:
    value = shown.get(name)
    if name == "pain_kinds":
        sent = value if isinstance(value, list) else []
        return tuple(kind.id for kind in _kinds() if kind.id in sent)
    return value


def _part(shown: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = shown.get(name)
    return found if isinstance(found, dict) else {}


def _stance(shown: Mapping[str, Any], place: int) -> tuple[object, object]:
    found = _part(_part(shown, "stances"), str(place))
    return found.get("held_s"), found.get("support")


def _state_name(position: int) -> str:
    return f"movement_{position}"


def _kinds() -> tuple[PainKind, ...]:
    return library().safety.after_session.kinds


def _tidy(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
