"""The form for a pause of the programme: why, and until when, if they say so."""

from datetime import UTC, date, datetime, timedelta
from typing import Self

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional, ValidationError

from fstpwa.access import acting_user
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.pauses import LONGEST, PauseReason, reason_of, resumes_on
from fstpwa.models.practice import Enrolment

LABELS: dict[PauseReason, object] = {
    "holiday": _("Holiday"),
    "illness": _("Illness"),
    "other": _("Other"),
}


class PauseForm(FlaskForm):
    """Why a pause is made and its last day; both may be left open."""

    reason = RadioField(
        _("What is it for?"),
        choices=[SelectChoice(code, label) for code, label in LABELS.items()],
        validators=[Optional()],
    )
    until = DateField(_("Until which day?"), validators=[Optional()])

    @classmethod
    def of(cls, enrolment: Enrolment, *, rests: bool) -> Self:
        """Return the form with the present pause in it."""
        if not rests:
            return cls(formdata=None)
        last = enrolment.resumes_on - timedelta(days=1) if enrolment.resumes_on else None
        return cls(formdata=None, reason=enrolment.pause_reason, until=last)

    @property
    def first_choice(self) -> date:
        """The first day that can be chosen."""
        return local_day(datetime.now(UTC), acting_user().time_zone)

    @property
    def last_choice(self) -> date:
        """The last day that can be chosen."""
        return self.first_choice + LONGEST

    def chosen_reason(self) -> PauseReason | None:
        """Return why, None if that is left open."""
        return reason_of(self.reason.data)

    def validate_until(self, field: DateField) -> None:
        """Refuse a day that is over or too far ahead, in the words of the rule."""
        if field.data is None:
            return
        try:
            resumes_on(field.data, self.first_choice)
        except InvalidValue as problem:
            raise ValidationError(str(problem)) from problem
