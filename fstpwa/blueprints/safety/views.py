"""What holds now of somebody's health answers, what lifts it, and what is asked again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.safety.forms import (
    AgreedForm,
    AskedAgainForm,
    LiftForm,
    SeenForm,
    YesNoForm,
)
from fstpwa.blueprints.safety.presenting import cards, emergency_signs, on_day
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.standing import Standing
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.offline import kept_offline
from fstpwa.services import asks, enrolments, reports, unlocks
from fstpwa.services.gate import Gate, gate_today
from fstpwa.web import go_to

blueprint = Blueprint("safety", __name__, url_prefix="/safety")

NOTED = "Thank you. It is noted."


@blueprint.get("")
@signed_in
@kept_offline
def index() -> ResponseReturnValue:
    """Show what holds now: an emergency alone, otherwise each thing and what lifts it."""
    return _page(_gate())


@blueprint.post("/agreed")
@signed_in
def agreed() -> ResponseReturnValue:
    """Keep that a clinician agreed."""
    form, user = AgreedForm(), acting_user()
    return _lift(form, lambda found, now: unlocks.record_agreed(user, form.entry(), found, now=now))


@blueprint.post("/seen")
@signed_in
def seen() -> ResponseReturnValue:
    """Keep that somebody was seen about an urgent answer."""
    form, user = SeenForm(), acting_user()
    return _lift(form, lambda found, now: unlocks.record_seen(user, form.entry(), found, now=now))


@blueprint.post("/asked-again")
@signed_in
def asked_again() -> ResponseReturnValue:
    """Store whether something that is asked again has settled."""
    form = AskedAgainForm()
    if not form.validate():
        abort(422)
    user, settled = acting_user(), form.answer.data == "settled"
    question, place = form.question.data or "", form.place.data or ""
    now = datetime.now(UTC)
    asks.answer_again(user, question, place, _gate().standing, settled=settled, now=now)
    db.session.commit()
    flash(NOTED if settled else "Thank you. We ask again later.")
    return go_to(url_for("practice.today"))


@blueprint.post("/blood-thinner")
@signed_in
def blood_thinner() -> ResponseReturnValue:
    """Store whether somebody who is treated for a clot takes a blood thinner."""
    form = YesNoForm()
    if not form.validate():
        abort(422)
    yes = form.answer.data == "yes"
    asks.answer_thinner(acting_user(), _gate().standing, yes=yes, now=datetime.now(UTC))
    db.session.commit()
    flash(NOTED)
    return go_to(url_for("safety.index"))


def _lift(form: LiftForm, record: Callable[[Standing, datetime], None]) -> ResponseReturnValue:
    gate, now = _gate(), datetime.now(UTC)
    if not form.validate():
        return _refused(gate, form)
    try:
        record(gate.standing, now)
    except InvalidValue as error:
        form.day.errors = [*form.day.errors, str(error)]
        return _refused(gate, form)
    db.session.commit()
    flash(NOTED)
    return go_to(url_for("safety.index"))


def _refused(gate: Gate, form: LiftForm) -> ResponseReturnValue:
    """Show the form again, beside what it is about; NotFound or Conflict if there is no such."""
    unlocks.waiting_for(form.way, form.about(), gate.standing)
    return _page(gate, form), 422


def _gate() -> Gate:
    user = acting_user()
    return gate_today(user, local_day(datetime.now(UTC), user.time_zone))


def _page(gate: Gate, sent: LiftForm | None = None) -> str:
    user, standing = acting_user(), gate.standing
    if standing.whole_plan == "emergency":
        return _emergency(user, standing)
    enrolment = enrolments.running_enrolment(user)
    safety = library().safety
    country = user.country or None
    return render_template(
        "safety/index.html",
        standing=standing,
        sections=cards(
            standing,
            programme=enrolments.programme_of(enrolment) if enrolment else None,
            reports=reports.reports_of(user),
            recorded=unlocks.unlocks_of(user),
            country=country,
            sent=sent,
        ),
        asks=_asks_here(user, gate),
        is_due=gate.door == "again",
        seen_again=on_day(standing.seen_again_on, standing.today) if standing.seen_again_on else "",
        unfinished=reports.unfinished(user, standing.today),
        message=lambda name: safety.message(name, country),
        wording=safety.unlock_rules,
        to_call=safety.emergency_numbers.to_call(country),
        today=standing.today,
    )


def _asks_here(user: User, gate: Gate) -> asks.Asks:
    """Return what is asked on this page: what was seen has its own form in its card."""
    found = asks.asks_of(user, gate.standing, rescreen_due=gate.door == "again")
    return replace(found, again=tuple(each for each in found.again if each.way != "seen"))


def _emergency(user: User, standing: Standing) -> str:
    safety = library().safety
    country = user.country or None
    return render_template(
        "safety/emergency.html",
        signs=emergency_signs(standing, country),
        message=safety.message("lock_emergency", country),
        number=safety.emergency_number(country),
        to_call=safety.emergency_numbers.to_call(country),
        care_words=safety.unlock_rules["rescreen_after_care"].wording,
        has_country=bool(country),
    )
