"""The last 20 weeks, the diary, and single sessions with how they were."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fstpwa import charts
from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.progress.forms import HowItWasForm
from fstpwa.blueprints.sent_operations import sent_operation
from fstpwa.content import library
from fstpwa.domain.adherence import Adherence
from fstpwa.domain.after_session import (
    LASTING_KIND,
    emergency_help,
    needs_emergency_signs,
    red_advice,
)
from fstpwa.domain.days import local_day, long_day
from fstpwa.domain.dose import duration_in_words
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.pre_session import AFTER
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.practice import SessionLog
from fstpwa.offline import kept_offline
from fstpwa.services import care_links, decisions, history, operations, pending_checks, sessions
from fstpwa.services.adherence import adherence_of
from fstpwa.services.enrolments import running_enrolment
from fstpwa.services.history import Overview
from fstpwa.services.session_effects import zone_of
from fstpwa.web import after_post, go_to, invalid_form

blueprint = Blueprint("progress", __name__, url_prefix="/progress")

PAGE = "progress/session.html"
NOTHING_SAID = "Answer at least one question, or choose Later."
ADVICE_LASTS = timedelta(days=1)
"""Advice about the present is shown on the session's day and the day after."""


@blueprint.get("")
@signed_in
@kept_offline
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
        kept=_kept(today),
        page=page,
        today=today,
        long_day=long_day,
        risk_text=library().safety.message("risk_results"),
    )


@blueprint.get("/sessions/<uuid:log_id>")
@signed_in
@kept_offline
def session(log_id: UUID) -> ResponseReturnValue:
    """Show a session that was done, and ask how it was if that was not said yet."""
    log = sessions.session_log(acting_user(), log_id)
    showing = _showing(log)
    asks = _is_asked(log) or request.args.get("change")
    seen = sessions.seen_in_note(acting_user(), log)
    form = HowItWasForm.about(log, str(showing["note"]), seen) if asks else None
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
    now, operation = datetime.now(UTC), sent_operation()
    if operations.claim(user, operation, now=now):
        sessions.change_session(
            user, log_id, form.changes(), at=now, operation_id=operation, now=now
        )
    decisions.note(user, now=now)
    db.session.commit()
    return after_post(
        "progress/_session_log.html",
        otherwise=url_for("progress.session", log_id=log_id),
        just_saved=True,
        **_showing(log),
    )


@blueprint.post("/sessions/<uuid:log_id>/questions")
@signed_in
def open_questions(log_id: UUID) -> ResponseReturnValue:
    """Open the questions that something felt in a session stands for; they wait until answered."""
    user = acting_user()
    sessions.session_log(user, log_id)
    about = next((each for each in AFTER if each == request.form.get("about")), None)
    if about is None:
        raise InvalidValue("Choose one of the answers that are offered.")
    now = datetime.now(UTC)
    pending_checks.keep(user, [about], day=local_day(now, user.time_zone), now=now)
    db.session.commit()
    return go_to(url_for("sessions.ticked"))


@blueprint.post("/sessions/<uuid:log_id>/delete")
@signed_in
def delete_session(log_id: UUID) -> ResponseReturnValue:
    """Delete a session that was done. Doing it twice is no mistake."""
    sessions.delete_session(acting_user(), log_id, now=datetime.now(UTC))
    db.session.commit()
    return go_to(url_for("progress.index"))


def _kept(today: date) -> Adherence | None:
    """Return how the running programme was kept; None without one."""
    user = acting_user()
    enrolment = running_enrolment(user)
    return adherence_of(user, enrolment, today) if enrolment is not None else None


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
        "whom": care_links.links_of(acting_user()),
        **_advice(log, today),
    }


def _advice(log: SessionLog, today: date) -> dict[str, object]:
    """Return what is to be said about how a session was, while it is recent."""
    safety = library().safety
    if today - log.day > ADVICE_LASTS:
        return {"advice": (), "help": None, "may_last": False}
    is_named = any(each.pain_kind is not None for each in log.movements)
    advice = red_advice(
        zone_of(log),
        log.pain_kinds,
        safety.after_session,
        safety.message("post_red"),
        is_named=is_named,
    )
    needs_help = needs_emergency_signs(log.pain_kinds)
    country = acting_user().country or None
    return {
        "advice": advice,
        "help": emergency_help(safety, country) if needs_help else None,
        "may_last": LASTING_KIND in log.pain_kinds,
        "asks_if_gone": LASTING_KIND in log.pain_kinds and not is_named,
        "signs_words": AFTER["after_signs"].short,
    }


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
