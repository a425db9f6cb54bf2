"""Choosing a programme, its days, stopping and going on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.gate_pages import aside_here, closed_door, programme_for_you, still_to_do
from fstpwa.blueprints.plan import hand_out_views, pause_views, version_views, why_views
from fstpwa.blueprints.plan.blueprint import blueprint
from fstpwa.blueprints.plan.forms import ChooseForm, ScheduleForm
from fstpwa.blueprints.plan.showing import showing
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.planning import Offer, suggested_weekdays
from fstpwa.domain.programme import Programme
from fstpwa.domain.suggestion import still_open
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.offline import kept_offline
from fstpwa.services import assignments, decisions, enrolments, offers, screenings
from fstpwa.services.day_plan import day_plan
from fstpwa.services.enrolments import EnrolmentEntry
from fstpwa.services.gate import Gate, gate_today
from fstpwa.services.given import Given, note_seen
from fstpwa.web import go_to, invalid_form, is_warming

TAKEN: Mapping[str, str] = {
    "ramp": "You took the next step of this part.",
    "phase": "You went on to the next part.",
    "complete": "You came to the end of the programme.",
    "restart": "You began again at the first part.",
}
"""What stands on the page that says why, by kind of offer."""

__all__ = ["blueprint", "hand_out_views", "pause_views", "version_views", "why_views"]


@blueprint.get("/programmes/<slug:slug>/choose")
@signed_in
def choose(slug: str) -> ResponseReturnValue:
    """Ask for days, time and side of a programme."""
    programme = enrolments.available_programme(slug)
    running = enrolments.running_enrolment(acting_user())
    if running is not None and running.programme == slug:
        return redirect(url_for("plan.show"), code=303)
    gate = _gate()
    if (refusal := _refusal(programme, gate)) is not None:
        return refusal
    form = ChooseForm.choosing(
        programme,
        loses_core=_loses_core(programme, gate),
        weekdays=sorted(suggested_weekdays(programme.phases[0])),
    )
    return render_template("plan/choose.html", **_choosing(slug, form, gate))


@blueprint.post("/programmes/<slug:slug>/choose")
@signed_in
def start(slug: str) -> ResponseReturnValue:
    """Start a programme and plan its first two weeks."""
    user = acting_user()
    programme = enrolments.available_programme(slug)
    gate = _gate()
    if (refusal := _refusal(programme, gate)) is not None:
        return refusal
    form = ChooseForm.choosing(programme, loses_core=_loses_core(programme, gate))
    if not form.validate():
        context = _choosing(slug, form, gate)
        return invalid_form("plan/choose.html", "plan/_schedule_form.html", **context)
    entry = EnrolmentEntry(programme=slug, schedule=form.schedule(), side=form.chosen_side())
    enrolments.enrol(user, entry, now=datetime.now(UTC))
    db.session.commit()
    flash("Your programme is set for the next two weeks.")
    return go_to(url_for("practice.today", _anchor="practice"))


@blueprint.get("/plan")
@signed_in
@kept_offline
def show() -> ResponseReturnValue:
    """Show the running programme: its place, days and time, pausing and stopping."""
    enrolment = enrolments.running_enrolment(acting_user())
    if enrolment is None:
        return render_template("plan/none.html", gate=_gate())
    context = showing(enrolment)
    given: Given = context["given"]
    if not is_warming():
        note_seen(given.unseen, now=datetime.now(UTC))
    return render_template("plan/show.html", **context)


@blueprint.post("/plan/schedule")
@signed_in
def change_schedule() -> ResponseReturnValue:
    """Change days, time and side."""
    user = acting_user()
    enrolment = enrolments.running_or_not_found(user)
    form = ScheduleForm.for_programme(enrolments.programme_of(enrolment))
    if not form.validate():
        return invalid_form(
            "plan/show.html", "plan/_schedule_form.html", **showing(enrolment, schedule_form=form)
        )
    enrolments.change_schedule(
        enrolment, user, form.schedule(), form.chosen_side(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash("Days and time are saved.")
    return go_to(url_for("plan.show"))


@blueprint.post("/plan/stop")
@signed_in
def stop() -> ResponseReturnValue:
    """End the programme; the history stays."""
    user = acting_user()
    enrolments.stop(enrolments.running_or_not_found(user), user, now=datetime.now(UTC))
    db.session.commit()
    flash("Stopped. What you did stays in your history.")
    return go_to(url_for("programmes.index"))


@blueprint.post("/plan/waiting/<uuid:assignment_id>/decline")
@signed_in
def decline(assignment_id: UUID) -> ResponseReturnValue:
    """End something that a therapist gave and that has not begun."""
    assignments.decline(acting_user(), assignment_id, now=datetime.now(UTC))
    db.session.commit()
    flash("Taken off. It does not begin.")
    return go_to(url_for("practice.today", _anchor="practice"))


@blueprint.post("/plan/step")
@signed_in
def answer_offer() -> ResponseReturnValue:
    """Take the offered next step, or stay: the person's own yes or not yet."""
    user = acting_user()
    enrolment = enrolments.running_or_not_found(user)
    now = datetime.now(UTC)
    match request.form.get("answer"):
        case "yes":
            seen = request.form.get("phase", ""), request.form.get("step", -1, type=int)
            taken = offers.accept(enrolment, user, phase_id=seen[0], ramp_step=seen[1], now=now)
            _write_down(user, taken, TAKEN[taken.kind], now)
        case "not-yet":
            left = offers.offer(day_plan(user, local_day(now, user.time_zone)))
            offers.postpone(enrolment, user, now=now)
            if left is not None:
                _write_down(user, left, "A step was offered, and you stayed where you are.", now)
        case _:
            abort(422)
    db.session.commit()
    return go_to(url_for("practice.today"))


