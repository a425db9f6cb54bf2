"""A planned session: its check beforehand, the player, moving and skipping it, what was done."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.gate_pages import (
    by_answers,
    by_wish,
    closed_door,
    counts_of,
    lines_of,
    still_to_do,
)
from fstpwa.blueprints.sessions import hand_out_views
from fstpwa.blueprints.sessions.blueprint import blueprint
from fstpwa.blueprints.sessions.forms import (
    AnswersForm,
    Choices,
    MoveForm,
    PlainLogForm,
    PreferForm,
    entry_of_player,
)
from fstpwa.blueprints.sessions.on_the_phone import on_the_phone
from fstpwa.content import library
from fstpwa.domain.after_session import emergency_help
from fstpwa.domain.days import day_in_words, local_day
from fstpwa.domain.errors import Gone, NotFound
from fstpwa.domain.gate_words import Change, changes
from fstpwa.domain.pre_session import known_items, may_be_emergency
from fstpwa.domain.session_log import SessionLogEntry
from fstpwa.extensions import db
from fstpwa.models.practice import PlannedSession
from fstpwa.offline import day_shown, kept_offline
from fstpwa.services import decisions, gate, pending_checks, planning, red_days, sessions
from fstpwa.services.day_plan import DayPlan, day_plan
from fstpwa.services.figures import figure_of
from fstpwa.services.gate import Gate, PlayableSession
from fstpwa.services.given import asks_first
from fstpwa.services.player_plan import player_plan, stamped
from fstpwa.services.today import others_today, session_card
from fstpwa.web import go_to

__all__ = ["blueprint", "hand_out_views"]

CLOSED = "closed"
"""Stands for a stamp where the session does not start now."""


@blueprint.get("/<uuid:session_id>")
@signed_in
@kept_offline
def play(session_id: UUID) -> ResponseReturnValue:
    """Show the guided player of a planned session; the check before it is always asked.

    A phone asks for it ahead with `on`, the session's own day: as it will be then.
    """
    session = planning.planned_session(acting_user(), session_id)
    if "on" in request.args and request.args["on"] != session.day.isoformat():
        raise NotFound("The session is on another day.")
    return _player(session, Choices(), checked=False)


@blueprint.get("/<uuid:session_id>/stamp")
@signed_in
def stamp(session_id: UUID) -> ResponseReturnValue:
    """Answer the stamp of a session as it would be shown now: an open page asks before it plays."""
    user = acting_user()
    session = planning.planned_session(user, session_id)
    today = local_day(datetime.now(UTC), user.time_zone)
    found = day_plan(user, today)
    playable = found.playable(session)
    is_closed = not found.gate.is_open or asks_first(user, found.enrolment)
    if is_closed or playable.is_emptied or red_days.is_held(user, today):
        return Response(CLOSED, mimetype="text/plain")
    return Response(_plan(playable, today)["stamp"], mimetype="text/plain")


@blueprint.get("/check")
@signed_in
def ticked() -> ResponseReturnValue:
    """Show the questions behind what was ticked before a session today and left open."""
    user = acting_user()
    items = pending_checks.pending(user, local_day(datetime.now(UTC), user.time_zone))
    if not items:
        return go_to(url_for("practice.today"))
    return _questions(None, AnswersForm(items, library().safety), Choices())


@blueprint.post("/check")
@signed_in
def answer_ticked() -> ResponseReturnValue:
    """Keep the answers to those questions, without a session to go on with."""
    form = AnswersForm.sent(request.form, library().safety)
    if not form.is_valid:
        return _questions(None, form, Choices()), 422
    found = _keep_answers(form)
    return go_to(closed_door(found) or url_for("practice.today"))


@blueprint.post("/<uuid:session_id>/check")
@signed_in
def check(session_id: UUID) -> ResponseReturnValue:
    """Read the ticks before a session: none starts it, any opens its full questions."""
    session = planning.planned_session(acting_user(), session_id)
    choices = Choices.read(request.form)
    items = _ticked()
    if not items:
        return _player(session, choices, checked=True)
    return _ask_about(session, items, choices)


@blueprint.post("/<uuid:session_id>/answers")
@signed_in
def answer(session_id: UUID) -> ResponseReturnValue:
    """Keep the answers to the full questions, then go where what holds now leads.

    The player comes as the answer itself: what somebody said about their health is in no address.
    """
    session = planning.planned_session(acting_user(), session_id)
    choices = Choices.read(request.form)
    form = AnswersForm.sent(request.form, library().safety)
    if not form.is_valid:
        return _questions(session, form, choices), 422
    _keep_answers(form)
    if form.says_flare:
        choices = choices.on_a_flare_day()
    return _player(session, choices, checked=True)


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
    elif items := _ticked():
        return _ask_about(session, items, Choices.read(request.form))
    else:
        entry = _entry_of_plain_form(session, now)
    try:
        stored = sessions.record_session(user, session, entry, now=now)
    except Gone:
        # It came again after it was deleted on another device, and stays deleted.
        return go_to(url_for("progress.index"))
    decisions.note(user, now=now)
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
    return list(known_items(request.form.getlist("check"), library().safety))


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


def _ask_about(session: PlannedSession, items: list[str], choices: Choices) -> ResponseReturnValue:
    """Keep what was ticked, so that leaving does not undo it, and ask its questions."""
    user, now = acting_user(), datetime.now(UTC)
    pending_checks.keep(user, items, day=local_day(now, user.time_zone), now=now)
    db.session.commit()
    return _questions(session, AnswersForm(items, library().safety), choices)


def _keep_answers(form: AnswersForm) -> Gate:
    """Store the answers to the full questions. Returns what holds then."""
    user, now = acting_user(), datetime.now(UTC)
    gate.record_before_session(user, form.entries, now=now)
    pending_checks.settle(user, form.ticked, now=now)
    db.session.commit()
    return gate.gate_today(user, local_day(now, user.time_zone))


def _questions(session: PlannedSession | None, form: AnswersForm, choices: Choices) -> str:
    """Return the page of the full questions; without a session it leads to Today."""
    safety, country = library().safety, acting_user().country or None
    return render_template(
        "sessions/questions.html",
        session=session,
        form=form,
        choices=choices,
        calls=may_be_emergency(form.ticked, safety),
        message=safety.message("sww_1_now", country),
        to_call=safety.emergency_numbers.to_call(country),
    )


def _plan(playable: PlayableSession, today: date) -> dict[str, Any]:
    """Return what the page plays, with its stamp."""
    user = acting_user()
    log_url = url_for("sessions.log", session_id=playable.session.id)
    return stamped(player_plan(playable, user, log_url=log_url), user, today)


def _player(session: PlannedSession, choices: Choices, *, checked: bool) -> ResponseReturnValue:
    """Return the page of the player, with what was chosen so far; or where the gate leads."""
    user = acting_user()
    today = day_shown(local_day(datetime.now(UTC), user.time_zone))
    found = day_plan(user, today)
    if found.gate.door == "check":
        return _questions(session, AnswersForm(found.gate.ticked, library().safety), choices)
    if (door := closed_door(found.gate)) is not None:
        return go_to(door)
    if asks_first(user, found.enrolment):
        return go_to(url_for("welcome.more", programme=found.followed))
    if red_days.is_held(user, today):
        return _held(session)
    playable = found.playable(session)
    if playable.is_emptied:
        return _emptied(playable, found, today)
    return _page(playable, found, choices, today, checked=checked)


def _page(
    playable: PlayableSession, found: DayPlan, choices: Choices, today: date, *, checked: bool
) -> str:
    user = acting_user()
    safety = library().safety
    session = playable.session
    prescribed = gate.as_prescribed(session).items
    # Ticked was the movement that was planned, not the one that takes its place since.
    same = {key for key, item in playable.items.items() if item.slug == prescribed[key].slug}
    choices = choices.only_of(same)
    card = session_card(playable, user, found.gate, keeps_usual=found.adaptation.kept_usual)
    plan = _plan(playable, today)
    return render_template(
        "sessions/player.html",
        session=session,
        plan=plan,
        check=safety.pre_session,
        checked=checked,
        short_check=sessions.practised_on(user, today),
        prefer=choices.variant or (card.starts_with and card.starts_with.name),
        choices=choices,
        changes=lines_of(_changes(playable)),
        summary=counts_of(_changes(playable)),
        told=by_answers(_changes(playable)),
        wished=by_wish(_changes(playable)),
        others=() if card.has_core else others_today(user, today, found, but=session),
        has_core=card.has_core,
        risk=safety.message("risk_before_session"),
        pain_anchors=library().measures[safety.after_session.worst_pain_measure].anchors,
        help=emergency_help(safety, user.country or None),
        messages=safety.messages,
        phone=on_the_phone(user, plan.pop("red_from")),
        fresh_log_id=uuid7(),
        figure_of=figure_of,
    )


def _changes(playable: PlayableSession) -> tuple[Change, ...]:
    """Return what the gate changed in any version of a session, each once."""
    movements = library().movements
    found = (*changes(playable.usual, movements), *changes(playable.flare, movements))
    return tuple({(each.slug, each.became, each.side): each for each in found}.values())


def _emptied(playable: PlayableSession, found: DayPlan, today: date) -> str:
    """Return the page that says why nothing of a session is left, and what can be done."""
    return render_template(
        "sessions/emptied.html",
        session=playable.session,
        changes=lines_of(_changes(playable)),
        others=others_today(acting_user(), today, found, but=playable.session),
        still=still_to_do(found.gate, _changes(playable), found.aside),
    )


def _held(session: PlannedSession) -> str:
    """Return the page that says why no session starts any more today."""
    return render_template(
        "sessions/held.html", session=session, messages=library().safety.messages
    )
