"""The blueprint that the views of this package hang on, and what several of them need."""

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from fstpwa import log
from fstpwa.access import acting_device, acting_user
from fstpwa.blueprints.entering import happened_here
from fstpwa.blueprints.factors.forms import relying_party
from fstpwa.models.people import Role, User
from fstpwa.outbound.mail import mailer_of
from fstpwa.services import accounts, passkeys, people, second_factors
from fstpwa.web import settings

blueprint = Blueprint("factors", __name__)


def must_show_first() -> bool:
    """Whether a therapist is here on a device that has not shown the factor they have set up."""
    user = acting_user()
    if user.role != Role.THERAPIST or acting_device().is_strong:
        return False
    return second_factors.has_second_factor(user)


def refuse_before_showing() -> None:
    """Raise NotFound where `must_show_first`: or else a password alone could add a new factor.

    Raises:
        Conflict: for a demo person, whom the next visitor must be able to open.
    """
    people.refuse_demo(acting_user())
    if must_show_first():
        log.info("factor_change_refused")
        raise NotFound


def as_json(options: str) -> Response:
    """Return what a browser needs for a passkey. It goes back as a field of a form."""
    return Response(options, mimetype="application/json")


def tell_by_letter(user: User, what: str) -> None:
    """Tell `user` about a change that was committed, if they have an e-mail address."""
    if user.email:
        happened = happened_here(user)
        accounts.send_notice(user.email, what, mailer_of(settings()), happened=happened)


@blueprint.app_template_global()
def passkey_host() -> str:
    """Return the host name that passkeys are bound to: at another one the button stays hidden."""
    return relying_party().id


@blueprint.app_template_global()
def has_passkey(user: User) -> bool:
    """Whether `user` can show a passkey."""
    return passkeys.count_of(user) > 0


@blueprint.app_template_global()
def has_authenticator(user: User) -> bool:
    """Whether `user` can show a code of an authenticator app, or a recovery code."""
    return second_factors.is_app_set_up(user) or second_factors.recovery_codes_left(user) > 0
