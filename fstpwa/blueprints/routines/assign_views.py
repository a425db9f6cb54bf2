"""Giving one routine to one or many clients."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.people.assign_forms import AssignForm
from fstpwa.blueprints.people.assign_showing import for_client
from fstpwa.blueprints.people.client_showing import name_of
from fstpwa.blueprints.routines.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.programme import Programme
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, RoutineVersion
from fstpwa.services import access_log, assignments, prescriptions, routines
from fstpwa.services.assigning import MOST_AT_ONCE, clients_of
from fstpwa.web import go_to, invalid_form

PAGE, FORM = "routines/assign_form.html", "routines/_assign_form.html"


@blueprint.get("/routines/<uuid:routine_id>/assign")
@therapist
def assign(routine_id: UUID) -> ResponseReturnValue:
    """Ask who is to do a routine; then, for whoever was ticked, on which days."""
    now, version = datetime.now(UTC), _version(routine_id)
    if not {"to", "next"} & request.args.keys():
        return _choose(version)
    links = _ticked(request.args.getlist("to"))
    if not links or len(links) > MOST_AT_ONCE:
        return _choose(version, too_many=bool(links)), 422
    access_log.note([each.id for each in links], "plan", now=now)
    return render_template(PAGE, **_context(version, links, None))


@blueprint.post("/routines/<uuid:routine_id>/assign")
@therapist
def give(routine_id: UUID) -> ResponseReturnValue:
    """Give a routine to the clients who were ticked: to all of them, or to none."""
    now, version = datetime.now(UTC), _version(routine_id)
    links = _ticked(request.form.getlist("to"))
    if not links or len(links) > MOST_AT_ONCE:
        refused = _choose(version, too_many=bool(links))
        db.session.commit()
        return refused, 422
    programme = _as_given(version)
    form = AssignForm.giving(programme, _today())
    problem = ""
    if form.validate():
        try:
            # In one order, so that two forms at once do not wait for each other.
            for link in sorted(links, key=lambda each: each.user_id):
                _refuse_emptied(link, programme)
                assignments.assign_routine(link, version, form.entry(), now=now)
        except InvalidValue as refused:
            problem = str(refused)
            db.session.rollback()
        else:
            return _given(links, now)
    links, version = _ticked(request.form.getlist("to")), _version(routine_id)
    answer = invalid_form(PAGE, FORM, **_context(version, links, form, problem))
    access_log.note([each.id for each in links], "plan", now=now)
    db.session.commit()
    return answer


def _given(links: list[CareLink], now: datetime) -> ResponseReturnValue:
    access_log.note([each.id for each in links], "changed", now=now)
    names = [name_of(each) for each in links]
    db.session.commit()
    flash(
        ngettext(
            "Assigned to %(who)s, who is told.",
            "Assigned to %(num)s clients, who are told.",
            len(names),
            who=names[0],
        )
    )
    return go_to(url_for("routines.index"))


def _choose(version: RoutineVersion, *, too_many: bool | None = None) -> str:
    links = clients_of(acting_user())
    access_log.note([each.id for each in links], "list", now=datetime.now(UTC))
    problem = ""
    if too_many is not None:
        problem = (
            _("Choose at most %(most)s clients at once.", most=MOST_AT_ONCE)
            if too_many
            else _("Choose at least one client.")
        )
    return render_template(
        "routines/assign.html",
        version=version,
        clients=[(each, name_of(each)) for each in links],
        problem=problem,
    )


def _context(
    version: RoutineVersion, links: list[CareLink], form: AssignForm | None, problem: str = ""
) -> dict[str, Any]:
    programme = _as_given(version)
    return {
        "version": version,
        "clients": [for_client(each, programme) for each in links],
        "form": form or AssignForm.giving(programme, _today()),
        "action": url_for("routines.give", routine_id=version.routine.public_id),
        "problem": problem,
        "minutes": minutes(routines.total_s(routines.lines_of(version))),
    }


def _ticked(sent: list[str]) -> list[CareLink]:
    """Return the standing links that were ticked; what is no such link raises NotFound.

    One that ended since the page was opened is refused for all: nothing is given half.
    """
    try:
        wanted = {UUID(each) for each in sent}
    except ValueError:
        raise NotFound("There is no such client.") from None
    if not wanted:
        return []
    if len(wanted) > MOST_AT_ONCE:
        wanted = set(sorted(wanted)[: MOST_AT_ONCE + 1])
    found = list(clients_of(acting_user(), wanted))
    if len(found) != len(wanted):
        raise NotFound("There is no such client.")
    return found


def _version(routine_id: UUID) -> RoutineVersion:
    routine = routines.routine_for(acting_user(), routine_id)
    if routine.archived_at is not None:
        raise NotFound("It is put away.")
    return routines.newest(routine)


def _as_given(version: RoutineVersion) -> Programme:
    return prescriptions.as_given(prescriptions.data_of_routine(version))


def _today() -> date:
    return local_day(datetime.now(UTC), acting_user().time_zone)


def _refuse_emptied(link: CareLink, programme: Programme) -> None:
    one = for_client(link, programme)
    if one.says is not None and one.says.is_emptied:
        raise InvalidValue(
            _(
                "With the answers of %(name)s nothing of this can be done. Give them something else.",
                name=one.name,
            )
        )
