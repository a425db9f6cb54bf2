"""The forms with which a therapist invites a client, or takes the code that one shows."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from fstpwa.blueprints.accounts.forms import AccountForm, EmailField, add_error
from fstpwa.domain.typed_text import one_line
from fstpwa.models.people import User
from fstpwa.services.invitations import LONGEST_LABEL


class PerhapsEmailField(EmailField):
    """An e-mail address, or nothing."""

    def pre_validate(self, form: Any) -> None:
        """Fold what was typed, if anything was."""
        if (self.data or "").strip():
            super().pre_validate(form)


class InviteForm(AccountForm):
    """Whom an invitation is for."""

    name = StringField(
        _l("Your name"),
        validators=[Length(max=80, message=_l("Please use at most 80 letters."))],
        filters=[one_line],
    )
    label = StringField(
        _l("Whom is it for?"),
        validators=[Length(max=LONGEST_LABEL, message=_l("Please use at most 80 letters."))],
        filters=[one_line],
    )
    email = PerhapsEmailField(_l("Their e-mail address"))

    def says_who(self, user: User) -> bool:
        """Whether a client would read who asks; else words beside the field."""
        if user.name or self.name.data:
            return True
        add_error(self.name, _("Please say your name: clients read it before they say yes."))
        return False


class ShownCodeForm(AccountForm):
    """The code that a client shows."""

    code = StringField(_l("Their code"))
