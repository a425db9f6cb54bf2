"""Today: the check-in, today's sessions, the next ones and the week so far."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.check_in.forms import quick_form
from fstpwa.blueprints.flares.showing import flare_card_of
from fstpwa.blueprints.gate_pages import by_answers, by_wish, still_to_do, summary_of
from fstpwa.blueprints.practice.asking import day_asks_of
from fstpwa.content import library
from fstpwa.domain.check_in import questions_for
from fstpwa.domain.days import local_day, minute_of_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.flare_triggers import TRIGGERS
from fstpwa.domain.timeline import Pace
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.offline import kept_offline
from fstpwa.services import check_ins, decisions, messages, mornings, red_days, reminders
from fstpwa.services.asks import asks_of
from fstpwa.services.day_plan import day_plan
from fstpwa.services.given import given_to, lacks_answers, note_seen
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import usual_minutes
from fstpwa.services.today import Today, today_of
from fstpwa.web import go_to, is_warming

RATING = re.compile(r"[0-9]|10", re.ASCII)

blueprint = Blueprint("practice", __name__)


@blueprint.get("/today")
@signed_in
@kept_offline
def today() -> ResponseReturnValue:
    """Show what there is to do today, and how the day is."""
    user = acting_user()
    now = datetime.now(UTC)
    day = local_day(now, user.time_zone)
    check_in = check_ins.check_in_on(user, day)
    plan = day_plan(user, day)
    view = today_of(user, day, plan=plan)
    given = given_to(user, view.enrolment, now=now)
    if not is_warming():
        note_seen(given.unseen, now=now)
    return render_template(
        "practice/today.html",
        user=user,
        day=day,
        check_in=check_in,
        form=quick_form(check_in) if check_in is None or check_in.is_only_flare else None,
        flare_card=flare_card_of(plan, day),
        triggers=TRIGGERS,
        day_asks=day_asks_of(plan, day),
        pain_anchors=library().measures["nprs"].anchors,
        now_min=minute_of_day(now, user.time_zone),
        held=red_days.is_held(user, day),
        wrote=messages.unread_of(user),
        given=given,
        asks_first=given.running is not None and lacks_answers(user, view.enrolment),
        other_days=[day + timedelta(days=ahead) for ahead in range(1, 8)],
        **_shown(view, user),
    )


@blueprint.post("/today/mornings/<uuid:log_id>")
@signed_in
def say_next_morning(log_id: UUID) -> ResponseReturnValue:
    """Store the pain of the morning after a session."""
    user, now = acting_user(), datetime.now(UTC)
    sent = request.form.get("pain", "")
    if not RATING.fullmatch(sent):
        raise InvalidValue("Please choose a number from 0 to 10.")
    mornings.say_next_morning(user, log_id, int(sent), at=now, now=now)
    return _noted(user, now)


@blueprint.post("/today/mornings/<uuid:log_id>/settled")
@signed_in
def say_settled(log_id: UUID) -> ResponseReturnValue:
    """Store whether it is as it was before a session, two days after it."""
    user, now = acting_user(), datetime.now(UTC)
    sent = request.form.get("settled")
    if sent not in ("yes", "no"):
        raise InvalidValue("Choose one of the answers that are offered.")
    mornings.say_settled(user, log_id, settled=sent == "yes", at=now, now=now)
    return _noted(user, now)


def _noted(user: User, now: datetime) -> ResponseReturnValue:
    """Commit an answer with what follows from it for today's plan, and show Today."""
    decisions.note(user, now=now)
    db.session.commit()
    flash("Thank you, that is saved.")
    return go_to(url_for("practice.today", _anchor="practice"))


def _shown(view: Today, user: User) -> dict[str, object]:
    """Return what Today shows of the plan, and what the gate says of it."""
    safety = library().safety
    return {
        "view": view,
        "questions": questions_for(view.programme, (), check_ins.region_labels()),
        "minutes_ahead": _comes_at(view, pace_of(user)),
        "safety": safety,
        "messages": safety.messages,
        "asks": asks_of(user, view.gate.standing, rescreen_due=view.gate.door == "again"),
        "still": still_to_do(view.gate, view.changes, view.aside)
        if view.gate.is_open and view.is_emptied
        else None,
        "summary_of": summary_of,
        "told": by_answers,
        "wished": by_wish,
        "wants_reminder": _follows(view) and not reminders.has_any(user),
    }


def _follows(view: Today) -> bool:
    return view.enrolment is not None and not view.enrolment.rests_on(view.adaptation.day)


def _comes_at(view: Today, pace: Pace) -> dict[UUID, int]:
    """Return the minutes of each session that comes next, 0 where nothing of it is left."""
    return {each.session.id: usual_minutes(each, pace) for each in view.following}
