"""From when on a therapist wants to be told of a client."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import ValidationError

from fstpwa.blueprints.number_fields import WholeNumberField
from fstpwa.domain.attention_facts import PAIN_RISES, QUIET_DAYS, STIFFNESS_RISES, Thresholds


class ThresholdField(WholeNumberField):
    """A whole number in a range; it has to be given."""

    def __init__(self, label: Any, *, within: range, **settings: Any) -> None:
        super().__init__(label, measure="", **settings)
        self.within = within

    def scale(self) -> tuple[int, int]:
        """Return the lowest and the highest number."""
        return self.within[0], self.within[-1]

    def pre_validate(self, form: Any) -> None:
        """Refuse an empty field, unless what was sent is refused already."""
        del form
        if self.data is None and not self.process_errors:
            low, high = self.scale()
            raise ValidationError(f"Choose a whole number from {low} to {high}.")


class ThresholdsForm(FlaskForm):
    """The three thresholds of one client."""

    quiet_days = ThresholdField(_("Days without anything"), within=QUIET_DAYS)
    pain_rise = ThresholdField(_("Points of pain"), within=PAIN_RISES)
    stiffness_rise = ThresholdField(_("Points of stiffness"), within=STIFFNESS_RISES)

    @classmethod
    def of(cls, thresholds: Thresholds) -> Self:
        """Return the form with what holds in it."""
        return cls(formdata=None, obj=thresholds)

    @property
    def thresholds(self) -> Thresholds:
        """What was chosen; only after it was validated."""
        return Thresholds(
            quiet_days=self.quiet_days.data,
            pain_rise=self.pain_rise.data,
            stiffness_rise=self.stiffness_rise.data,
        )
