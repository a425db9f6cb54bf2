"""Carrying somebody over to another browser or to the installed app, without an account too."""

from datetime import UTC, datetime

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, confirmed, from_here, public, signed_in
from fstpwa.blueprints.accounts.blueprint import blueprint
from fstpwa.blueprints.accounts.forms import CarryForm, add_error
from fstpwa.blueprints.entering import open_here, would_be_lost
from fstpwa.blueprints.qr_pictures import qr_picture
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.services import carrying, people, throttle
from fstpwa.web import invalid_form, settings

PAGE = "accounts/carry.html"
OFFER = "accounts/carry_offer.html"


@blueprint.get("/settings/carry")
@signed_in
@confirmed("accounts.offer_carry")
def offer_carry() -> ResponseReturnValue:
    """Explain how to go on in another browser."""
    return render_template(OFFER, code=None)


@blueprint.post("/settings/carry")
@signed_in
@confirmed("accounts.offer_carry")
def make_carry_code() -> ResponseReturnValue:
    """Show a code that opens this person in another browser, once, for ten minutes."""
    people.refuse_demo(acting_user())
    code = carrying.make_code(acting_user(), now=datetime.now(UTC))
    db.session.commit()
    # Behind the # it reaches no server and no log.
    address = f"{settings().origin}{url_for('accounts.carry')}#{code}"
    return render_template(OFFER, code=code, picture=qr_picture(address))


@blueprint.get("/carry")
@public
def carry() -> ResponseReturnValue:
    """Show where the code from the other browser is typed."""
    return render_template(PAGE, form=CarryForm(), would_be_lost=would_be_lost())


@blueprint.post("/carry")
@public
def take_carry_code() -> ResponseReturnValue:
    """Take the code: this browser opens the same person."""
    now = datetime.now(UTC)
    form = CarryForm()
    lost = would_be_lost()
    user = None
    if form.validate() and form.may_lose(would_be_lost=lost):
        user = _carried(form, now)
    if user is None:
        return invalid_form(PAGE, PAGE, form=form, would_be_lost=lost)
    response = open_here(user, now=now, way="carry", is_confirmed=False)
    db.session.commit()
    return response


def _carried(form: CarryForm, now: datetime) -> User | None:
    """Return whom the typed code carries over, or None with words beside the field."""
    counted = from_here(throttle.CARRY_ADDRESS)
    throttle.count(counted, now=now)
    try:
        user = carrying.take_code(form.code.data or "", now=now)
    except InvalidValue as error:
        add_error(form.code, str(error))
        return None
    throttle.forgive(counted)
    return user
