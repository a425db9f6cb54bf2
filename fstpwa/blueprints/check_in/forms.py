"""The check-in as a form: the daily three questions, and everything else folded away.

A form says in `shown` what it was opened with. Only questions whose answer was changed in
it are stored, so that a form left open on one device takes nothing back that another wrote.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from flask import request
from flask_wtf import FlaskForm
from uuid6 import uuid7
from wtforms import Field, HiddenField, TextAreaField
from wtforms.form import BaseForm

from fstpwa.blueprints.number_fields import RatingField, WholeNumberField
from fstpwa.blueprints.sent_operations import operations_in, sent_operation, written_in
from fstpwa.content import library
from fstpwa.domain.check_in import (
    MEASURE_OF_QUESTION,
    MEASURE_OF_REGION_QUESTION,
    TEXT_LENGTHS,
    Answer,
    CheckInEntry,
    CheckInRecord,
    RegionQuestion,
    check_answer,
    region_question,
)
from fstpwa.models.base import compact_json
from fstpwa.services import check_ins

Form = TypeVar("Form", bound="QuickForm")

REGION_WORDS: Mapping[RegionQuestion, str] = {"stiffness": "felt stiffness", "pain": "pain"}
NO_QUESTIONS = frozenset({"operation", "shown", *(f"{name}_base" for name in TEXT_LENGTHS)})
"""Hidden fields."""
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


class YesNoField(ChoiceField):
    """Yes or no."""

    words = (("no", "No"), ("yes", "Yes"))

    def meaning(self, value: str) -> Answer:
        """Return whether it is so."""
        return value == "yes"


class WordsField(AnswerField, TextAreaField):
    """A few lines of text. Blanks around it are dropped; too long a text comes back whole."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep what was sent, so that a refused text is not lost, then check it."""
        sent = str(valuelist[0]) if valuelist else None
        self.data = sent
        self.data = self._checked(sent)

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:  # noqa: ARG002, FBT001 - its parent's
        """Let pass what was not changed: words of two devices may be longer together."""
        if self.errors and isinstance(form, QuickForm) and form.is_as_shown(self.name, self.data):
            self.errors = ()

    def _checked(self, sent: str | None) -> str | None:
        text = check_answer(self.name, sent, check_ins.limits())
        return None if text is None else str(text)


class QuickForm(FlaskForm):
    """The daily three, and what single programmes go by: shown only where they are followed."""

    full: ClassVar[bool] = False
    operation = HiddenField()
    shown = HiddenField()
    stiffness = RatingField("Felt stiffness", measure=MEASURE_OF_QUESTION["stiffness"])
    good_day = GoodDayField("Is it a good day?")
    flare = YesNoField("Is it a flare?")
    first_step_pain = RatingField(
        "Heel pain on the first steps of the day", measure=MEASURE_OF_QUESTION["first_step_pain"]
    )
    woken_by_pain = YesNoField("Did shoulder pain wake you last night?")

    def questions(self) -> list[str]:
        """Return the names of the questions in this form."""
        return [name for name in self._fields if name not in NO_QUESTIONS]

    def entry(self, day: date) -> CheckInEntry:
        """Return the answers that were changed in the form. Call only when it is valid."""
        answers: dict[str, Answer] = {name: self[name].data for name in self.questions()}
        if self._shown() is None:
            changed = {name: answer for name, answer in answers.items() if name in request.form}
        else:
            changed = {name: a for name, a in answers.items() if not self.is_as_shown(name, a)}
        bases = {
            name: seen
            for name in TEXT_LENGTHS.keys() & changed.keys()
            if (seen := operations_in(f"{name}_base")) is not None
        }
        return CheckInEntry(day=day, answers=changed, bases=bases)

    def is_as_shown(self, question: str, answer: Answer) -> bool:
        """Whether an answer is the one that the form was opened with."""
        shown = self._shown()
        if shown is None:
            return False
        if question in TEXT_LENGTHS and isinstance(answer, str):
            answer = answer.replace("\r\n", "\n").replace("\r", "\n").strip()
        return answer == shown.get(question)

    def remember_seen(self, record: CheckInRecord | None) -> None:
        """Note which words stood in the texts when the form was opened."""

    def ask_about_the_past(self) -> None:
        """Put the questions as one does about a day that is over."""
        self.good_day.label.text = "Was it a good day?"
        self.flare.label.text = "Was it a flare?"
        self.woken_by_pain.label.text = "Did shoulder pain wake you the night before?"

    def operation_id(self) -> UUID:
        """Return the identity of this sending: every form that is shown has another one.

        So a second tap on Save changes nothing. A form that was saved already and is changed
        then (found by going back, or after an answer that was lost) has to be saved once more:
        it is shown again under a new identity.
        """
        return sent_operation()

    def made_anew(self) -> Self:
        """Return the form to be shown once more: what is sent from it then is another sending."""
        self.operation.data = str(uuid7())
        return self

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
    note_base = HiddenField()
    managed_base = HiddenField()
    managed = WordsField("What I managed today")
    fatigue = RatingField("Tiredness", measure=MEASURE_OF_QUESTION["fatigue"])
    sleep = RatingField("Last night's sleep", measure=MEASURE_OF_QUESTION["sleep"])
    morning_stiffness_min = WholeNumberField(
        "Minutes until the morning stiffness eased",
        measure=MEASURE_OF_QUESTION["morning_stiffness_min"],
    )
    note = WordsField("A note")

    def ask_about_the_past(self) -> None:
        """Put the questions as one does about a day that is over."""
        super().ask_about_the_past()
        self.managed.label.text = "What I managed that day"

    def remember_seen(self, record: CheckInRecord | None) -> None:
        """Note which words stood in the texts when the form was opened."""
        for name in TEXT_LENGTHS:
            seen = () if record is None else record.seen(name)
            self[f"{name}_base"].data = written_in(seen)

    def region_hint(self) -> str:
        """Say what 0 and 10 mean for the body regions; it is the same in all of them."""
        scales = (
            f"{REGION_WORDS[kind].capitalize()}: 0 {anchors[0]}, 10 {anchors[1]}."
            for kind, measure in MEASURE_OF_REGION_QUESTION.items()
            if (anchors := library().measures[measure].anchors)
        )
        return " ".join(scales)


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
    fields = {
        region_question(kind, region): RatingField(
            f"{label}: {words}", measure=MEASURE_OF_REGION_QUESTION[kind]
        )
        for region, label in check_ins.region_labels().items()
        for kind, words in REGION_WORDS.items()
    }
    return type("WholeForm", (FullForm,), fields)


def _answers(record: CheckInRecord | None) -> dict[str, Answer]:
    return {} if record is None else record.answers()


def _open(form: Form, record: CheckInRecord | None) -> Form:
    answers = _answers(record)
    form.shown.data = compact_json(
        {name: answers[name] for name in form.questions() if name in answers}
    )
    form.remember_seen(record)
    return form.made_anew()
