"""What the page of the running programme shows."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import url_for

from fstpwa.access import acting_user
from fstpwa.blueprints.plan.forms import ScheduleForm
from fstpwa.blueprints.plan.pause_form import PauseForm
from fstpwa.domain.days import local_day, long_day
from fstpwa.domain.prescription import is_routine
from fstpwa.models.practice import Enrolment
from fstpwa.services import adherence, enrolments, offers, pauses, planning, programme_versions
from fstpwa.services.day_plan import day_plan
from fstpwa.services.given import given_to, lacks_answers


def showing(
    enrolment: Enrolment,
    *,
    schedule_form: ScheduleForm | None = None,
    pause_form: PauseForm | None = None,
) -> dict[str, Any]:
    """Return what plan/show.html needs.

    Args:
        enrolment: the running programme.
        schedule_form: days and time as they were sent; None shows what is stored.
        pause_form: the pause as it was sent; None shows what is stored.
    """
    user = acting_user()
    programme = enrolments.programme_of(enrolment)
    now = datetime.now(UTC)
    today = local_day(now, user.time_zone)
    rests = enrolment.rests_on(today)
    plan = day_plan(user, today)
    given = given_to(user, enrolment, now=now)
    return {
        "enrolment": enrolment,
        "programme": programme,
        "gate": plan.gate,
        "phase": programme.phase(enrolment.phase),
        "form": schedule_form or _schedule_form_of(enrolment),
        "action": url_for("plan.change_schedule"),
        "submit": "Save days and time",
        "pause_form": pause_form or PauseForm.of(enrolment, rests=rests),
        "rests": rests,
        "week": pauses.week_of_step(enrolment, today),
        "offer": offers.offer(plan),
        # A routine has no parts to go on to.
        "criteria": () if is_routine(programme.slug) else offers.criteria(plan),
        "is_routine": is_routine(programme.slug),
        "given": given,
        "asks_first": given.running is not None and lacks_answers(user, enrolment),
        "is_offered": programme_versions.can_be_finished(enrolment),
        "has_page": programme_versions.is_known(enrolment.programme),
        "newer": programme_versions.newer(enrolment),
        "kept": adherence.adherence_of(user, enrolment, today, history=plan.history),
        "last_paused": long_day(enrolment.resumes_on - timedelta(days=1), today)
        if enrolment.resumes_on
        else None,
        "today": today,
    }


def _schedule_form_of(enrolment: Enrolment) -> ScheduleForm:
    schedule = planning.schedule_of(enrolment)
    return ScheduleForm.for_programme(
        enrolments.programme_of(enrolment),
        weekdays=sorted(schedule.weekdays),
        at=time(schedule.at_min // 60, schedule.at_min % 60),
        side=enrolment.side,
    )
