"""What the page of the running programme shows."""

from datetime import UTC, datetime, time, timedelta

from flask import url_for

from fstpwa.access import acting_user
from fstpwa.blueprints.plan.forms import ScheduleForm
from fstpwa.blueprints.plan.pause_form import PauseForm
from fstpwa.domain.days import local_day, long_day
from fstpwa.models.practice import Enrolment
from fstpwa.services import adherence, enrolments, offers, pauses, planning, programme_versions
from fstpwa.services.day_plan import day_plan


def showing(
    enrolment: Enrolment,
    *,
    schedule_form: ScheduleForm | None = None,
    pause_form: PauseForm | None = None,
) -> dict[str, object]:
    """Return what plan/show.html needs.

    Args:
        enrolment: the running programme.
        schedule_form: days and time as they were sent; None shows what is stored.
        pause_form: the pause as it was sent; None shows what is stored.
    """
    user = acting_user()
    programme = enrolments.programme_of(enrolment)
    today = local_day(datetime.now(UTC), user.time_zone)
    rests = enrolment.rests_on(today)
    plan = day_plan(user, today)
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
        "criteria": offers.criteria(plan),
        "is_offered": programme_versions.is_offered(enrolment.programme),
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
