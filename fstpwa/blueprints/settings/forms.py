"""The forms for what somebody sets about themselves, and for deleting everything."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation

from fstpwa.content import library
from fstpwa.domain.days import time_zone_choices
from fstpwa.domain.timeline import Pace
from fstpwa.domain.typed_text import one_line
from fstpwa.models.people import User
from fstpwa.services.people import LANGUAGES, ProfileEntry

WORD_TO_TYPE = "delete"


class SecondsField(IntegerField):
    """Whole seconds between two bounds; whatever else is typed gets one and the same message."""

    def __init__(self, label: str = "", *, low: int = 0, high: int = 0, **settings: Any) -> None:
        self.message = _l("Please use a whole number from %(low)s to %(high)s.", low=low, high=high)
        needed = [InputRequired(self.message), NumberRange(low, high, self.message)]
        super().__init__(label, validators=needed, **settings)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError, which stops the other checks."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(self.message) from None

    def pre_validate(self, _form: Any) -> None:
        """Stop where no number was read: its message stands there already."""
        if self.process_errors:
            raise StopValidation


class ProfileForm(FlaskForm):
    """Name, time zone, country and language."""

    name = StringField(
        _l("What should we call you?"),
        validators=[Length(max=80, message=_l("Please use at most 80 letters."))],
        filters=[one_line],
    )
    time_zone = SelectField(_l("Your time zone"), choices=[])
    country = SelectField(_l("Your country"), choices=[])
    language = SelectField(
        _l("Language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """Return the form filled with what `user` has set, or with what was sent."""
        form = cls(obj=user)
        zones = dict.fromkeys([user.time_zone, *time_zone_choices()])
        form.time_zone.choices = [SelectChoice(zone, zone.replace("_", " ")) for zone in zones]
        numbers = library().safety.emergency_numbers
        form.country.choices = [
            SelectChoice("", _l("Not said, or not in this list")),
            *(SelectChoice(each.code, each.country) for each in numbers.countries),
        ]
        return form

    def entry(self) -> ProfileEntry:
        """Return what was set. Call only after the form was found valid."""
        return ProfileEntry(
            name=self.name.data or "",
            time_zone=self.time_zone.data,
            country=self.country.data,
            language=self.language.data,
        )


class PaceForm(FlaskForm):
    """The times between the work of a session."""

    get_ready_s = SecondsField(_l("Get-ready count, in seconds"), high=20)
    transition_s = SecondsField(_l("Time to change movement, in seconds"), high=60)
    least_rest_s = SecondsField(_l("Rest at least, in seconds"), high=60)

    def pace(self) -> Pace:
        """Return what was set. Call only after the form was found valid."""
        return Pace(
            get_ready_s=self.get_ready_s.data or 0,
            transition_s=self.transition_s.data or 0,
            least_rest_s=self.least_rest_s.data or 0,
        )


class DeleteForm(FlaskForm):
    """The word that says that somebody means it."""

    word = StringField(_l("Type the word delete"))

    def validate_word(self, field: Field) -> None:
        """Refuse any other word; capitals and spaces around it do not matter."""
        if (field.data or "").strip().lower() != WORD_TO_TYPE:
            raise ValidationError(_l("Nothing was deleted. Type the word delete to go on."))
