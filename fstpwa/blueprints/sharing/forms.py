"""The forms of sharing: opening an invitation, and what a therapist may see."""

from dataclasses import asdict

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from fstpwa.blueprints.accounts.forms import AccountForm, add_error
from fstpwa.domain.typed_text import one_line
from fstpwa.models.people import User
from fstpwa.services.care_links import Scopes
from fstpwa.services.invitation_rows import NOTHING_TICKED

ABOUT = {
    "shares_routines": _l(
        "Which programme you follow, its days and changes. They can put a routine or a programme "
        "into your plan; you can move or skip days, or stop it."
    ),
    "shares_records": _l(
        "When you practised, what was too much, pain and effort. Your check-ins: good days and "
        "others, stiffness, pain, sleep, tiredness, flares. What you tell about your health "
        "that changes your movements, such as high blood pressure or something new and worrying. "
        "Whether reminders reach your phone."
    ),
    "shares_notes": _l(
        "What you write yourself: notes on a day or a session, and what you managed."
    ),
}
"""What is seen for each scope, in plain words. Shown on every page that asks for it."""


class OpenForm(AccountForm):
    """What opens an invitation: the code that was typed, or the token that a script read."""

    code = StringField(_l("Code of the invitation"))
    token = HiddenField()


class ScopesForm(FlaskForm):
    """What a therapist may see. Nothing is ticked but what is shared already."""

    shares_routines = BooleanField(_l("My plan"))
    shares_records = BooleanField(_l("My sessions and check-ins"))
    shares_notes = BooleanField(_l("My own words"))

    @classmethod
    def of(cls, scopes: Scopes) -> "ScopesForm":
        """Return the form as `scopes` says, whatever was sent."""
        return cls(formdata=None, data=asdict(scopes))

    def scopes(self) -> Scopes:
        """Return what is ticked."""
        return Scopes(**{name: bool(self[name].data) for name in asdict(Scopes())})

    def labels(self) -> list[str]:
        """Return the names of what is ticked."""
        ticked = asdict(self.scopes())
        return [str(self[name].label.text) for name in ticked if ticked[name]]

    def ticks_something(self) -> bool:
        """Whether anything is ticked; else words beside the first tick."""
        if self.scopes() != Scopes():
            return True
        add_error(self.shares_routines, NOTHING_TICKED)
        return False


class ConsentForm(ScopesForm):
    """Saying yes: what may be seen, and by which name one is known."""

    name = StringField(
        _l("Your name"),
        validators=[Length(max=80, message=_l("Please use at most 80 letters."))],
        filters=[one_line],
    )

    def says_who(self, user: User) -> bool:
        """Whether a therapist would know who it is; else words beside the field."""
        if user.name or self.name.data:
            return True
        add_error(self.name, _("Please say what you are called."))
        return False
