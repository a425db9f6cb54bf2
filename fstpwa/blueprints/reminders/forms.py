"""The forms of the schedule: a reminder, quiet hours, a pause."""

import re
from datetime import date, timedelta
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, RadioField, SelectMultipleField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired
from wtforms.widgets import DateInput, TimeInput

from fstpwa.domain.days import WEEKDAYS, clock_time
from fstpwa.domain.quiet_hours import QuietHours, quiet_hours
from fstpwa.domain.recurrence import Recurrence, days_of, mask_of
from fstpwa.models.people import User
from fstpwa.models.reminders import Reminder
from fstpwa.services.reminders import LONGEST_PAUSE, ReminderEntry

KINDS = {"practice": _l("Practice"), "check_in": _l("Check-in")}
USUAL_AT_MIN = 8 * 60
USUAL_QUIET = QuietHours(start_min=22 * 60, end_min=7 * 60)

GIVE_A_TIME = _l("Give a time from 00:00 to 23:59, for example 08:00.")
CHOOSE_A_DAY = _l("Choose a day in the calendar.")

CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


NOT_SENT: dict[str, Any] = {"formdata": None}
"""For a form that stands on the page of another one that was sent."""


class _TypedField(Field):
    """A field with one line of text, which stays in it just as it was sent."""

    def __init__(self, label: str = "", *, missing: str = "", **settings: Any) -> None:
        """Take what to say where nothing was sent."""
        super().__init__(label, **settings)
        self.missing = missing

    def pre_validate(self, _form: Any) -> None:
        """Refuse a form without the field: what stands in it by default was not chosen."""
        if not self.raw_data:
            raise ValidationError(self.missing)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError, whose words are shown beside it."""
        self.data = None
        if valuelist:
            self.data = self.read(str(valuelist[0]).strip())

    def read(self, text: str) -> object:
        """Return what `text` means. Raises ValueError."""
        raise NotImplementedError

    def written(self) -> str:
        """Return the text of `data`."""
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written()


class ClockField(_TypedField):
    """A time of day; `data` is it in minutes after midnight, 0-1439."""

    widget = TimeInput()

    def read(self, text: str) -> int:
        """Return the minutes. Only ASCII digits: others would be read as numbers too."""
        found = CLOCK.fullmatch(text)
        if found is None:
            raise ValueError(GIVE_A_TIME)
        return int(found[1]) * 60 + int(found[2])

    def written(self) -> str:
        """Return it as 08:05."""
        return clock_time(self.data)


class DayField(_TypedField):
    """A calendar day as 2026-03-29; `data` is the date."""

    widget = DateInput()

    def read(self, text: str) -> date:
        """Return the day."""
        try:
            if DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise ValueError(CHOOSE_A_DAY)

    def written(self) -> str:
        """Return it as 2026-03-29."""
        return str(self.data)


class ReminderForm(FlaskForm):
    """What a reminder is about, when it rings, and what it makes depend on what was done."""

    kind = RadioField(
        _l("What is it for?"),
        choices=[SelectChoice(kind, name) for kind, name in KINDS.items()],
        default="practice",
        validators=[InputRequired(_l("Choose practice or check-in."))],
    )
    at = ClockField(_l("At what time?"), default=USUAL_AT_MIN, missing=GIVE_A_TIME)
    # As texts: int() would take other digits than ours as well.
    weekdays = SelectMultipleField(
        _l("On which days?"),
        choices=[SelectChoice(str(number), name) for number, name in enumerate(WEEKDAYS)],
        default=[str(number) for number in range(7)],
        validators=[InputRequired(_l("Choose at least one day."))],
    )
    unless_done = BooleanField(_l("Stay silent if it is done already"), default=True)
    once_more = BooleanField(_l("Ring once more, an hour later, if it is not done"), default=False)

    @classmethod
    def of(cls, reminder: Reminder, **settings: Any) -> Self:
        """Return the form filled with what is set, or with what was sent."""
        return cls(
            **settings,
            kind=reminder.kind,
            at=reminder.at_min,
            weekdays=[str(day) for day in days_of(reminder.days_mask)],
            unless_done=reminder.unless_done,
            once_more=reminder.once_more,
        )

    def entry(self, reminder: Reminder | None = None) -> ReminderEntry:
        """Return what was set. Call only after the form was found valid.

        Args:
            reminder: The one that is changed, if there is one: what no page asks for stays.
        """
        kept: dict[str, Any] = {}
        if reminder is not None:
            kept = {"time_zone": reminder.time_zone, "max_late_min": reminder.max_late_min}
        return ReminderEntry(
            kind="check_in" if self.kind.data == "check_in" else "practice",
            rule=Recurrence(
                at_min=self.at.data, days_mask=mask_of(int(day) for day in self.weekdays.data or ())
            ),
            unless_done=self.unless_done.data,
            once_more=self.once_more.data,
            **kept,
        )


class QuietForm(FlaskForm):
    """Between which times nothing rings."""

    start = ClockField(_l("From"), missing=GIVE_A_TIME)
    end = ClockField(_l("Until"), missing=GIVE_A_TIME)

    @classmethod
    def of(cls, user: User, **settings: Any) -> Self:
        """Return the form filled with what is set or usual, or with what was sent."""
        quiet = quiet_hours(user.quiet_start_min, user.quiet_end_min) or USUAL_QUIET
        return cls(**settings, start=quiet.start_min, end=quiet.end_min)

    def validate_end(self, field: Field) -> None:
        """Refuse quiet hours that never end."""
        if field.data is not None and field.data == self.start.data:
            raise ValidationError(_l("Quiet hours must end at another time than they start."))

    def quiet_hours(self) -> QuietHours:
        """Return what was set. Call only after the form was found valid."""
        return QuietHours(start_min=self.start.data, end_min=self.end.data)


class PauseForm(FlaskForm):
    """Until when reminders rest."""

    until = DayField(_l("The day on which it goes on"), missing=CHOOSE_A_DAY)
    first: date
    """The earliest day, tomorrow."""
    last: date

    @classmethod
    def on(cls, today: date, until: date | None = None, **settings: Any) -> Self:
        """Return the form with `until` or a week from `today` in it, or with what was sent."""
        form = cls(**settings, until=until or today + timedelta(days=7))
        form.first, form.last = today + timedelta(days=1), today + LONGEST_PAUSE
        return form

    def validate_until(self, field: Field) -> None:
        """Refuse a day that is over, and one that nobody waits for."""
        if not field.raw_data or field.data is None:
            return
        if field.data < self.first:
            raise ValidationError(_l("Choose a day from tomorrow on."))
        if field.data > self.last:
            raise ValidationError(_l("Choose a day within a year."))
