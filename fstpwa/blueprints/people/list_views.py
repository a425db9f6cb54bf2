"""Who needs me today: the list of clients, setting one aside, and from when on to be told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.list_forms import ThresholdsForm
from fstpwa.blueprints.people.list_query import CaseloadQuery
from fstpwa.blueprints.people.spark_lines import spark_line
from fstpwa.domain.adherence import Kept
from fstpwa.domain.attention import Group, four_weeks
from fstpwa.domain.attention_reasons import on_day
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.extensions import db
from fstpwa.models.care import CareLink
from fstpwa.services import access_log, caseload_settings
from fstpwa.services.care_links import seen_by
from fstpwa.services.caseload import Client, caseload
from fstpwa.services.caseload_settings import SNOOZE_DAYS
from fstpwa.web import go_to, invalid_form

ON_A_PAGE = 50
GROUPS = {
    Group.DOING_WORSE: lazy_gettext("Doing it, and worse"),
    Group.NOT_DOING_WORSE: lazy_gettext("Not doing it, and worse"),
    Group.NOT_DOING_FINE: lazy_gettext("Not doing it, and fine"),
    Group.TOO_EARLY: lazy_gettext("Too early to say"),
    Group.DOING_BETTER: lazy_gettext("Doing it, and better or steady"),
    Group.RESTING: lazy_gettext("The plan rests"),
    Group.NOT_SHARED: lazy_gettext("Not shared"),
}
SNOOZES = {
    1: lazy_gettext("1 day"),
    3: lazy_gettext("3 days"),
    7: lazy_gettext("1 week"),
    14: lazy_gettext("2 weeks"),
    28: lazy_gettext("4 weeks"),
}
THRESHOLDS = "people/thresholds.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A client as the list shows them."""

    client: Client
    kept: Kept
    spark: Markup
    last: str
    """When they last practised, in words; empty if not in four weeks."""


@blueprint.get("/people")
@therapist
def index() -> ResponseReturnValue:
    """Show all clients, whoever needs the therapist most first, or those the address asks for."""
    user, now = acting_user(), datetime.now(UTC)
    query = CaseloadQuery.read(request.args)
    clients = caseload(user, now=now)
    found = query.found_in(clients)
    first = (query.page - 1) * ON_A_PAGE
    shown = found[first : first + ON_A_PAGE]
    aside = _set_aside(clients)
    seen = {each.link_number for each in (*shown, *([aside] if aside else []))}
    access_log.note(sorted(seen), "list", now=now)
    return render_template(
        "people/index.html",
        query=query,
        rows=[_row(each) for each in shown],
        count=len(found),
        pages=-(-len(found) // ON_A_PAGE),
        counts=_counts(clients),
        aside=aside,
        today=local_day(now, user.time_zone),
        # Said fifty times on a page, looked up once.
        groups={group: str(words) for group, words in GROUPS.items()},
        snoozes={days: str(words) for days, words in SNOOZES.items()},
    )


@blueprint.post("/people/<uuid:link_id>/snooze")
@therapist
def snooze(link_id: UUID) -> ResponseReturnValue:
    """Set a client aside for some days."""
    link = seen_by(acting_user(), link_id)
    chosen = request.form.get("days", "")
    if chosen not in map(str, SNOOZE_DAYS):
        raise InvalidValue(_("Choose one of the days that are offered."))
    caseload_settings.snooze(link, int(chosen), now=datetime.now(UTC))
    db.session.commit()
    return _back_to_list(set_aside=link_id)


@blueprint.post("/people/<uuid:link_id>/snooze/undo")
@therapist
def wake(link_id: UUID) -> ResponseReturnValue:
    """Show a client again who was set aside."""
    caseload_settings.wake(seen_by(acting_user(), link_id))
    db.session.commit()
    return _back_to_list()


@blueprint.get("/people/<uuid:link_id>/thresholds")
@therapist
def thresholds(link_id: UUID) -> ResponseReturnValue:
    """Show from when on to be told of a client."""
    link = seen_by(acting_user(), link_id)
    access_log.note([link.id], "list", now=datetime.now(UTC))
    form = ThresholdsForm.of(caseload_settings.thresholds_of(link))
    return render_template(THRESHOLDS, **_about(link, form))


@blueprint.post("/people/<uuid:link_id>/thresholds")
@therapist
def set_thresholds(link_id: UUID) -> ResponseReturnValue:
    """Store from when on to be told of a client."""
    link, form = seen_by(acting_user(), link_id), ThresholdsForm()
    if not form.validate():
        access_log.note([link.id], "list", now=datetime.now(UTC))
        db.session.commit()
        return invalid_form(THRESHOLDS, "people/_thresholds_form.html", **_about(link, form))
    caseload_settings.set_thresholds(link, form.thresholds)
    db.session.commit()
    flash(_("Saved. The list follows it from now on."))
    return go_to(url_for("people.index"))


def _row(client: Client) -> Row:
    facts = client.facts
    last = facts.last_practised
    return Row(
        client=client,
        kept=four_weeks(facts),
        spark=spark_line(facts),
        last=on_day(last, facts.today) if last else "",
    )


def _counts(clients: Sequence[Client]) -> Counter[str]:
    """Return how many there are behind each filter: by `Show`, and by group."""
    awake = [each for each in clients if each.snoozed_until is None]
    found = Counter(each.attention.group.value for each in awake)
    found["all"] = len(awake)
    found["needs"] = sum(bool(each.attention.reasons) for each in awake)
    found["mine"] = sum(each.is_assigned for each in awake)
    found["snoozed"] = len(clients) - len(awake)
    return found


def _set_aside(clients: Sequence[Client]) -> Client | None:
    """Return who was set aside just now, so that it can be undone."""
    asked = request.args.get("set_aside", "")
    return next(
        (each for each in clients if each.snoozed_until and str(each.link_id) == asked), None
    )


def _about(link: CareLink, form: ThresholdsForm) -> dict[str, Any]:
    return {"link": link, "form": form}


def _back_to_list(**more: Any) -> ResponseReturnValue:
    """Go back to the list as it was."""
    return go_to(url_for("people.index", **{**CaseloadQuery.read(request.args).values, **more}))
