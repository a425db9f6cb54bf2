"""The forms of accounts. Words stand beside the field; what was typed stays.

A password that did not fit is typed anew; one that is being chosen stays too.
"""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, PasswordField, RadioField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import PasswordInput

from fstpwa.domain.email_address import folded
from fstpwa.domain.errors import InvalidValue, NotSent, TooMany
from fstpwa.models.people import Role
from fstpwa.services import codes

NEEDED_CODE = "Please type the six digits from the letter."
ROLES = [
    SelectChoice(Role.CLIENT.value, "Me: I practise for myself"),
    SelectChoice(Role.THERAPIST.value, "A therapist who guides others"),
]


class EmailField(StringField):
    """An e-mail address; `address` is the folded one once the field was found valid."""

    address = ""

    def pre_validate(self, _form: Any) -> None:
        """Fold what was typed. Raises ValidationError with the reason if it is no address."""
        try:
            self.address = folded(self.data or "")
        except InvalidValue as error:
            raise ValidationError(str(error)) from None


class AccountForm(FlaskForm):
    """A form whose sending can be held up: too many tries, or no letter could be sent."""

    problem: TooMany | NotSent | None = None
    """What held it up, in words for the person; the answer then is 429 or 503, not 422."""
    has_code_waiting = False
    """Whether a code that was sent before still works in this browser."""


class EmailForm(AccountForm):
    """An address to send a code to."""

    email = EmailField("E-mail address")


class LeavingForm(AccountForm):
    """What becomes of what was recorded in this browser without an account."""

    please_tick = "Please tick this, or choose “Keep my progress” instead."

    leave = BooleanField("Delete what was recorded here without an account")

    def may_lose(self, *, would_be_lost: bool) -> bool:
        """Whether nothing would be lost, or they ticked that it may; else words at the tick."""
        if not would_be_lost or self.leave.data:
            return True
        add_error(self.leave, self.please_tick)
        return False


class SignInForm(EmailForm, LeavingForm):
    """An address, perhaps with a password."""

    password = PasswordField("Password")
    way = HiddenField()
    role = HiddenField()

    @property
    def has_password(self) -> bool:
        """Whether to sign in by password: the button for codes was not pressed."""
        return bool(self.password.data) and self.way.data != "code"


class ResetStartForm(EmailForm, LeavingForm):
    """An address whose password is to be replaced."""


class RoleForm(AccountForm):
    """Who a new account is for, and in which time zone."""

    role = RadioField("This account is for", choices=ROLES, default=Role.CLIENT.value)
    time_zone = HiddenField()

    @property
    def chosen(self) -> Role:
        """The role that was chosen. Call only after the form was found valid."""
        return Role(self.role.data)


class SignUpForm(EmailForm, RoleForm):
    """An address and who the new account is for."""


class FinishForm(RoleForm):
    """What becomes of an address that was proved and has no account yet."""

    proof = HiddenField(validators=[InputRequired()])
    way = HiddenField()


class InsteadForm(LeavingForm):
    """Going over to the account that an address turned out to have."""

    please_tick = "Please tick this, or choose “Keep this one with another address” above."
    proof = HiddenField(validators=[InputRequired()])


class CodeForm(AccountForm):
    """A code from a letter, with what was chosen on the page before."""

    code = StringField(
        "Code from the letter",
        validators=[InputRequired(NEEDED_CODE), Length(max=64, message=NEEDED_CODE)],
    )
    role = HiddenField()
    time_zone = HiddenField()

    def validate_code(self, field: StringField) -> None:
        """Refuse what cannot be a code before it is counted as a guess."""
        if codes.six_digits(field.data or "") is None:
            raise ValidationError(codes.NOT_SIX)

    @property
    def wished(self) -> Role | None:
        """Who a new account is for, if that was chosen before."""
        return role_in(self.role.data)


class NewPasswordForm(FlaskForm):
    """A password that is being chosen."""

    password = PasswordField("New password", widget=PasswordInput(hide_value=False))


class ResetForm(CodeForm, NewPasswordForm):
    """A code from a letter and the new password."""


class PasswordForm(AccountForm):
    """The password somebody has."""

    password = PasswordField("Password", validators=[InputRequired("Please type your password.")])


class CarryForm(LeavingForm):
    """A code from another browser."""

    code = StringField(
        "Code from the other browser",
        validators=[
            InputRequired("Please type the ten letters and numbers."),
            Length(max=64, message="Please type the ten letters and numbers."),
        ],
    )


def role_in(text: str | None) -> Role | None:
    """Return who an account is for, None for anything else."""
    return Role(text) if text in list(Role) else None


def add_error(field: Field, words: str) -> None:
    """Put `words` beside `field`."""
    field.errors = [*field.errors, words]
