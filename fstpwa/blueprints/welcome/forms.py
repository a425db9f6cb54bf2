"""Forms of the onboarding: what brings somebody, care after an emergency, the first programme."""

from collections.abc import Iterable
from datetime import date, time

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from fstpwa.blueprints.plan.forms import ScheduleForm
from fstpwa.content import library
from fstpwa.domain.days import short_day
from fstpwa.domain.dose import SIDE_CHOICES
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.planning import suggested_weekdays
from fstpwa.domain.programme import Programme
from fstpwa.models.people import User
from fstpwa.services.countries import suggested_country
from fstpwa.services.screenings import LONGEST_CARE_WHERE, About, Care

NOT_SURE = "not_sure"
WHICH_SIDE = {"left": "Left", "right": "Right", "both": "Both", NOT_SURE: "Not sure"}


class AboutForm(FlaskForm):
    """What brings somebody, where it is, the country, and whether they are of age."""

    reasons = SelectMultipleField("What brings you?", choices=[])
    regions = SelectMultipleField("Where is it?", choices=[])
    side = RadioField(
        "Which side is it?",
        choices=[SelectChoice(side, label) for side, label in WHICH_SIDE.items()],
        validators=[Optional()],
    )
    country = SelectField("Your country", choices=[])
    adult = RadioField(
        "Are you 18 or over?",
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        validators=[InputRequired("Please answer with yes or no.")],
    )

    @classmethod
    def of(cls, user: User) -> "AboutForm":
        """Return the form with what `user` said before, or with what was sent."""
        form = cls(
            reasons=user.reasons,
            regions=user.regions,
            side=user.side,
            country=user.country or suggested_country(user.time_zone),
            adult="yes" if user.is_adult else None,
        )
        content = library()
        form.reasons.choices = [
            SelectChoice(each.id, each.label) for each in content.reasons.values()
        ]
        form.regions.choices = [
            SelectChoice(code, label) for code, label in plain_regions(content.vocabularies).items()
        ]
        form.country.choices = [
            SelectChoice("", "Another country, or I would rather not say"),
            *(
                SelectChoice(each.code, each.country)
                for each in content.safety.emergency_numbers.countries
            ),
        ]
        form.side.label.text = content.safety.onboarding.side_ask
        form.adult.label.text = content.safety.onboarding.adults_ask
        return form

    def about(self) -> About:
        """Return what was said. Call only after the form was found valid."""
        return About(
            reasons=tuple(self.reasons.data or ()),
            regions=tuple(self.regions.data or ()),
            side=SIDE_CHOICES.get(self.side.data or ""),
            country=self.country.data or "",
        )


class CareForm(FlaskForm):
    """Where and when somebody was cared for."""

    where = StringField(
        "Where were you cared for?",
        filters=[lambda text: (text or "").strip()],
        validators=[
            InputRequired("Write where it was, in a few words."),
            Length(1, LONGEST_CARE_WHERE, "Write where it was, in at most 120 letters."),
        ],
    )
    on = DateField(
        "When was that?", validators=[InputRequired("Choose the day, for example 2026-03-29.")]
    )

    def __init__(self, *, since: date, today: date) -> None:
        """Take only days from that of the emergency to today."""
        super().__init__()
        self.since = since
        self.today = today

    def validate_on(self, field: DateField) -> None:
        """Refuse a day before the emergency or after today."""
        if field.data is None or not self.since <= field.data <= self.today:
            raise ValidationError(
                "Choose today."
                if self.since == self.today
                else f"Choose a day from {short_day(self.since, self.today)} to today."
            )

    def care(self) -> Care:
        """Return what was said. Call only after the form was found valid."""
        return Care(where=self.where.data or "", on=self.on.data or self.today)


class FirstPlanForm(ScheduleForm):
    """One of some programmes, with days, time and, where it asks for it, the side."""

    programme = RadioField(
        "Your programme", choices=[], validators=[InputRequired("Choose a programme.")]
    )

    @classmethod
    def offering(
        cls, programmes: Iterable[Programme], side: str | None, *, chooses: bool = True
    ) -> "FirstPlanForm":
        """Return the form for some programmes, at least one.

        Args:
            programmes: what is offered, the best first.
            side: the side to begin with, if one was said.
            chooses: whether the first is chosen already.
        """
        offered = {programme.slug: programme for programme in programmes}
        first = next(iter(offered.values()))
        form = cls(
            programme=first.slug if chooses else None,
            weekdays=sorted(suggested_weekdays(first.phases[0])),
            at=time(8, 0),
            side=side,
        )
        form.programme.choices = [
            SelectChoice(programme.slug, programme.name) for programme in offered.values()
        ]
        form.offered = offered
        if not any(programme.asks_side for programme in offered.values()):
            del form.side
        return form

    offered: dict[str, Programme]

    def chosen(self) -> Programme | None:
        """Return the chosen programme, None if it is none of those that are offered."""
        return self.offered.get(self.programme.data or "")

    def validate(self, extra_validators: object = None) -> bool:
        """Check all fields; the side counts only for a programme that asks for it."""
        valid = bool(super().validate(extra_validators))
        programme = self.chosen()
        if programme is None or not programme.asks_side or self.chosen_side() is not None:
            return valid
        self.side.errors = [f"{programme.side_question or 'Which side is it?'} Choose one."]
        return False
