"""Forms of passkeys and codes, and what the pages about them share."""

from urllib.parse import urlsplit

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from fstpwa.blueprints.accounts.forms import LeavingForm
from fstpwa.domain.typed_text import one_line
from fstpwa.services.passkeys import LONGEST_LABEL, RelyingParty
from fstpwa.web import settings


class LabelForm(FlaskForm):
    """What to call a passkey."""

    label = StringField(
        "What to call it",
        validators=[
            InputRequired(f"Please use a name of 1 to {LONGEST_LABEL} letters."),
            Length(max=LONGEST_LABEL, message=f"Please use at most {LONGEST_LABEL} letters."),
        ],
        filters=[one_line],
    )


class NewPasskeyForm(LabelForm):
    """A passkey that the browser has just made."""

    credential = HiddenField()


class ShownPasskeyForm(LeavingForm):
    """A passkey that the browser has just shown."""

    credential = HiddenField()


class BeginAppForm(FlaskForm):
    """Beginning with an authenticator app; sent again it shows the same key."""

    draw = HiddenField()


class NewCodesForm(FlaskForm):
    """New recovery codes in place of a certain set; sent again it replaces nothing."""

    before = HiddenField()


class NewAppForm(FlaskForm):
    """The first code of an authenticator app, and what was sealed when setting up began."""

    sealed = HiddenField()
    code = StringField("The six digits the app shows now")


class CodeForm(FlaskForm):
    """A code of the authenticator app, or a recovery code."""

    code = StringField("Code of your authenticator app, or a recovery code")


def relying_party() -> RelyingParty:
    """Return who asks for passkeys: the host and the one origin that people use."""
    origin = settings().origin
    return RelyingParty(id=urlsplit(origin).hostname or "", origins=(origin,))
