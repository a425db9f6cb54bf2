"""The setback card: read, written, printed."""

from datetime import UTC, datetime

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.flares.blueprint import blueprint
from fstpwa.blueprints.flares.forms import SetbackForm
from fstpwa.domain.setback import Setback
from fstpwa.extensions import db
from fstpwa.offline import kept_offline
from fstpwa.services import setback_cards
from fstpwa.web import go_to, invalid_form

PAGE, FORM = "flares/setback.html", "flares/_setback_form.html"


@blueprint.get("/setback-card")
@signed_in
@kept_offline
def setback_card() -> ResponseReturnValue:
    """Show the card, or its form while nothing is written on it."""
    card = setback_cards.card_of(acting_user())
    writes = not card or bool(request.args.get("change"))
    return render_template(
        PAGE, **_context(card, SetbackForm(formdata=None, data=card.lines()), writes=writes)
    )


@blueprint.post("/setback-card")
@signed_in
def write_setback_card() -> ResponseReturnValue:
    """Store the card."""
    user = acting_user()
    form = SetbackForm()
    if not form.validate():
        return invalid_form(PAGE, FORM, **_context(setback_cards.card_of(user), form, writes=True))
    card = form.card()
    setback_cards.write_card(user, card, now=datetime.now(UTC))
    db.session.commit()
    flash(_("Your card is saved.") if card else _("The card is empty again."))
    return go_to(url_for("flares.setback_card"))


def _context(card: Setback, form: SetbackForm, *, writes: bool) -> dict[str, object]:
    return {"card": card, "form": form, "writes": writes}
