"""The form for days, time of day and side of a programme."""

from datetime import time
from typing import Self

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, TimeField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Optional

from fstpwa.domain.days import WEEKDAYS
from fstpwa.domain.dose import SIDE_CHOICES, SideChoice
from fstpwa.domain.planning import Schedule
from fstpwa.domain.programme import Programme


class ScheduleForm(FlaskForm):
    """Days, time of day and, where the programme asks for it, the side."""

    weekdays = SelectMultipleField(
        "On which days?",
        coerce=int,
        choices=[SelectChoice(number, name) for number, name in enumerate(WEEKDAYS)],
        validators=[InputRequired("Choose at least one day.")],
    )
    at = TimeField(
        "At what time?",
        default=time(8, 0),
        validators=[InputRequired("Choose a time, for example 08:00.")],
    )
    side = RadioField(
        "Which side is it?",
        choices=[SelectChoice(side, side.capitalize()) for side in SIDE_CHOICES],
        validators=[Optional()],
    )

    @classmethod
    def for_programme(cls, programme: Programme, **defaults: object) -> Self:
        """Return the form with the questions that `programme` asks."""
        form = cls(**defaults)
        if programme.asks_side:
            form.side.label.text = programme.side_question or "Which side is it?"
            form.side.validators = [InputRequired("Choose left, right or both.")]
        else:
            del form.side
        return form

    def schedule(self) -> Schedule:
        """Return the chosen days and time. Call only after the form was found valid."""
        at = self.at.data or time(8, 0)
        return Schedule(
            weekdays=frozenset(self.weekdays.data or ()), at_min=at.hour * 60 + at.minute
        )

    def chosen_side(self) -> SideChoice | None:
        """Return the chosen side, None where the programme does not ask."""
        return SIDE_CHOICES.get(self.side.data or "") if "side" in self else None


class ChooseForm(ScheduleForm):
    """The same for a programme that is chosen; it may lose so much that it asks for a yes."""

    all_the_same = BooleanField(
        "Some of its sessions lose their main part for now. Start it all the same.",
        validators=[
            InputRequired("Tick this to start it all the same, or choose another programme.")
        ],
    )

    @classmethod
    def choosing(cls, programme: Programme, *, loses_core: bool, **defaults: object) -> Self:
        """Return the form for `programme`; it asks for a yes where sessions lose their core."""
        form = cls.for_programme(programme, **defaults)
        if not loses_core:
            del form.all_the_same
        return form
