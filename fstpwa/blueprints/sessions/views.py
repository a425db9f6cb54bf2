"""A planned session: its check beforehand, the player, moving and skipping it, what was done."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.sessions.forms import (
    AnswersForm,
    MoveForm,
    PlainLogForm,
    PreferForm,
    entry_of_player,
)
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.pre_session import Outcome, decide, questions_behind
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from fstpwa.services import planning, sessions
from fstpwa.services.people import emergency_number_of
from fstpwa.services.player_plan import items_in_words, player_plan
from fstpwa.services.today import session_card
from fstpwa.web import go_to

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")


@blueprint.get("/<uuid:session_id>")
@signed_in
def play(session_id: UUID) -> ResponseReturnValue:
    """Show the guided player of a planned session."""
    user = acting_user()
    session = planning.planned_session(user, session_id)
    return render_template("sessions/player.html", **_playing(session))


@blueprint.post("/<uuid:session_id>/check")
@signed_in
def check(session_id: UUID) -> ResponseReturnValue:
    """Read the ticks before a session: none starts it, any opens its full questions."""
    session = planning.planned_session(acting_user(), session_id)
    known = {item.id for item in library().safety.pre_session.items}
    ticked = [each for each in request.form.getlist("check") if each in known]
    if not ticked:
        return go_to(url_for("sessions.play", session_id=session.id, checked=1))
    questions = questions_behind(ticked, library().safety)
    context = {"questions": questions, "ticked": ticked, "missing": (), "given": {}}
    return render_template("sessions/questions.html", session=session, **context)


@blueprint.post("/<uuid:session_id>/answers")
@signed_in
def answer(session_id: UUID) -> ResponseReturnValue:
    """Read the answers to the full questions and say what they mean for today."""
    user = acting_user()
    session = planning.planned_session(user, session_id)
    safety = library().safety
    form = AnswersForm(request.form, safety)
    if form.missing:
        context = {
            "questions": form.questions,
            "ticked": form.ticked,
            "missing": form.missing,
            "given": form.given,
        }
        return render_template("sessions/questions.html", session=session, **context), 422
    decision = decide(form.answers, safety)
    if decision.outcome == Outcome.START:
        return go_to(url_for("sessions.play", session_id=session.id, checked=1))
    if decision.outcome == Outcome.FLARE:
        flare = url_for("sessions.play", session_id=session.id, checked=1, variant="flare")
        return go_to(flare)
    return render_template(
        "sessions/stopped.html",
        session=session,
        decision=decision,
        number=emergency_number_of(user),
        fill=lambda text: safety.fill(text, user.country or None),
    )


@blueprint.post("/<uuid:session_id>/log")
@signed_in
def log(session_id: UUID) -> ResponseReturnValue:
    """Store what was done, sent by the player or by the plain form."""
    user = acting_user()
    session = planning.planned_session(user, session_id)
    now = datetime.now(UTC)
    if "results" in request.form:
        entry = entry_of_player(request.form)
    else:
        ticks = PlainLogForm.read(request.form)
        entry = sessions.entry_of_ticks(
            user,
            session,
            log_id=ticks.log_id,
            variant=ticks.variant,
            pain_before=ticks.pain_before,
            done=request.form.getlist("done"),
            now=now,
        )
    stored = sessions.record_session(user, session, entry, now=now)
    db.session.commit()
    return go_to(url_for("progress.session", log_id=stored.id))


@blueprint.post("/<uuid:session_id>/skip")
@signed_in
def skip(session_id: UUID) -> ResponseReturnValue:
    """Leave the session out."""
    session = planning.planned_session(acting_user(), session_id)
    planning.skip(session, now=datetime.now(UTC))
    return _changed(session)


@blueprint.post("/<uuid:session_id>/unskip")
@signed_in
def unskip(session_id: UUID) -> ResponseReturnValue:
    """Take the session back."""
    session = planning.planned_session(acting_user(), session_id)
    planning.unskip(session, now=datetime.now(UTC))
    return _changed(session)


@blueprint.post("/<uuid:session_id>/move")
@signed_in
def move(session_id: UUID) -> ResponseReturnValue:
    """Move the session to another day."""
    user = acting_user()
    session = planning.planned_session(user, session_id)
    now = datetime.now(UTC)
    form = MoveForm()
    if not form.validate() or form.day.data is None:
        abort(422)
    planning.move(session, form.day.data, today=local_day(now, user.time_zone), now=now)
    db.session.commit()
    return go_to(url_for("practice.today"))


@blueprint.post("/<uuid:session_id>/prefer")
@signed_in
def prefer(session_id: UUID) -> ResponseReturnValue:
    """Choose ahead whether it will be shorter or easier."""
    session = planning.planned_session(acting_user(), session_id)
    form = PreferForm()
    if not form.validate():
        abort(422)
    planning.prefer(session, form.chosen(), now=datetime.now(UTC))
    return _changed(session)


def _changed(session: PlannedSession) -> ResponseReturnValue:
    """Commit, then show the session's card anew where it stood."""
    db.session.commit()
    return go_to(url_for("practice.today") + f"#session-{session.id}")


def _playing(session: PlannedSession) -> dict[str, object]:
    user = acting_user()
    now = datetime.now(UTC)
    today = local_day(now, user.time_zone)
    check = library().safety.pre_session
    return {
        "session": session,
        "programme": library().programmes[session.programme],
        "card": session_card(session, user),
        "rows": items_in_words(session),
        "plan": player_plan(session, user, log_url=url_for("sessions.log", session_id=session.id)),
        "check": check,
        "checked": request.args.get("checked") == "1",
        "short_check": sessions.practised_on(user, today),
        "prefer": _preferred(session),
        "risk": library().safety.messages["risk_before_session"].text,
        "fresh_log_id": uuid7(),
    }


def _preferred(session: PlannedSession) -> str:
    asked = request.args.get("variant", "")
    return asked if asked in PreferForm.NAMES else session.prefer or "usual"
