"""A therapist's invitations: made, shown once, listed, taken back; a client's code; ending a link."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, from_here, therapist
from fstpwa.blueprints.accounts.forms import add_error
from fstpwa.blueprints.accounts.proving import form_again
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.invite_forms import InviteForm, ShownCodeForm
from fstpwa.blueprints.qr_pictures import qr_picture
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue, NotSent, TooMany
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Side
from fstpwa.outbound.mail import mailer_of
from fstpwa.services import (
    access_log,
    care_links,
    invitations,
    people,
    shown_codes,
    throttle,
    vault,
)
from fstpwa.services.invitation_rows import Opening
from fstpwa.services.throttle import Counted
from fstpwa.web import go_to, settings

PAGE = "people/invite.html"


@blueprint.get("/people/invite")
@therapist
def invite() -> ResponseReturnValue:
    """Show how to invite somebody, and which invitations are open."""
    return render_template(
        PAGE, **_showing(InviteForm(formdata=None), ShownCodeForm(formdata=None))
    )


@blueprint.post("/people/invite")
@therapist
def make_invitation() -> ResponseReturnValue:
    """Make an invitation and show it, once; by letter as well where an address was typed."""
    user, form, now = acting_user(), InviteForm(), datetime.now(UTC)
    people.refuse_demo(user)
    opening = _made(form, now) if form.validate() and form.says_who(user) else None
    if opening is None:
        return form_again(PAGE, **_showing(form, ShownCodeForm(formdata=None)))
    db.session.commit()
    # Behind the # it reaches no server and no log.
    address = f"{settings().origin}{url_for('sharing.arrive')}#{opening.token}"
    return render_template(
        "people/invite_made.html",
        address=address,
        code=opening.code,
        picture=qr_picture(address),
        label=form.label.data,
        sent_to=_email_in(form),
    )


@blueprint.post("/people/invite/<uuid:invitation_id>/cancel")
@therapist
def cancel_invitation(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.cancel(acting_user(), invitation_id, now=datetime.now(UTC))
    db.session.commit()
    flash(_("That invitation works no more."))
    return go_to(url_for("people.invite"))


@blueprint.post("/people/invite/code")
@therapist
def take_shown_code() -> ResponseReturnValue:
    """Take the code that a client shows: from now on the therapist sees what they ticked."""
    form = ShownCodeForm()
    link = _link_by(form, datetime.now(UTC))
    if link is None:
        above = InviteForm(formdata=None)
        above.problem = form.problem
        return form_again(PAGE, **_showing(above, form))
    db.session.commit()
    flash(_("%(name)s shares with you now.", name=link.client.name or _("Your client")))
    return go_to(url_for("people.client", link_id=link.public_id))


@blueprint.get("/people/<uuid:link_id>/end")
@therapist
def ask_end(link_id: UUID) -> ResponseReturnValue:
    """Say what ends, and ask."""
    link = care_links.seen_by(acting_user(), link_id)
    access_log.note([link.id], "overview", now=datetime.now(UTC))
    return render_template("people/invite_end.html", link=link)


@blueprint.post("/people/<uuid:link_id>/end")
@therapist
def end(link_id: UUID) -> ResponseReturnValue:
    """End it at once: the therapist sees nothing of this client any more."""
    user = acting_user()
    link = care_links.seen_by(user, link_id)
    people.refuse_demo(user)
    care_links.end(link, Side.THERAPIST, now=datetime.now(UTC))
    db.session.commit()
    flash(_("Ended. You see nothing of %(name)s any more.", name=link.client.name))
    return go_to(url_for("people.index"))


def _made(form: InviteForm, now: datetime) -> Opening | None:
    """Return what opens a new invitation, or None with words in the form."""
    user, label = acting_user(), form.label.data or ""
    if not user.name:
        people.say_name(user, form.name.data or "", now=now)
    email = _email_in(form)
    try:
        if not email:
            return invitations.invite(user, label, now=now)
        mailer, origin = mailer_of(settings()), settings().origin
        return invitations.invite_by_letter(
            user, label, email, origin=origin, mailer=mailer, now=now
        )
    except (TooMany, NotSent) as problem:
        form.problem = problem
        add_error(form.email, str(problem))
    except Conflict as problem:
        add_error(form.label, str(problem))
    return None


def _link_by(form: ShownCodeForm, now: datetime) -> CareLink | None:
    """Return the link that a typed code begins, or None with words beside the field."""
    user, typed = acting_user(), (form.code.data or "").strip()
    people.refuse_demo(user)
    if not typed:
        add_error(form.code, _("Please type the code."))
        return None
    counted = (
        from_here(throttle.INVITATION_ADDRESS),
        Counted(throttle.INVITATION_ACCOUNT, str(user.public_id)),
    )
    try:
        throttle.count(*counted, now=now)
        link = shown_codes.take_code(user, typed, now=now)
    except TooMany as problem:
        form.problem = problem
        add_error(form.code, str(problem))
        return None
    except (InvalidValue, Conflict) as error:
        add_error(form.code, str(error))
        return None
    throttle.forgive(*counted)
    return link


def _email_in(form: InviteForm) -> str:
    """Return where a letter goes; nowhere while no mail server is set up."""
    return form.email.address if settings().mail_host else ""


def _showing(form: InviteForm, code_form: ShownCodeForm) -> dict[str, Any]:
    user, now = acting_user(), datetime.now(UTC)
    return {
        "form": form,
        "code_form": code_form,
        "user": user,
        "has_mail": bool(settings().mail_host),
        "open_ones": [
            (each, vault.readable(user, each.label))
            for each in invitations.open_ones(user, now=now)
        ],
        "day_of": lambda at: local_day(at, user.time_zone),
        "today": local_day(now, user.time_zone),
    }
