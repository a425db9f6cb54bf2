"""The last 20 weeks, the diary, and single sessions with how they were."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fstpwa import charts
from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.progress.forms import HowItWasForm
from fstpwa.content import library
from fstpwa.domain.after_session import emergency_help, needs_emergency_signs, red_advice
from fstpwa.domain.days import local_day, long_day
from fstpwa.domain.dose import duration_in_words
from fstpwa.domain.errors import NotFound
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog
from fstpwa.services import history, sessions
from fstpwa.services.history import Overview
from fstpwa.web import after_post, go_to, invalid_form

blueprint = Blueprint("progress", __name__, url_prefix="/progress")

PAGE = "progress/session.html"
NOTHING_SAID = "Answer at least one question, or choose Later."
ADVICE_LASTS = timedelta(days=1)
"""Advice about the present is shown on the session's day and the day after."""


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show the last weeks and the newest of the diary; with `before`, an older page of it."""
    user, today = acting_user(), _today()
    before = _before()
    page = history.diary(user, before)
    if before is not None:
        return render_template("progress/diary.html", page=page, today=today, long_day=long_day)
    overview = history.overview(user, today)
    return render_template(
        "progress/index.html",
        overview=overview,
        chart=_stiffness_chart(overview),
        page=page,
        today=today,
        long_day=long_day,
        risk_text=library().safety.message("risk_results"),
    )


@blueprint.get("/sessions/<uuid:log_id>")
@signed_in
def session(log_id: UUID) -> ResponseReturnValue:
    """Show a session that was done, and ask how it was if that was not said yet."""
    log = sessions.session_log(acting_user(), log_id)
    showing = _showing(log)
    asks = _is_asked(log) or request.args.get("change")
    form = HowItWasForm.about(log, str(showing["note"])) if asks else None
    return render_template(PAGE, **showing, form=form)


@blueprint.post("/sessions/<uuid:log_id>")
@signed_in
def say_how_it_was(log_id: UUID) -> ResponseReturnValue:
    """Store how a session was."""
    user = acting_user()
    log = sessions.session_log(user, log_id)
    form = HowItWasForm.of(log)
    error = ""
    if form.validate() and form.is_empty() and _is_asked(log) and not _said_something(log):
        error = NOTHING_SAID
    if form.errors or error:
        context = _showing(log) | {"form": form, "error": error}
        return invalid_form(PAGE, "progress/_how_it_was.html", **context)
    sessions.say_how_it_was(user, log, form.entry(), now=datetime.now(UTC))
    db.session.commit()
    return after_post(
        "progress/_session_log.html",
        otherwise=url_for("progress.session", log_id=log_id),
        just_saved=True,
        **_showing(log),
    )


@blueprint.post("/sessions/<uuid:log_id>/delete")
@signed_in
def delete_session(log_id: UUID) -> ResponseReturnValue:
    """Delete a session that was done."""
    log = sessions.session_log(acting_user(), log_id)
    sessions.delete_session(log, now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("progress.index"))


def _showing(log: SessionLog) -> dict[str, object]:
    content = library()
    names = {slug: movement.name for slug, movement in content.movements.items()}
    today = _today()
    kinds = content.safety.after_session.kinds
    return {
        "log": log,
        "note": sessions.note_of(acting_user(), log),
        "day_words": long_day(log.day, today),
        "minutes_done": minutes(log.done_s) if log.done_s else 0,
        "minutes_planned": minutes(log.planned_s),
        "done": [(names.get(m.slug, m.slug), m) for m in log.movements if m.state != "skipped"],
        "left_out": [(names.get(m.slug, m.slug), m) for m in log.movements if m.state == "skipped"],
        "duration_in_words": duration_in_words,
        "is_asked": _is_asked(log),
        "kinds": [kind.label for kind in kinds if kind.id in log.pain_kinds],
        **_advice(log, today),
    }


def _advice(log: SessionLog, today: date) -> dict[str, object]:
    """Return what is to be said about how a session was, while it is recent."""
    safety = library().safety
    if today - log.day > ADVICE_LASTS:
        return {"advice": (), "help": None}
    advice = red_advice(
        log.worst_pain,
        log.pain_before,
        log.pain_kinds,
        safety.after_session,
        safety.message("post_red"),
    )
    needs_help = needs_emergency_signs(log.pain_kinds)
    country = acting_user().country or None
    return {"advice": advice, "help": emergency_help(safety, country) if needs_help else None}


def _is_asked(log: SessionLog) -> bool:
    """Whether it is still open how the session was."""
    return log.worst_pain is None and log.effort is None


def _said_something(log: SessionLog) -> bool:
    return bool(log.pain_kinds or log.note) or log.pain_before is not None


def _stiffness_chart(overview: Overview) -> dict[str, object]:
    ratings, flares = overview.stiffness, overview.flares
    svg: Markup = charts.line_chart(
        ratings.points,
        ratings.smooth,
        flares,
        title="Felt stiffness, 0 to 10",
        description=charts.describe(ratings.points, ratings.smooth, flares),
        id_prefix="stiffness-chart",
    )
    return {
        "svg": svg,
        "anchors": library().measures["stiffness_nrs"].anchors,
        "rows": charts.chart_rows(ratings.points, ratings.smooth, flares),
        "trend": any(value is not None for _, value in ratings.smooth),
    }


def _before() -> date | None:
    asked = request.args.get("before")
    if asked is None:
        return None
    try:
        return date.fromisoformat(asked)
    except ValueError as error:
        raise NotFound from error


def _today() -> date:
    return local_day(datetime.now(UTC), acting_user().time_zone)
