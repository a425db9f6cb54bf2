"""Why the plan is as it is: what acts today, what was decided before, and keeping the usual."""

from datetime import UTC, datetime

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.plan.blueprint import blueprint
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict
from fstpwa.domain.reason_words import facts_in_words, title_of
from fstpwa.extensions import db
from fstpwa.offline import kept_offline
from fstpwa.services import decisions, plan_events
from fstpwa.services.day_plan import day_plan
from fstpwa.services.enrolments import programme_of
from fstpwa.web import go_to

LARGEST_ID = 2**63 - 1


@blueprint.get("/plan/why")
@signed_in
@kept_offline
def why() -> ResponseReturnValue:
    """Show what acts on the plan today, what was decided before, and the rules themselves."""
    user = acting_user()
    today = local_day(datetime.now(UTC), user.time_zone)
    plan = day_plan(user, today)
    programme = programme_of(plan.enrolment) if plan.enrolment else None
    found = decisions.decisions_of(user, before=request.args.get("before", type=_row_id))
    return render_template(
        "plan/why.html",
        adaptation=plan.adaptation,
        programme=programme,
        phase=programme.phase(plan.enrolment.phase) if programme and plan.enrolment else None,
        decisions=found[: decisions.PAGE],
        earlier=found[decisions.PAGE - 1].id if len(found) > decisions.PAGE else None,
        is_first_page="before" not in request.args,
        today=today,
        facts_in_words=facts_in_words,
        title_of=title_of,
    )


@blueprint.post("/plan/usual")
@signed_in
def keep_usual() -> ResponseReturnValue:
    """Keep the usual session today, or take that back; never past the safety gate."""
    user, now = acting_user(), datetime.now(UTC)
    today = local_day(now, user.time_zone)
    if request.form.get("answer") == "take-back":
        plan_events.take_back(user, "kept_usual", day=today)
        flash("Today is as we suggested again.")
    else:
        if not day_plan(user, today).adaptation.may_keep_usual:
            raise Conflict("There is nothing to change about today's sessions.")
        plan_events.note(user, "kept_usual", day=today, now=now)
        decisions.write(
            user,
            "kept_usual",
            "You chose to keep your usual session on this day.",
            facts={},
            day=today,
            until=today,
            now=now,
        )
        flash("You keep your usual session today. Stop whenever it is too much.")
    db.session.commit()
    return go_to(url_for("practice.today", _anchor="practice"))


def _row_id(text: str) -> int:
    """Return a number that a row may have. Raises ValueError for any other."""
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(text)
    return number
