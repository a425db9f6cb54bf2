"""The forms for what somebody wishes of their sessions."""

from typing import cast, get_args

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from fstpwa.content import library
from fstpwa.domain.preferences import NO_EQUIPMENT, Position, Preferences, Wish

POSITION_WORDS: dict[Position, str] = {
    "any": _l("Any position"),
    "no_floor": _l("Not on the floor or a bed"),
    "sitting": _l("Only sitting on a chair"),
    "standing": _l("Only standing"),
}


WISHES = get_args(Wish)
PLACES = ("settings", "movement")
"""Where a wish is said, and where its answer goes back to."""


class PlaceForm(FlaskForm):
    """What is at hand, and which positions are possible."""

    at_hand = SelectMultipleField(_l("What you have at hand"), choices=[])
    position = RadioField(
        _l("Position"),
        choices=[SelectChoice(code, words) for code, words in POSITION_WORDS.items()],
        validate_choice=True,
    )

    @classmethod
    def of(cls, preferences: Preferences) -> "PlaceForm":
        """Return the form filled with what is set, or with what was sent."""
        things = {
            code: label
            for code, label in library().vocabularies.equipment.items()
            if code != NO_EQUIPMENT
        }
        at_hand = [code for code in things if code not in preferences.missing]
        form = cls(at_hand=at_hand, position=preferences.position)
        form.at_hand.choices = [SelectChoice(code, label) for code, label in things.items()]
        return form

    def missing(self) -> frozenset[str]:
        """Return what is not at hand. Call only after the form was found valid."""
        offered = {str(value) for value, *_ in self.at_hand.iter_choices()}
        return frozenset(offered - set(self.at_hand.data or ()))

    def chosen_position(self) -> Position:
        """Return the position. Call only after the form was found valid."""
        return cast("Position", self.position.data)


class WishForm(FlaskForm):
    """What somebody says of one movement."""

    movement = StringField()
    wish = SelectField(choices=[SelectChoice(each, each) for each in WISHES])
    back_to = SelectField(choices=[SelectChoice(each, each) for each in PLACES], default="settings")

    def chosen(self) -> Wish:
        """Return what was said. Call only after the form was found valid."""
        return cast("Wish", self.wish.data)
