"""Something new or worrying: the steps, what was saved, and how it is the day after."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.safety.presenting import on_day
from fstpwa.blueprints.worry.forms import NOW_WORDS, YES_NO, AnswerForm
from fstpwa.blueprints.worry.telling import AnyForm, Telling, is_usable, session_of_request
from fstpwa.content import library
from fstpwa.domain.days import day_in_words, local_day
from fstpwa.domain.report import FOLLOW_UPS, WORSE, Step, open_step, saved_words
from fstpwa.domain.standing import REPORT, Standing
from fstpwa.extensions import db
from fstpwa.models.health import HealthReport
from fstpwa.offline import kept_offline
from fstpwa.services import reports
from fstpwa.services.gate import gate_today
from fstpwa.services.people import emergency_number_of
from fstpwa.web import go_to

blueprint = Blueprint("worry", __name__, url_prefix="/worry")

THANKS = {
    "gone": "Good to hear. It is noted.",
    "better": "Thank you. We ask again in three days.",
    "same": "Thank you. We ask again in three days. If you are worried, please see a clinician.",
}


STILL_WAITS = "What was put away stays so until a clinician has agreed: note it below."


@blueprint.get("")
@signed_in
@kept_offline
def index() -> ResponseReturnValue:
    """Ask first whether help is needed now; offer to go on with what was begun."""
    form = _first_form()
    form.report.data = str(uuid7())
    return _first(form)


@blueprint.post("")
@signed_in
def begin() -> ResponseReturnValue:
    """Store the first answer and with it the report."""
    form = _first_form()
    if not form.validate():
        return _first(form), 422
    user, now = acting_user(), datetime.now(UTC)
    report = reports.begin(user, form.report_id(), emergency=form.answer.data == "yes", now=now)
    db.session.commit()
    if report.emergency:
        return go_to(url_for("safety.index"))
    telling = Telling(user, report, now=now)
    return go_to(telling.address(open_step(telling.told)))


@blueprint.get("/<uuid:report_id>/<slug:step>")
@signed_in
def step(report_id: UUID, step: str) -> ResponseReturnValue:
    """Show one step, or go to the one that is open."""
    telling = _telling(report_id)
    wanted = telling.step(step)
    if telling.report.emergency:
        return redirect(url_for("safety.index"), code=303)
    if wanted.value != step:
        return redirect(telling.address(wanted), code=303)
    return _saved(telling) if wanted is Step.SAVED else _page(telling, wanted)


@blueprint.post("/<uuid:report_id>/<slug:step>")
@signed_in
def answer(report_id: UUID, step: str) -> ResponseReturnValue:
    """Store the answer of one step and go on."""
    telling = _telling(report_id)
    wanted = telling.step(step)
    if telling.report.emergency:
        return go_to(url_for("safety.index"))
    if wanted.value != step or wanted is Step.SAVED:
        return go_to(telling.address(wanted))
    form = telling.form(wanted, is_sent=True)
    if not is_usable(form):
        return _page(telling, wanted, form), 422
    url = telling.save(wanted, form)
    db.session.commit()
    return go_to(url)


@blueprint.post("/<uuid:report_id>/follow-up")
@signed_in
def follow_up(report_id: UUID) -> ResponseReturnValue:
    """Store how it is by now."""
    user, how = acting_user(), request.form.get("answer", "")
    report = reports.report_of(user, report_id)
    if how not in FOLLOW_UPS:
        abort(422)
    reports.say_how_it_is(user, report, how, now=datetime.now(UTC))
    db.session.commit()
    if report.follow_up == WORSE:
        return go_to(url_for("safety.index"))
    waits = _waits(report, gate_today(user, local_day(datetime.now(UTC), user.time_zone)).standing)
    flash(f"{THANKS[how]} {STILL_WAITS}" if waits else THANKS[how])
    return go_to(url_for("safety.index" if waits else "practice.today"))


def _waits(report: HealthReport, standing: Standing) -> bool:
    """Whether a report still puts movements away."""
    return any(
        each.key == f"{REPORT}{report.id}" and each.movements for each in standing.conditions
    )


def _rests(report: HealthReport, standing: Standing) -> bool:
    """Whether a report still keeps its whole place out of this day."""
    return any(
        each.key == f"{REPORT}{report.id}" and each.holds_area for each in standing.conditions
    )


def _telling(report_id: UUID) -> Telling:
    user = acting_user()
    return Telling(user, reports.report_of(user, report_id), now=datetime.now(UTC))


def _first_form() -> AnswerForm:
    return AnswerForm.asking(NOW_WORDS, YES_NO)


def _first(form: AnswerForm) -> str:
    user = acting_user()
    today = local_day(datetime.now(UTC), user.time_zone)
    begun = reports.unfinished(user, today)
    session = session_of_request(user)
    return render_template(
        "worry/now.html",
        form=form,
        session=session,
        post_to=url_for("worry.begin", session=session.id if session else None),
        begun=None if begun is None else url_for("worry.step", report_id=begun.id, step="what"),
        **_help(),
    )


def _help() -> dict[str, object]:
    """Return when to call, and whom."""
    user, safety = acting_user(), library().safety
    country = user.country or None
    return {
        "message": safety.message("sww_1_now", country),
        "number": emergency_number_of(user),
        "to_call": safety.emergency_numbers.to_call(country),
    }


def _page(telling: Telling, step: Step, form: AnyForm | None = None) -> str:
    context: dict[str, object] = {
        "form": form or telling.form(step),
        "telling": telling,
        "session": telling.session,
        "post_to": telling.address(step),
        "back": telling.address_before(step),
    }
    if step is Step.NOW:
        return render_template("worry/now.html", **context, **_help(), begun=None)
    today = local_day(telling.now, telling.user.time_zone)
    practised = telling.practised
    return render_template(
        "worry/step.html",
        **context,
        step=step.value,
        practised=practised,
        practised_on=day_in_words(practised.day, today) if practised else "",
        where_words=library().safety.messages["sww_3_where"].text,
        onward=telling.address(Step.WHERE),
    )


def _saved(telling: Telling) -> str:
    user, report = telling.user, telling.report
    today = local_day(telling.now, user.time_zone)
    safety, movements = library().safety, library().movements
    put_away = [movements[slug].name for slug in report.movements if slug in movements]
    standing = gate_today(user, today).standing
    return render_template(
        "worry/saved.html",
        words=saved_words(safety.messages["sww_7_saved"], put_away),
        put_away=put_away,
        rest_words=safety.message("post_red") if _rests(report, standing) else "",
        no_programme=telling.practised is None and telling.in_question.programme is None,
        follow_up_on=on_day(report.follow_up_on, today) if report.follow_up_on else "",
        whole_plan=standing.whole_plan,
        others_hold=any(each.key != f"{REPORT}{report.id}" for each in standing.conditions),
        urgent_words=safety.message("lock_urgent", user.country or None),
        session=telling.session,
    )
