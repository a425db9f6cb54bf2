"""Who sees what of somebody: changed and ended by them at any time, and who looked when."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, confirmed, is_confirmed, signed_in
from fstpwa.blueprints.sharing.blueprint import blueprint
from fstpwa.blueprints.sharing.forms import ABOUT, ScopesForm
from fstpwa.domain.days import clock_time, local_day, minute_of_day
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, Side
from fstpwa.models.people import User
from fstpwa.services import access_log, care_links, people, shown_codes
from fstpwa.services.access_log import Look
from fstpwa.services.care_links import Scopes
from fstpwa.web import go_to

WISHED = "wished_scopes"
"""In the browser's signed cookie: what somebody ticked before they proved who they are."""
FEW_LOOKS = 20


@blueprint.get("/settings/sharing")
@signed_in
def index() -> ResponseReturnValue:
    """Show who sees what, and who looked."""
    user, now = acting_user(), datetime.now(UTC)
    return render_template(
        "sharing/index.html",
        links=care_links.links_of(user),
        ended=care_links.ended_links_of(user),
        code=shown_codes.code_shown_by(user, now=now),
        user=user,
        **_with_looks(user, access_log.looks_of(user), now),
    )


@blueprint.get("/settings/sharing/<uuid:link_id>")
@signed_in
def show(link_id: UUID) -> ResponseReturnValue:
    """Show what one therapist sees, to be changed or ended."""
    link = care_links.given_by(acting_user(), link_id)
    wished = session.pop(WISHED, None)
    if wished is not None and wished["link"] == str(link_id):
        return _link_page(link, Scopes(**wished["scopes"]), is_not_saved=True)
    return _link_page(link, care_links.scopes_of(link))


@blueprint.post("/settings/sharing/<uuid:link_id>")
@signed_in
def change(link_id: UUID) -> ResponseReturnValue:
    """Let a therapist see what is ticked, and nothing else. To show more asks who it is."""
    user, now = acting_user(), datetime.now(UTC)
    link, wished = care_links.given_by(user, link_id), ScopesForm().scopes()
    people.refuse_demo(user)
    if care_links.opens_more(care_links.scopes_of(link), wished) and not is_confirmed(now):
        session[WISHED] = {"link": str(link_id), "scopes": asdict(wished)}
        return go_to(url_for("accounts.confirm", then="sharing.go_on"))
    care_links.change(link, wished, now=now)
    db.session.commit()
    flash(_("Saved. It holds from now on."))
    return go_to(url_for("sharing.show", link_id=link_id))


@blueprint.get("/settings/sharing/go-on")
@signed_in
@confirmed("sharing.go_on")
def go_on() -> ResponseReturnValue:
    """Lead back to what was ticked before somebody had to prove who they are."""
    wished = session.get(WISHED)
    if wished is None:
        return redirect(url_for("sharing.index"), code=303)
    return redirect(url_for("sharing.show", link_id=wished["link"]), code=303)


@blueprint.get("/settings/sharing/<uuid:link_id>/end")
@signed_in
def ask_end(link_id: UUID) -> ResponseReturnValue:
    """Say what ends, and ask."""
    link = care_links.given_by(acting_user(), link_id)
    return render_template("sharing/end.html", link=link)


@blueprint.post("/settings/sharing/<uuid:link_id>/end")
@signed_in
def end(link_id: UUID) -> ResponseReturnValue:
    """End it at once. Nobody is asked to prove anything for it."""
    user = acting_user()
    link = care_links.given_by(user, link_id)
    people.refuse_demo(user)
    care_links.end(link, Side.CLIENT, now=datetime.now(UTC))
    db.session.commit()
    flash(_("Ended. %(name)s sees nothing of yours any more.", name=link.therapist.name))
    return go_to(url_for("sharing.index"))


def _link_page(link: CareLink, scopes: Scopes, *, is_not_saved: bool = False) -> str:
    user = acting_user()
    looks = access_log.looks_of(user, link, at_most=FEW_LOOKS)
    return render_template(
        "sharing/show.html",
        link=link,
        form=ScopesForm.of(scopes),
        name=link.therapist.name or _("A therapist"),
        about=ABOUT,
        is_not_saved=is_not_saved,
        events=care_links.events_of(link),
        **_with_looks(user, looks, datetime.now(UTC)),
    )


def _with_looks(user: User, looks: Iterable[Look], now: datetime) -> dict[str, Any]:
    """Return what both pages need: who looked, the names of scopes, and the person's own days."""
    form = ScopesForm(formdata=None)
    return {
        "looks": list(_by_day(user, looks)),
        "words": access_log.WORDS,
        "labels": {name: form[name].label.text for name in asdict(Scopes())},
        "day_of": lambda at: local_day(at, user.time_zone),
        "time_of": lambda at: clock_time(minute_of_day(at, user.time_zone)),
        "today": local_day(now, user.time_zone),
    }


def _by_day(user: User, looks: Iterable[Look]) -> Iterator[tuple[date, list[Look]]]:
    """Yield the looks of each of the person's own days, newest first."""
    for day, those in groupby(looks, lambda look: local_day(look.last_at, user.time_zone)):
        yield day, list(those)
