"""The forms that lift a lock, and the answers to what is asked again.

Several of them stand on one page, so each control carries its key in its id.
"""

from datetime import date
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length

from fstpwa.domain.safety_content import UnlockWay
from fstpwa.domain.standing import SeenOutcome
from fstpwa.services.unlocks import WHO_LETTERS, Agreement, Visit

OUTCOMES: dict[str, SeenOutcome] = {
    "all clear": "all clear",
    "being treated": "being treated",
    "told to wait": "told to wait",
}
OUTCOME_LABELS = {
    "all clear": "All clear",
    "being treated": "I am being treated",
    "told to wait": "I was told to wait",
}


def _required_text(words: str) -> list[object]:
    too_long = f"Please use at most {WHO_LETTERS} letters."
    return [DataRequired(words), Length(max=WHO_LETTERS, message=too_long)]


class LiftForm(FlaskForm):
    """What both forms have: which lock it is about, and the day."""

    way: ClassVar[UnlockWay]
    key = HiddenField()
    day = DateField("On what date?", validators=[InputRequired("Choose the day.")])

    def __init__(self, key: str | None = None, today: date | None = None, **options: Any) -> None:
        """Show the form for the lock called `key`, with `today` filled in.

        Without a key, read what was sent.
        """
        if key is not None:
            options["formdata"] = None
        super().__init__(**options)
        if key is not None:
            self.key.data = key
            self.day.data = today
        for field in self:
            if field is not self.key:
                field.id = f"{field.name}-{self.key.data}"
                field.label.field_id = field.id

    def about(self) -> str:
        """Return the key it was sent for."""
        return self.key.data or ""

    def chosen_day(self) -> date:
        """Return the day. Call only when the form is valid."""
        return self.day.data or date.min


class AgreedForm(LiftForm):
    """A clinician agreed: who, and when."""

    way = "clinician_agreed"
    who = StringField(
        "Who agreed? Name or role",
        filters=[lambda text: (text or "").strip()],
        validators=_required_text("Write who agreed, for example “my physiotherapist”."),
    )

    def entry(self) -> Agreement:
        """Return what was said. Call only when the form is valid."""
        return Agreement(key=self.about(), who=self.who.data or "", day=self.chosen_day())


class SeenForm(LiftForm):
    """I was seen: where, when, and what they said."""

    way = "seen"
    place = StringField(
        "Where were you seen?",
        filters=[lambda text: (text or "").strip()],
        validators=_required_text("Write where you were seen, for example “walk-in clinic”."),
    )
    outcome = RadioField(
        "What were you told?",
        choices=[SelectChoice(value, OUTCOME_LABELS[value]) for value in OUTCOMES],
        validators=[InputRequired("Choose what you were told.")],
    )

    def entry(self) -> Visit:
        """Return what was said. Call only when the form is valid."""
        return Visit(
            key=self.about(),
            where=self.place.data or "",
            day=self.chosen_day(),
            outcome=OUTCOMES[self.outcome.data],
        )


class AskedAgainForm(FlaskForm):
    """Whether something that is asked again has settled."""

    question = HiddenField(validators=[DataRequired()])
    place = HiddenField()
    answer = RadioField(
        choices=[SelectChoice("settled", "It has settled"), SelectChoice("not-yet", "Not yet")],
        validators=[InputRequired()],
    )


class YesNoForm(FlaskForm):
    """One question with yes and no."""

    answer = RadioField(
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        validators=[InputRequired("Please answer with yes or no.")],
    )
