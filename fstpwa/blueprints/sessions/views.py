"""A planned session: its check beforehand, the player, moving and skipping it, what was done."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.sessions.forms import (
    AnswersForm,
    Choices,
    MoveForm,
    PlainLogForm,
    PreferForm,
    entry_of_player,
)
from fstpwa.content import library
from fstpwa.domain.after_session import emergency_help
from fstpwa.domain.days import day_in_words, local_day
from fstpwa.domain.pre_session import Decision, Outcome, decide
from fstpwa.domain.session_log import SessionLogEntry
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from fstpwa.services import check_ins, planning, red_days, sessions
from fstpwa.services.people import emergency_number_of
from fstpwa.services.player_plan import player_plan
from fstpwa.services.today import session_card
from fstpwa.web import go_to

blueprint = Blueprint("sessions", __name__, url_prefix="/sessions")


@blueprint.get("/<uuid:session_id>")
@signed_in
def play(session_id: UUID) -> ResponseReturnValue:
    """Show the guided player of a planned session; the check before it is always asked."""
    session = planning.planned_session(acting_user(), session_id)
    return _player(session, Choices(), checked=False)


@blueprint.post("/<uuid:session_id>/check")
@signed_in
def check(session_id: UUID) -> ResponseReturnValue:
    """Read the ticks before a session: none starts it, any opens its full questions."""
    session = planning.planned_session(acting_user(), session_id)
    choices = Choices.read(request.form)
    ticked = _ticked()
    if not ticked:
        return _player(session, choices, checked=True)
    return _questions(session, AnswersForm(ticked, library().safety), choices)


@blueprint.post("/<uuid:session_id>/answers")
@signed_in
def answer(session_id: UUID) -> ResponseReturnValue:
    """Read the answers to the full questions and say what they mean for today.

    The player comes as the answer itself: what somebody said about their health is in no address.
    """
    session = planning.planned_session(acting_user(), session_id)
    choices = Choices.read(request.form)
    form = AnswersForm.read(request.form, library().safety)
    if form.missing:
        return _questions(session, form, choices), 422
    decision = decide(form.answers, library().safety)
    if decision.outcome == Outcome.START:
        return _player(session, choices, checked=True)
    if decision.outcome == Outcome.FLARE:
        return _player(session, choices.on_a_flare_day(), checked=True)
    now = datetime.now(UTC)
    user = acting_user()
    red_days.hold_day(user, local_day(now, user.time_zone), now=now)
    db.session.commit()
    return _stopped(session, decision)


@blueprint.post("/<uuid:session_id>/log")
@signed_in
def log(session_id: UUID) -> ResponseReturnValue:
    """Store what was done, sent by the player or by the plain form.

    In the plain form a tick of the check goes first: its questions are asked, nothing is stored.
    """
    user = acting_user()
    session = planning.planned_session(user, session_id)
    now = datetime.now(UTC)
    if "results" in request.form:
        entry = entry_of_player(request.form)
    elif ticked := _ticked():
        form = AnswersForm(ticked, library().safety)
        return _questions(session, form, Choices.read(request.form))
    else:
        entry = _entry_of_plain_form(session, now)
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
    today = local_day(now, user.time_zone)
    planning.move(session, form.day.data, today=today, now=now)
    db.session.commit()
    flash(f"{session.name} is moved to {day_in_words(session.day, today)}.")
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


def _ticked() -> list[str]:
    """Return the ticked items of the check before a session."""
    known = {item.id for item in library().safety.pre_session.items}
    return [each for each in request.form.getlist("check") if each in known]


def _entry_of_plain_form(session: PlannedSession, now: datetime) -> SessionLogEntry:
    ticks = PlainLogForm.read(request.form)
    return sessions.entry_of_ticks(
        acting_user(),
        session,
        log_id=ticks.log_id,
        variant=ticks.variant,
        pain_before=ticks.pain_before,
        done=request.form.getlist("done"),
        now=now,
    )


def _questions(session: PlannedSession, form: AnswersForm, choices: Choices) -> str:
    return render_template("sessions/questions.html", session=session, form=form, choices=choices)


def _player(session: PlannedSession, choices: Choices, *, checked: bool) -> str:
    """Return the page of the player, with what was chosen so far."""
    user = acting_user()
    safety = library().safety
    today = local_day(datetime.now(UTC), user.time_zone)
    if red_days.is_held(user, today):
        return _held(session)
    check_in = check_ins.check_in_on(user, today)
    card = session_card(session, user, flare=bool(check_in and check_in.flare))
    return render_template(
        "sessions/player.html",
        session=session,
        plan=player_plan(session, user, log_url=url_for("sessions.log", session_id=session.id)),
        check=safety.pre_session,
        checked=checked,
        short_check=sessions.practised_on(user, today),
        prefer=choices.variant or card.starts_with.name,
        choices=choices,
        risk=safety.message("risk_before_session"),
        pain_anchors=library().measures[safety.after_session.worst_pain_measure].anchors,
        help=emergency_help(safety, user.country or None),
        fresh_log_id=uuid7(),
    )


def _held(session: PlannedSession) -> str:
    """Return the page that says why no session starts today."""
    return render_template(
        "sessions/held.html",
        session=session,
        held="red",
        messages=library().safety.messages,
        emergency_number=emergency_number_of(acting_user()),
    )


def _stopped(session: PlannedSession, decision: Decision) -> str:
    """Return the page that says why this session is not started, and what to do instead."""
    safety = library().safety
    country = acting_user().country or None
    return render_template(
        "sessions/stopped.html",
        session=session,
        decision=decision,
        number=safety.emergency_number(country),
        to_call=safety.emergency_numbers.to_call(country),
        fill=lambda text: safety.fill(text, country),
    )
