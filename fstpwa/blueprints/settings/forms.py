"""The form for what somebody sets about themselves."""

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange

from fstpwa.content import library
from fstpwa.domain.days import time_zone_choices
from fstpwa.domain.timeline import Pace
from fstpwa.models.people import User
from fstpwa.services.people import ProfileEntry


def _between(low: int, high: int) -> list[object]:
    words = f"Please use a whole number from {low} to {high}."
    return [InputRequired(words), NumberRange(low, high, words)]


class ProfileForm(FlaskForm):
    """Name, time zone, country and the rhythm of sessions."""

    name = StringField(
        "What should we call you?",
        validators=[Length(max=80, message="Please use at most 80 letters.")],
        filters=[lambda text: (text or "").strip()],
    )
    time_zone = SelectField("Your time zone", choices=[])
    country = SelectField("Your country", choices=[])
    get_ready_s = IntegerField("Get-ready count, in seconds", validators=_between(0, 20))
    transition_s = IntegerField("Time to change movement, in seconds", validators=_between(0, 60))
    least_rest_s = IntegerField("Rest at least, in seconds", validators=_between(0, 60))

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """Return the form filled with what `user` has set, or with what was sent."""
        form = cls(obj=user)
        zones = dict.fromkeys([user.time_zone, *time_zone_choices()])
        form.time_zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in zones]
        numbers = library().safety.emergency_numbers
        form.country.choices = [
            SelectChoice("", "Not said, or not in this list"),
            *(SelectChoice(each.code, each.country) for each in numbers.countries),
        ]
        return form

    def entry(self) -> ProfileEntry:
        """Return what was set. Call only after the form was found valid."""
        return ProfileEntry(
            name=self.name.data or "",
            time_zone=self.time_zone.data,
            country=self.country.data,
            pace=Pace(
                get_ready_s=self.get_ready_s.data or 0,
                transition_s=self.transition_s.data or 0,
                least_rest_s=self.least_rest_s.data or 0,
            ),
        )
