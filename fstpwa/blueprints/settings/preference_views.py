"""What somebody likes, has at hand and can get into."""

from datetime import UTC, datetime

from flask import abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.settings.blueprint import blueprint
from fstpwa.blueprints.settings.preference_forms import PlaceForm, WishForm
from fstpwa.content import library
from fstpwa.domain.movement import Movement, short_label
from fstpwa.extensions import db
from fstpwa.services.preferences import change_place, change_wish, named, preferences_of
from fstpwa.web import after_post, go_to, invalid_form

PAGE, PLACE_FORM = "settings/preferences.html", "settings/_place_form.html"


@blueprint.get("/preferences")
@signed_in
def preferences() -> ResponseReturnValue:
    """Show what is at hand, the positions, and the movements that are liked and not."""
    return render_template(PAGE, **_showing(PlaceForm.of(preferences_of(acting_user()))))


@blueprint.post("/preferences")
@signed_in
def change_preferences() -> ResponseReturnValue:
    """Store what is at hand and which positions are possible."""
    user = acting_user()
    form = PlaceForm.of(preferences_of(user))
    if not form.validate():
        return invalid_form(PAGE, PLACE_FORM, **_showing(form))
    change_place(user, form.missing(), form.chosen_position(), now=datetime.now(UTC))
    db.session.commit()
    return after_post(PLACE_FORM, otherwise=url_for(".preferences"), saved=True, form=form)


@blueprint.post("/preferences/movement")
@signed_in
def change_movement_wish() -> ResponseReturnValue:
    """Store what somebody says of one movement, then go back to where they said it."""
    form = WishForm()
    if not form.validate():
        abort(422)
    slug = form.movement.data or ""
    wished = change_wish(acting_user(), slug, form.chosen(), now=datetime.now(UTC))
    db.session.commit()
    if form.back_to.data == "movement":
        return go_to(url_for("movements.show", slug=slug, _anchor="wish"))
    name = library().movements[slug].name
    match wished.wish(slug):
        case "avoided":
            flash(_("%(name)s is left out of your sessions.", name=name))
        case "preferred":
            flash(_("%(name)s comes first where one has to stand in.", name=name))
        case _:
            flash(_("Nothing is set for %(name)s any more.", name=name))
    return go_to(url_for(".preferences", _anchor="movements"))


def _showing(form: PlaceForm) -> dict[str, object]:
    found = preferences_of(acting_user())
    return {
        "form": form,
        "avoided": named(found.avoided),
        "preferred": named(found.preferred),
        "to_choose": _to_choose(found.avoided | found.preferred),
    }


def _to_choose(said: frozenset[str]) -> dict[str, list[Movement]]:
    """Return the movements on offer of which nothing was said: the kind's name -> by name."""
    kinds = library().vocabularies.kinds
    groups: dict[str, list[Movement]] = {short_label(label): [] for label in kinds.values()}
    for movement in sorted(library().movements_on_offer(), key=lambda each: each.name):
        if movement.slug not in said:
            groups[short_label(kinds[movement.kind])].append(movement)
    return {label: found for label, found in groups.items() if found}
