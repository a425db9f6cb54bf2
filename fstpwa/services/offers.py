"""What somebody may go on to, or start again at: with their yes, or not yet."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from fstpwa.domain import progression, step_back
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict
from fstpwa.domain.going_on_tests import Criterion
from fstpwa.domain.planning import Offer
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import Enrolment
from fstpwa.services import enrolments, pauses, plan_events, planning
from fstpwa.services.day_plan import DayPlan, day_plan

OFFER_AGAIN_AFTER = timedelta(days=7)


def offer(plan: DayPlan) -> Offer | None:
    """Return what the person could go on to now, or None.

    Nothing is offered without a running programme or while it is paused, and no step in the week
    after a 'not yet'.
    """
    enrolment, history, today = plan.enrolment, plan.history, plan.adaptation.day
    if enrolment is None or history is None or enrolment.rests_on(today):
        return None
    programme = enrolments.programme_of(enrolment)
    found = progression.offer(history, programme, today, plan.adaptation)
    waits = enrolment.offer_again_on is not None and today < enrolment.offer_again_on
    if found is not None and found.kind != "restart" and waits:
        return None
    return found


def criteria(plan: DayPlan) -> Sequence[Criterion]:
    """Return what is looked at before the next step is offered; nothing while it is paused."""
    enrolment, history, today = plan.enrolment, plan.history, plan.adaptation.day
    if enrolment is None or history is None or enrolment.rests_on(today):
        return ()
    programme = enrolments.programme_of(enrolment)
    return progression.criteria(history, programme, today, plan.adaptation)


def accept(
    enrolment: Enrolment, user: User, *, phase_id: str, ramp_step: int, now: datetime
) -> Offer:
    """Take the step that the person saw and said yes to.

    Sessions of today that are done are not planned again: the new step begins tomorrow then.

    Args:
        enrolment: the running programme.
        user: whose it is.
        phase_id: the phase of the offer that was seen.
        ramp_step: the ramp step of the offer that was seen.
        now: the current instant, aware.

    Raises:
        Conflict: that step is not on offer any more.
    """
    planning.wait_for(enrolment)
    today = local_day(now, user.time_zone)
    offered = offer(day_plan(user, today))
    if offered is None or (offered.phase_id, offered.ramp_step) != (phase_id, ramp_step):
        raise Conflict("That step is not on offer any more. Please look at Today again.")
    if offered.kind == "complete":
        enrolments.stop(enrolment, user, now=now)
        return offered
    if offered.kind == "restart":
        start_again(enrolment, user, phase_id=offered.phase_id, now=now)
        return offered
    _move(enrolment, phase_id=offered.phase_id, ramp_step=offered.ramp_step, today=today, now=now)
    return offered


def postpone(enrolment: Enrolment, user: User, *, now: datetime) -> None:
    """Stay as it is; what was offered is offered again in a week."""
    today = local_day(now, user.time_zone)
    offered = offer(day_plan(user, today))
    if offered is not None and offered.kind == "restart":
        plan_events.note(user, "stayed", day=today, now=now)
        return
    enrolment.offer_again_on = today + OFFER_AGAIN_AFTER
    db.session.flush()


def start_again(enrolment: Enrolment, user: User, *, phase_id: str, now: datetime) -> None:
    """Begin a phase anew: down is always possible, and is kept as what happened on the day.

    Args:
        enrolment: the running programme, locked.
        user: whose it is.
        phase_id: a phase of it, as a rule the first one.
        now: the current instant, aware.
    """
    today = local_day(now, user.time_zone)
    plan_events.note(user, "restarted", day=today, now=now)
    _move(enrolment, phase_id=phase_id, ramp_step=0, today=today, now=now)
    # In a pause it began with the pause, which moves it on when it is over.
    pause = pauses.present_pause(enrolment) if enrolment.rests_on(today) else None
    enrolment.phase_since = enrolment.step_since = pause.first if pause else today
    db.session.flush()


def start_again_after_fall(user: User, *, now: datetime) -> None:
    """Go back to the first part after a fall, where the programme says so: it needs no yes.

    Source: content, rule `fall` ("Then start again at the first part, with support"). Sessions
    wait for a week by that rule; those after it are the first part's.
    """
    enrolment = enrolments.running_enrolment(user)
    if enrolment is None:
        return
    planning.wait_for(enrolment)
    programme = enrolments.programme_of(enrolment)
    phase_id = step_back.restart_after("fall", programme, enrolment.phase)
    if phase_id is not None:
        start_again(enrolment, user, phase_id=phase_id, now=now)


def _move(
    enrolment: Enrolment, *, phase_id: str, ramp_step: int, today: date, now: datetime
) -> None:
    """Be in a step from today on; what was done today stays as it was."""
    if enrolment.phase != phase_id:
        enrolment.phase_since = today
    enrolment.phase = phase_id
    enrolment.ramp_step = ramp_step
    enrolment.step_since = today
    enrolment.offer_again_on = None
    first = today + timedelta(days=planning.is_done_on(enrolment, today))
    planning.replan(enrolment, first=first, today=today, now=now)
