"""An invitation on the client's side: opened by link or code, then answered with yes or no."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from fstpwa.access import BACK_TO, INVITED, acting_user, confirmed, from_here, public, signed_in
from fstpwa.blueprints.accounts.forms import add_error
from fstpwa.blueprints.accounts.proving import form_again
from fstpwa.blueprints.sharing.blueprint import blueprint
from fstpwa.blueprints.sharing.forms import ABOUT, ConsentForm, OpenForm
from fstpwa.domain.errors import InvalidValue, TooMany
from fstpwa.extensions import db
from fstpwa.models.care import Invitation
from fstpwa.models.people import User
from fstpwa.services import invitations, people, throttle
from fstpwa.services.throttle import Counted
from fstpwa.web import go_to, invalid_form

PAGE, CONSENT = "sharing/arrive.html", "sharing/consent.html"


@blueprint.get("/i")
@public
def arrive() -> ResponseReturnValue:
    """Show where an invitation is opened: a script reads the link, or the code is typed."""
    return render_template(PAGE, form=OpenForm(formdata=None))


@blueprint.post("/i")
@public
def open_invitation() -> ResponseReturnValue:
    """Take a token or a code, and keep in this browser which invitation it opened."""
    form = OpenForm()
    row = _opened(form, datetime.now(UTC))
    if row is None:
        return form_again(PAGE, form=form)
    session[INVITED] = str(row.public_id)
    db.session.commit()
    if current_user.is_authenticated:
        return go_to(url_for("sharing.consent"))
    session[BACK_TO] = "sharing.consent"
    return go_to(url_for("sharing.begin"))


@blueprint.get("/i/begin")
@public
def begin() -> ResponseReturnValue:
    """Tell a visitor who invites them, and how to get an account to answer with."""
    if current_user.is_authenticated or INVITED not in session:
        where = "sharing.consent" if INVITED in session else "sharing.arrive"
        return redirect(url_for(where), code=303)
    therapist = _inviter(datetime.now(UTC))
    if therapist is None:
        return _over()
    return render_template("sharing/begin.html", name=_name_of(therapist))


@blueprint.get("/i/consent")
@signed_in
@confirmed("sharing.consent")
def consent() -> ResponseReturnValue:
    """Say who would see what, and ask."""
    if INVITED not in session:
        return redirect(url_for("sharing.arrive"), code=303)
    before = _said_before(acting_user())
    if before is not None:
        return before
    therapist = _inviter(datetime.now(UTC))
    if therapist is None:
        return _over()
    return render_template(CONSENT, **_showing(ConsentForm(formdata=None), therapist))


@blueprint.post("/i/consent")
@signed_in
@confirmed("sharing.consent")
def say_yes() -> ResponseReturnValue:
    """Take the yes, with what was ticked: from now on the therapist sees that."""
    if INVITED not in session:
        return go_to(url_for("sharing.arrive"))
    user, form, now = acting_user(), ConsentForm(), datetime.now(UTC)
    before = _said_before(user)
    if before is not None:
        return before
    therapist = _inviter(now)
    if therapist is None:
        return _over()
    if not all((form.validate(), form.says_who(user), form.ticks_something())):
        return invalid_form(CONSENT, CONSENT, **_showing(form, therapist))
    try:
        link = invitations.accept(user, _invited(), form.scopes(), now=now)
    except InvalidValue:  # somebody else was here this very moment
        return _over()
    if not user.name:
        people.say_name(user, form.name.data or "", now=now)
    db.session.commit()
    _forget()
    flash(_("%(name)s now sees what you ticked.", name=_name_of(therapist)))
    if not user.is_adult:  # they came for this, and have not been asked about their health yet
        return go_to(url_for("welcome.index"))
    return go_to(url_for("sharing.show", link_id=link.public_id))


@blueprint.post("/i/no")
@public
def say_no() -> ResponseReturnValue:
    """Take the no: this browser forgets the invitation, and nothing is shared."""
    _forget()
    flash(_("You said no. Nothing is shared."))
    return go_to(url_for("home.front"))


def _opened(form: OpenForm, now: datetime) -> Invitation | None:
    """Return the invitation that was opened, or None with words beside the field."""
    reader = acting_user() if current_user.is_authenticated else None
    try:
        if form.token.data:
            return invitations.opened_by_token(form.token.data, reader, now=now)
        if not (form.code.data or "").strip():
            add_error(form.code, _("Please type the code."))
            return None
        counted = (
            from_here(throttle.INVITATION_ADDRESS),
            Counted(throttle.INVITATION_ACCOUNT, str(reader.public_id) if reader else ""),
        )
        throttle.count(*counted, now=now)
        row = invitations.opened_by_code(form.code.data or "", reader, now=now)
        throttle.forgive(*counted)
    except TooMany as problem:
        form.problem = problem
        add_error(form.code, str(problem))
        return None
    except InvalidValue as error:
        add_error(form.code, str(error))
        return None
    return row


def _invited() -> UUID:
    """Return which invitation was opened here. The cookie is signed: nobody made it up."""
    return UUID(session[INVITED])


def _inviter(now: datetime) -> User | None:
    return invitations.inviter_of(_invited(), now=now)


def _said_before(user: User) -> ResponseReturnValue | None:
    """Return the way to what `user` shares with this therapist already, None if nothing."""
    there = invitations.standing_with_inviter(user, _invited())
    if there is None:
        return None
    _forget()
    flash(_("You share with %(name)s. Here you can change it.", name=_name_of(there.therapist)))
    return go_to(url_for("sharing.show", link_id=there.public_id))


def _over() -> ResponseReturnValue:
    """Say that the invitation which was opened here works no more."""
    _forget()
    form = OpenForm(formdata=None)
    return render_template(PAGE, form=form, problem=invitations.REFUSED), HTTPStatus.GONE


def _forget() -> None:
    """Let this browser forget the invitation: it was answered, or is over."""
    session.pop(INVITED, None)
    if session.get(BACK_TO) == "sharing.consent":
        session.pop(BACK_TO)


def _showing(form: ConsentForm, therapist: User) -> dict[str, object]:
    return {"form": form, "name": _name_of(therapist), "about": ABOUT, "user": acting_user()}


def _name_of(therapist: User) -> str:
    return therapist.name or _("A therapist")
