"""The check-in as a form: the daily three questions, and everything else folded away.

A form says in `shown` what it was opened with. Only questions whose answer was changed in
it are stored, so that a form left open on one device takes nothing back that another wrote.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from flask import request
from flask_wtf import FlaskForm
from uuid6 import uuid7
from wtforms import Field, HiddenField, TextAreaField
from wtforms.widgets import TextInput

from fstpwa.domain.check_in import (
    Answer,
    CheckInEntry,
    CheckInRecord,
    check_answer,
    region_question,
)
from fstpwa.models.base import compact_json
from fstpwa.services import check_ins

WHOLE_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)
Form = TypeVar("Form", bound="QuickForm")

NOT_A_CHOICE = "Choose one of the answers that are offered."


class AnswerField(Field):
    """A question of the check-in; `data` is its answer or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read and check what was sent. Raises InvalidValue, which is shown beside it."""
        sent = str(valuelist[0]).strip() if valuelist else ""
        self.data = None if not sent else self.read(sent)

    def read(self, sent: str) -> Answer:
        """Return the answer that `sent` stands for."""
        return check_answer(self.name, sent, check_ins.limits())


class RatingField(AnswerField):
    """A rating of 0-10."""

    def read(self, sent: str) -> Answer:
        """Return the number."""
        low, high = check_ins.limits().ranges[self.name]
        if not WHOLE_NUMBER.fullmatch(sent):
            raise ValueError(f"Choose a whole number from {low} to {high}.")
        return check_answer(self.name, int(sent), check_ins.limits())


class MinutesField(RatingField):
    """Whole minutes, typed in."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    widget = TextInput()


class ChoiceField(AnswerField):
    """One of a few words; `words` pairs what is sent with what is read."""

    words: Sequence[tuple[str, str]] = ()

    def iter_choices(self) -> Iterator[tuple[str, str, bool, dict[str, Any]]]:
        """Return the choices as the radio macro wants them."""
        for value, label in self.words:
            yield value, label, self.data is not None and self.data == self.meaning(value), {}

    def meaning(self, value: str) -> Answer:
        """Return the answer that a choice stands for."""
        return value

    def read(self, sent: str) -> Answer:
        """Return the chosen answer."""
        if sent not in dict(self.words):
            raise ValueError(NOT_A_CHOICE)
        return self.meaning(sent)


class GoodDayField(ChoiceField):
    """Whether it is a good day."""

    words = (("yes", "Yes"), ("so_so", "So-so"), ("no", "No"))


class FlareField(ChoiceField):
    """Yes or no."""

    words = (("no", "No"), ("yes", "Yes"))

    def meaning(self, value: str) -> Answer:
        """Return whether it is a flare."""
        return value == "yes"


class WordsField(AnswerField, TextAreaField):
    """A few lines of text. Blanks around it are dropped; too long a text comes back whole."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was sent, so that a refused text is not lost, then check it."""
        sent = str(valuelist[0]) if valuelist else None
        self.data = sent
        self.data = self._checked(sent)

    def _checked(self, sent: str | None) -> str | None:
        text = check_answer(self.name, sent, check_ins.limits())
        return None if text is None else str(text)


class QuickForm(FlaskForm):
    """The daily three."""

    full: ClassVar[bool] = False
    operation = HiddenField()
    shown = HiddenField()
    stiffness = RatingField("Felt stiffness")
    good_day = GoodDayField("Is it a good day?")
    flare = FlareField("Is it a flare?")

    def questions(self) -> list[str]:
        """Return the names of the questions in this form."""
        return [name for name in self._fields if name not in ("operation", "shown")]

    def entry(self, day: date) -> CheckInEntry:
        """Return the answers that were changed in the form. Call only when it is valid."""
        answers: dict[str, Answer] = {name: self[name].data for name in self.questions()}
        shown = self._shown()
        if shown is None:
            changed = {name: answer for name, answer in answers.items() if name in request.form}
        else:
            changed = {name: a for name, a in answers.items() if a != shown.get(name)}
        return CheckInEntry(day=day, answers=changed)

    def ask_about_the_past(self) -> None:
        """Put the questions as one does about a day that is over."""
        self.good_day.label.text = "Was it a good day?"
        self.flare.label.text = "Was it a flare?"

    def operation_id(self) -> UUID:
        """Return the identity of this sending: the same form with the same answers is one.

        Going back to a form that was sent and changing it makes another operation, so that
        the change is not taken for a second tap.
        """
        made = str(self.operation.data or uuid7())[:64]
        return uuid5(NAMESPACE_URL, compact_json([made, sorted(request.form.items(multi=True))]))

    def opened_with_answers(self) -> bool:
        """Whether there was something to clear when it was opened."""
        return bool(self._shown())

    def _shown(self) -> Mapping[str, Answer] | None:
        try:
            shown = json.loads(self.shown.data or "")
        except (ValueError, RecursionError):
            return None
        return shown if isinstance(shown, dict) else None


class FullForm(QuickForm):
    """Everything; the questions about body regions are added by `full_form_class`."""

    full = True
    managed = WordsField("What I managed today")
    fatigue = RatingField("Tiredness")
    sleep = RatingField("Last night's sleep")
    morning_stiffness_min = MinutesField("Minutes until the morning stiffness eased")
    first_step_pain = RatingField("Heel pain on the first steps of the day")
    note = WordsField("A note")


def quick_form(record: CheckInRecord | None = None) -> QuickForm:
    """Return the form with the daily three, opened with what is stored."""
    return _open(QuickForm(formdata=None, data=_answers(record)), record)


def full_form(record: CheckInRecord | None = None) -> FullForm:
    """Return the whole form, opened with what is stored."""
    return _open(full_form_class()(formdata=None, data=_answers(record)), record)


def sent_form() -> QuickForm:
    """Return the form that was sent: the quick one says so in its hidden `which`."""
    return QuickForm() if request.form.get("which") == "quick" else full_form_class()()


@cache
def full_form_class() -> type[FullForm]:
    """Return the whole form with two questions for each body region of the content."""
    regions = {}
    for region, label in check_ins.region_labels().items():
        regions[region_question("stiffness", region)] = RatingField(f"{label}: felt stiffness")
        regions[region_question("pain", region)] = RatingField(f"{label}: pain")
    return type("WholeForm", (FullForm,), regions)


def _answers(record: CheckInRecord | None) -> dict[str, Answer]:
    return {} if record is None else record.answers()


def _open(form: Form, record: CheckInRecord | None) -> Form:
    answers = _answers(record)
    form.operation.data = str(uuid7())
    form.shown.data = compact_json(
        {name: answers[name] for name in form.questions() if name in answers}
    )
    return form
