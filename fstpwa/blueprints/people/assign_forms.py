"""The forms for giving clients something: days, times, first and last day, why; and adapting it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Self
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, RadioField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from fstpwa.blueprints.plan.forms import ScheduleForm
from fstpwa.content import library
from fstpwa.domain.dose import SIDE_CHOICES, dose_in_words
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.given_days import check_end, check_start
from fstpwa.domain.movement import Movement
from fstpwa.domain.planning import Schedule
from fstpwa.domain.prescription import TIMES_PER_DAY, Changes, DoseChange, is_routine
from fstpwa.domain.programme import Programme
from fstpwa.domain.routine import NUMBERS
from fstpwa.services.assignments import MESSAGE_LETTERS, AssignmentEntry
from fstpwa.services.unlocks import REASON_LETTERS

USUAL = Schedule(weekdays=frozenset(range(5)), at_min=8 * 60)
"""Monday to Friday at eight, where nothing else is known."""
WHOLE_NUMBER = re.compile(r"[0-9]{1,3}", re.ASCII)
AMOUNTS: Mapping[str, object] = {
    "sets": _("Sets"),
    "reps": _("Times"),
    "hold_s": _("Hold, s"),
    "seconds": _("Seconds"),
}


class AssignForm(ScheduleForm):
    """Days, time, how often, first and last day, and why."""

    form_id = HiddenField()
    times_per_day = RadioField(
        _("How many times a day?"),
        choices=[SelectChoice(str(number), str(number)) for number in TIMES_PER_DAY],
        default="1",
        validators=[InputRequired(_("Choose 1 to 4."))],
    )
    starts_on = DateField(_("First day"), validators=[InputRequired(_("Choose the first day."))])
    ends_on = DateField(_("Last day, if there is one"), validators=[Optional()])
    message = TextAreaField(
        _("Why, in your words"),
        filters=[lambda text: text.replace("\r\n", "\n").strip() if text else text],
        validators=[
            Length(max=MESSAGE_LETTERS, message=_("At most %(max)d letters, please.")),
        ],
    )
    today: date

    @classmethod
    def giving(
        cls, programme: Programme, today: date, schedule: Schedule = USUAL, side: str | None = None
    ) -> Self:
        """Return the form for `programme`, with what was sent, else with sensible days.

        Args:
            programme: what is given; it says whether a side is asked, and how often it is done.
            today: the client's own day.
            schedule: the days and time to begin with.
            side: the side to begin with; both if nothing is known.
        """
        form = cls.for_programme(
            programme,
            form_id=str(uuid4()),
            weekdays=sorted(schedule.weekdays),
            at=time(schedule.at_min // 60, schedule.at_min % 60),
            side=side or "both",
            starts_on=today,
        )
        form.today = today
        if not is_routine(programme.slug):
            del form.times_per_day
        return form

    def entry(self) -> AssignmentEntry:
        """Return what was chosen. Call only after the form was found valid."""
        return AssignmentEntry(
            schedule=self.schedule(),
            times_per_day=int(self.times_per_day.data) if "times_per_day" in self else 1,
            side=SIDE_CHOICES.get(self.side.data or "") if "side" in self else None,
            starts_on=self.starts_on.data or self.today,
            ends_on=self.ends_on.data,
            message=self.message.data or "",
            form_id=_uuid(self.form_id.data),
        )

    def validate_starts_on(self, given: DateField) -> None:
        """Refuse a day that is over or too far ahead, in the words of the rule."""
        try:
            check_start(given.data or self.today, self.today)
        except InvalidValue as problem:
            raise ValidationError(str(problem)) from problem

    def validate_ends_on(self, given: DateField) -> None:
        """Refuse a last day that cannot be, in the words of the rule."""
        if self.starts_on.data is None or not self.weekdays.data:
            return
        first = max(self.starts_on.data, self.today)
        try:
            check_end(given.data, first, self.weekdays.data)
        except InvalidValue as problem:
            raise ValidationError(str(problem)) from problem


class UnlockForm(FlaskForm):
    """Which lock a therapist lifts, and why."""

    key = HiddenField(validators=[InputRequired()])
    reason = TextAreaField(
        _("Why is it all right for them?"),
        filters=[lambda text: text.replace("\r\n", "\n").strip() if text else text],
        validators=[
            InputRequired(_("Please write the reason.")),
            Length(max=REASON_LETTERS, message=_("At most %(max)d letters, please.")),
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptRow:
    """One movement of a programme that can be adapted."""

    movement: Movement
    dose: str
    """The library's, in words."""
    how: str = ""
    """Empty, "easier" or "out"."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Name of an amount that the movement has -> as it was typed."""

    @property
    def is_changed(self) -> bool:
        """Whether anything was said about it."""
        return bool(self.how) or any(self.numbers.values())

    @property
    def change(self) -> DoseChange:
        """What is different. Raises InvalidValue for what is no number."""
        said: dict[str, Any] = {
            name: self._number(text) for name, text in self.numbers.items() if text
        }
        return DoseChange(easier=self.how == "easier", **said)

    def _number(self, text: str) -> int:
        if not WHOLE_NUMBER.fullmatch(text):
            raise InvalidValue(f"{self.movement.name}: please give whole numbers.")
        return int(text)


def adapt_rows(slugs: Sequence[str], sent: MultiDict[str, str]) -> tuple[AdaptRow, ...]:
    """Return the movements of a programme with what was sent about each."""
    movements = library().movements
    return tuple(
        AdaptRow(
            movement=movements[slug],
            dose=dose_in_words(
                movements[slug].dose, alternating=movements[slug].sides == "alternating"
            ),
            how=how if (how := sent.get(f"how-{slug}", "")) in ("easier", "out") else "",
            numbers={
                name: sent.get(f"{name}-{slug}", "").strip()
                for name in NUMBERS[movements[slug].dose.mode]
                if name in AMOUNTS
            },
        )
        for slug in slugs
        if slug in movements
    )


def changes_of(rows: Sequence[AdaptRow]) -> Changes:
    """Return what is different for the client. Raises InvalidValue for what is no number."""
    return Changes(
        left_out=frozenset(each.movement.slug for each in rows if each.how == "out"),
        doses={
            each.movement.slug: each.change
            for each in rows
            if each.how != "out" and each.is_changed
        },
    )


def _uuid(sent: str | None) -> UUID:
    try:
        return UUID(sent or "")
    except ValueError:
        return uuid4()
