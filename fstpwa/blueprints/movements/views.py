"""The movement library."""

from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from fstpwa.access import acting_user, public
from fstpwa.blueprints.gate_pages import gate_here, marked
from fstpwa.blueprints.movements import presenting
from fstpwa.content import library
from fstpwa.domain.errors import NotFound
from fstpwa.domain.gate_words import marks_of
from fstpwa.domain.library_search import FACETS, Found, LibraryQuery, read_query, search
from fstpwa.domain.movement import Movement
from fstpwa.domain.preferences import why_not
from fstpwa.offline import kept_offline
from fstpwa.services import care_links
from fstpwa.services.figures import figure_of, in_words
from fstpwa.services.preferences import preferences_of

blueprint = Blueprint("movements", __name__, url_prefix="/movements")


@blueprint.get("")
@public
@kept_offline
def index() -> ResponseReturnValue:
    """Show the movements that fit the words and filters of the address."""
    query = read_query(
        request.args.get("q", ""),
        {name: request.args.getlist(name) for name in FACETS},
        library().vocabularies,
    )
    found = search(presenting.search_index(), query)
    page = render_template(
        "movements/index.html",
        query=query,
        cards=[presenting.card_of(movement.slug) for movement in found.movements],
        facets=presenting.facets_of(query, found),
        active=_active_filters(query),
        by_words_only=_by_words_only(query) if not found.movements else 0,
        words_only_url=_address(query.without_choices()),
        figure_of=figure_of,
        **_gate_of(found),
    )
    response = make_response(page)
    # htmx puts this into the address bar: the same address without the empty search field.
    response.headers["HX-Push-Url"] = _address(query)
    return response


@blueprint.get("/<slug:slug>")
@public
@kept_offline
def show(slug: str) -> ResponseReturnValue:
    """Show one movement. A retired one can still be read."""
    movement = library().movements.get(slug)
    if movement is None:
        raise NotFound("There is no such movement.")
    return render_template(
        "movements/show.html",
        movement=movement,
        page=presenting.page_of(slug),
        figure=figure_of(slug),
        shows=in_words(movement),
        gate=(gate := gate_here()),
        marked=marked(movement, gate),
        whom=care_links.links_of(acting_user()) if current_user.is_authenticated else (),
        **_wish_of(movement),
    )


def _wish_of(movement: Movement) -> dict[str, object]:
    """Return what whoever is here says of a movement, nothing for a visitor."""
    if not current_user.is_authenticated:
        return {"wish": None}
    found = preferences_of(acting_user())
    return {
        "wish": found.wish(movement.slug),
        "misfit": why_not(movement, found, library().vocabularies),
    }


def _gate_of(found: Found) -> dict[str, object]:
    """Return what holds for whoever is here, and what it does to the movements found."""
    gate = gate_here()
    marks = marks_of(found.movements, gate.standing.conditions) if gate else {}
    return {"gate": gate, "marks": marks}


def _address(query: LibraryQuery) -> str:
    values = [("q", query.text)] if query.text else []
    values += [(name, code) for name, codes in query.items() for code in sorted(codes)]
    address = url_for("movements.index")
    return f"{address}?{urlencode(values)}" if values else address


def _active_filters(query: LibraryQuery) -> list[tuple[str, str]]:
    """Return what is on, each with the address that takes it away."""
    active = [(f"“{query.text}”", _address(query.without_text()))] if query.text else []
    for name, codes in query.items():
        active += [
            (label, _address(query.without(name, code)))
            for code, label in presenting.labels()[name].items()
            if code in codes
        ]
    return active


def _by_words_only(query: LibraryQuery) -> int:
    """Return how many movements there would be without the filters, 0 where that is no help."""
    if not query.words or not query.choices:
        return 0
    return len(search(presenting.search_index(), query.without_choices()).movements)
