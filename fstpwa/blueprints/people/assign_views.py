"""Giving one client a routine or a programme, taking it back, and lifting a lock for them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fstpwa.access import acting_user, therapist
from fstpwa.blueprints.gate_pages import in_words
from fstpwa.blueprints.people.assign_forms import (
    AMOUNTS,
    USUAL,
    AdaptRow,
    AssignForm,
    UnlockForm,
    adapt_rows,
    changes_of,
)
from fstpwa.blueprints.people.assign_showing import (
    ForClient,
    begins_in_words,
    days_to_begin_with,
    for_client,
    todays,
)
from fstpwa.blueprints.people.blueprint import blueprint
from fstpwa.blueprints.people.client_showing import name_of
from fstpwa.content import library
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.gate_words import marks_of
from fstpwa.domain.prescription import Changes, slugs_in
from fstpwa.domain.programme import Programme
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.care import CareLink, RoutineVersion
from fstpwa.services import access_log, assignments, prescriptions, routines, unlocks
from fstpwa.services.assigning import PLAN, liftable, runs_of
from fstpwa.services.care_links import Scopes, seen_by
from fstpwa.services.gate import gate_today
from fstpwa.services.unlocks import TherapistUnlock
from fstpwa.web import go_to, invalid_form

RECORDS = Scopes(shares_records=True)
PAGE, FORM = "people/assign_form.html", "people/_assign_form.html"
NOTHING_LEFT = "With their answers nothing of this can be done. Choose something else for them."


@blueprint.get("/people/<uuid:link_id>/assign")
@therapist
def assign(link_id: UUID) -> ResponseReturnValue:
    """Show what could be given to a client, and what they follow now."""
    link = seen_by(acting_user(), link_id, PLAN)
    access_log.note([link.id], "plan", now=datetime.now(UTC))
    return render_template(
        "people/assign.html",
        minutes=minutes,
        link=link,
        name=name_of(link),
        today=todays(link),
        runs=runs_of(link),
        routines=routines.listed(acting_user()),
        programmes=library().programmes_on_offer(),
    )


@blueprint.get("/people/<uuid:link_id>/assign/routine/<uuid:routine_id>")
@therapist
def assign_routine(link_id: UUID, routine_id: UUID) -> ResponseReturnValue:
    """Ask on which days a client is to do a routine, with what the gate does to it."""
    link, version = seen_by(acting_user(), link_id, PLAN), _version(routine_id)
    access_log.note([link.id], "plan", now=datetime.now(UTC))
    return render_template(PAGE, **_routine_context(link, version, None))


@blueprint.post("/people/<uuid:link_id>/assign/routine/<uuid:routine_id>")
@therapist
def give_routine(link_id: UUID, routine_id: UUID) -> ResponseReturnValue:
    """Give a client a routine."""
    link, version = seen_by(acting_user(), link_id, PLAN), _version(routine_id)
    programme = _as_given(version)
    form = AssignForm.giving(programme, todays(link))
    problem = ""
    if form.validate():
        try:
            _refuse_emptied(link, programme)
            given = assignments.assign_routine(link, version, form.entry(), now=datetime.now(UTC))
        except InvalidValue as refused:
            problem = _undone(refused)
        else:
            return _given(link, given.starts_on)
    # The answer reads afresh: what was refused is undone.
    link, version = seen_by(acting_user(), link_id, PLAN), _version(routine_id)
    return _refused(link, _routine_context(link, version, form, problem))


@blueprint.get("/people/<uuid:link_id>/assign/programme/<slug:slug>")
@therapist
def assign_programme(link_id: UUID, slug: str) -> ResponseReturnValue:
    """Ask on which days a client is to do a programme, and what is different for them."""
    link = seen_by(acting_user(), link_id, PLAN)
    access_log.note([link.id], "plan", now=datetime.now(UTC))
    return render_template(PAGE, **_programme_context(link, slug, None))


@blueprint.post("/people/<uuid:link_id>/assign/programme/<slug:slug>")
@therapist
def give_programme(link_id: UUID, slug: str) -> ResponseReturnValue:
    """Give a client a programme of the library, as it is or adapted."""
    link = seen_by(acting_user(), link_id, PLAN)
    source = prescriptions.data_of_programme(slug, Changes())
    form = AssignForm.giving(prescriptions.as_given(source), todays(link))
    rows = adapt_rows(slugs_in(source), request.form)
    problem = ""
    if form.validate():
        try:
            changes = changes_of(rows)
            adapted = prescriptions.as_given(prescriptions.data_of_programme(slug, changes))
            _refuse_emptied(link, adapted)
            given = assignments.assign_programme(
                link, slug, form.entry(), changes, now=datetime.now(UTC)
            )
        except InvalidValue as refused:
            problem = _undone(refused)
        else:
            return _given(link, given.starts_on)
    link = seen_by(acting_user(), link_id, PLAN)
    return _refused(link, _programme_context(link, slug, form, rows, problem))


@blueprint.post("/people/<uuid:link_id>/assign/<uuid:assignment_id>/withdraw")
@therapist
def withdraw(link_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """Take back what was given to a client."""
    link, now = seen_by(acting_user(), link_id, PLAN), datetime.now(UTC)
    assignments.withdraw(assignments.given_by_link(link, assignment_id), now=now)
    access_log.note([link.id], "changed", now=now)
    db.session.commit()
    flash(_("Taken back. What was done of it stays in their history."))
    return go_to(url_for("people.assign", link_id=link_id))


@blueprint.get("/people/<uuid:link_id>/unlock")
@therapist
def locks(link_id: UUID) -> ResponseReturnValue:
    """Show what a therapist can lift for a client."""
    link = seen_by(acting_user(), link_id, RECORDS)
    access_log.note([link.id], "overview", now=datetime.now(UTC))
    return render_template("people/unlock.html", **_locks(link, None))


@blueprint.post("/people/<uuid:link_id>/unlock")
@therapist
def unlock(link_id: UUID) -> ResponseReturnValue:
    """Lift a lock for a client, with the reason; they see both."""
    link, now = seen_by(acting_user(), link_id, RECORDS), datetime.now(UTC)
    form = UnlockForm()
    if not form.validate():
        access_log.note([link.id], "overview", now=now)
        db.session.commit()
        return render_template("people/unlock.html", **_locks(link, form)), 422
    standing = gate_today(link.client, todays(link)).standing
    entry = TherapistUnlock(key=form.key.data or "", reason=form.reason.data or "")
    unlocks.record_therapist(link.client, acting_user(), entry, standing, now=now)
    access_log.note([link.id], "changed", now=now)
    db.session.commit()
    flash(_("Lifted. They see it, with your name and reason, under their health answers."))
    return go_to(url_for("people.locks", link_id=link_id))


def _routine_context(
    link: CareLink, version: RoutineVersion, form: AssignForm | None, problem: str = ""
) -> dict[str, Any]:
    programme = _as_given(version)
    return {
        **_context(link, programme, form, problem),
        "action": url_for(
            "people.give_routine", link_id=link.public_id, routine_id=version.routine.public_id
        ),
        "purpose": version.purpose,
        "minutes": minutes(routines.total_s(routines.lines_of(version))),
        "rows": (),
    }


def _programme_context(
    link: CareLink,
    slug: str,
    form: AssignForm | None,
    rows: tuple[AdaptRow, ...] | None = None,
    problem: str = "",
) -> dict[str, Any]:
    source = prescriptions.data_of_programme(slug, Changes())
    programme = prescriptions.as_given(source)
    rows = rows if rows is not None else adapt_rows(slugs_in(source), request.args)
    context = _context(link, programme, form, problem)
    known: ForClient = context["one"]
    conditions = known.says.gate.standing.conditions if known.says else ()
    return {
        **context,
        "action": url_for("people.give_programme", link_id=link.public_id, slug=slug),
        "purpose": programme.who_for,
        "minutes": None,
        "rows": rows,
        "marks": marks_of((each.movement for each in rows), conditions),
        "amounts": AMOUNTS,
        "is_adapted": any(each.is_changed for each in rows),
    }


def _context(
    link: CareLink, programme: Programme, form: AssignForm | None, problem: str
) -> dict[str, Any]:
    one = for_client(link, programme)
    if form is None:
        running = one.runs.enrolment
        form = AssignForm.giving(
            programme,
            one.today,
            days_to_begin_with(programme, running) or USUAL,
            running.side if running is not None else None,
        )
    return {
        "link": link,
        "one": one,
        "programme": programme,
        "form": form,
        "problem": problem,
        "movements": library().movements,
    }


def _version(routine_id: UUID) -> RoutineVersion:
    routine = routines.routine_for(acting_user(), routine_id)
    if routine.archived_at is not None:
        raise NotFound("It is put away.")
    return routines.newest(routine)


def _as_given(version: RoutineVersion) -> Programme:
    """Return a routine as it would be followed, to show what the gate leaves of it."""
    return prescriptions.as_given(prescriptions.data_of_routine(version))


def _refuse_emptied(link: CareLink, programme: Programme) -> None:
    """Raise InvalidValue where the client's answers leave nothing, and the therapist sees them.

    Where they are not shared, nothing may be told by a refusal either: the client sees it.
    """
    one = for_client(link, programme)
    if one.says is not None and one.says.is_emptied:
        raise InvalidValue(NOTHING_LEFT)


def _undone(problem: InvalidValue) -> str:
    db.session.rollback()
    return str(problem)


def _refused(link: CareLink, context: dict[str, Any]) -> ResponseReturnValue:
    """Show the form again: it says of the client's plan what the page before it said."""
    access_log.note([link.id], "plan", now=datetime.now(UTC))
    answer = invalid_form(PAGE, FORM, **context)
    db.session.commit()
    return answer


def _given(link: CareLink, starts_on: Any) -> ResponseReturnValue:
    access_log.note([link.id], "changed", now=datetime.now(UTC))
    words = begins_in_words(name_of(link), starts_on, todays(link))
    where = url_for("people.client", link_id=link.public_id)
    db.session.commit()
    flash(words)
    return go_to(where)


def _locks(link: CareLink, sent: UnlockForm | None) -> dict[str, Any]:
    gate = gate_today(link.client, todays(link))
    conditions = liftable(gate)
    return {
        "link": link,
        "name": name_of(link),
        "today": todays(link),
        "gate": gate,
        "locks": [
            (
                each,
                in_words([each]),
                sent if sent and sent.key.data == each.key else UnlockForm(formdata=None),
            )
            for each in conditions
        ],
        "only_seen": in_words(
            each for each in gate.standing.conditions if each.whole_plan == "urgent_lock"
        ),
        "is_emergency": gate.standing.whole_plan == "emergency",
    }
