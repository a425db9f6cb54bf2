"""The forms of telling that something went wrong: one question a page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from uuid6 import uuid7
from wtforms import HiddenField, RadioField, SelectMultipleField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, ValidationError

from fstpwa.blueprints.health_questions import (
    ALL_OVER,
    ALL_OVER_LABEL,
    MISSING_PLACE,
    MISSING_SIDE,
    SIDE_LABELS,
    TWO_PLACES,
)
from fstpwa.content import library
from fstpwa.domain.dose import SIDE_CHOICES, SideChoice
from fstpwa.domain.plain_labels import plain_regions

YES_NO = {"yes": "Yes", "no": "No"}
NOW_WORDS = "Is any of this so now?"


class AnswerForm(FlaskForm):
    """One question with closed answers."""

    report = HiddenField()
    """The identity of a report that is begun: sent twice it is one report."""
    answer = RadioField(choices=[], validators=[InputRequired("Choose one of the answers.")])

    @classmethod
    def asking(
        cls, words: str, answers: Mapping[str, str], given: str | None = None, **options: Any
    ) -> "AnswerForm":
        """Return the form for a question; with what was sent if something was.

        Args:
            words: the question.
            answers: what is sent -> what is read.
            given: what was answered before.
            options: for the form itself.
        """
        form = cls(data={"answer": given}, **options)
        form.answer.choices = [SelectChoice(value, label) for value, label in answers.items()]
        form.answer.label.text = words
        return form

    def report_id(self) -> UUID:
        """Return the identity of the report; a new one if none was sent."""
        try:
            return UUID(self.report.data or "")
        except ValueError:
            return uuid7()


class WhereForm(FlaskForm):
    """Where it is, and which side."""

    regions = SelectMultipleField(
        "Where is it?",
        choices=[],
        validators=[InputRequired(MISSING_PLACE)],
    )
    side = RadioField(
        "Which side?",
        choices=[SelectChoice(side, label) for side, label in SIDE_LABELS.items()],
        validators=[InputRequired(MISSING_SIDE)],
    )

    @classmethod
    def opened_with(cls, regions: list[str] | None, side: str | None) -> "WhereForm":
        """Return the form, with what was answered before; None where nothing was."""
        given = None if regions is None else regions or [ALL_OVER]
        form = cls(data={"regions": given, "side": side})
        labels = {**plain_regions(library().vocabularies), ALL_OVER: ALL_OVER_LABEL}
        form.regions.choices = [SelectChoice(code, label) for code, label in labels.items()]
        return form

    def validate_regions(self, field: SelectMultipleField) -> None:
        """Refuse places together with "all over"."""
        if ALL_OVER in (field.data or ()) and len(set(field.data or ())) > 1:
            raise ValidationError(TWO_PLACES)

    def chosen(self) -> tuple[frozenset[str], SideChoice]:
        """Return the places and the side. Call only when the form is valid."""
        return frozenset(self.regions.data or ()) - {ALL_OVER}, SIDE_CHOICES[self.side.data]