def _write_down(user: User, offer: Offer, words: str, now: datetime) -> None:
    """Keep what was answered to an offer, and why it was made, for the page that says why."""
    decisions.write(
        user,
        "restart" if offer.kind == "restart" else "step",
        f"{words} {offer.because}".strip(),
        facts={"kind": offer.kind, "phase": offer.phase_id, "ramp_step": offer.ramp_step},
        day=local_day(now, user.time_zone),
        now=now,
    )


def _gate() -> Gate:
    user = acting_user()
    return gate_today(user, local_day(datetime.now(UTC), user.time_zone))


def _loses_core(programme: Programme, gate: Gate) -> bool:
    """Whether sessions of a programme lose their main part for this person."""
    for_you = programme_for_you(programme, gate)
    return for_you is not None and bool(for_you.left.sessions_without_core)


def _refusal(programme: Programme, gate: Gate) -> ResponseReturnValue | None:
    """Return why this person cannot start a programme now; None if they can."""
    user = acting_user()
    if (door := closed_door(gate, programme=programme.slug)) is not None:
        return go_to(door)
    if screenings.unasked(user, programme):
        return go_to(url_for("welcome.more", programme=programme.slug))
    for_you = programme_for_you(programme, gate)
    if for_you is None or for_you.left.left:
        return None
    page = render_template(
        "plan/refused.html", programme=programme, for_you=for_you, still=still_to_do(gate)
    )
    return page, HTTPStatus.OK if request.method == "GET" else HTTPStatus.CONFLICT


def _choosing(slug: str, form: ChooseForm, gate: Gate) -> dict[str, object]:
    programme = library().programmes[slug]
    return {
        "programme": programme,
        "for_you": programme_for_you(programme, gate, aside_here()),
        "keeps_most": _keeps_most(programme, gate) if _loses_core(programme, gate) else None,
        "form": form,
        "action": url_for("plan.start", slug=slug),
        "submit": "Start this programme",
        "running": enrolments.running_name(acting_user()),
    }


def _keeps_most(programme: Programme, gate: Gate) -> Programme | None:
    """Return the programme of which most is left; None if it is this one, or there is none."""
    best = still_open(gate.standing.conditions, library(), aside_here()).programme
    if best is None or best.programme == programme.slug:
        return None
    return library().programmes[best.programme]
