"""Health answers: what counts now, everything by date, and correcting a mistaken tick."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.health_answers.presenting import current_answers, history
from fstpwa.blueprints.health_questions import YesNoList
from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.safety_content import Question
from fstpwa.domain.standing import Standing
from fstpwa.extensions import db
from fstpwa.services import corrections, reports, unlocks
from fstpwa.services.gate import gate_today
from fstpwa.web import go_to

blueprint = Blueprint("health_answers", __name__, url_prefix="/settings/health")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Show the answers that count now and the history."""
    user, standing = acting_user(), _standing()
    answers = corrections.answers_of(user)
    return render_template(
        "health_answers/index.html",
        current=current_answers(standing, answers),
        days=history(
            answers,
            unlocks.unlocks_of(user),
            reports.reports_of(user),
            standing.today,
            user.time_zone,
        ),
        last_screened=standing.last_screened,
        today=standing.today,
    )


@blueprint.post("/ask")
@signed_in
def ask() -> ResponseReturnValue:
    """Ask a question once more that was answered with yes; nothing is stored.

    By a form, so that what somebody has stands in no address, history or proxy's log.
    """
    standing = _standing()
    question = corrections.question_to_correct(request.form.get("question", ""), standing)
    return _page(question, _list(question, standing))


@blueprint.get("/ask")
@blueprint.get("/change")
@signed_in
def change() -> ResponseReturnValue:
    """Lead whoever comes by the address alone back to the list."""
    return redirect(url_for("health_answers.index"), code=303)


@blueprint.post("/change")
@signed_in
def correct() -> ResponseReturnValue:
    """Store the corrected answer."""
    standing = _standing()
    question = corrections.question_to_correct(request.form.get("question", ""), standing)
    asked = _list(question, standing)
    asked.read(request.form)
    if not asked.is_valid:
        return _page(question, asked), 422
    corrections.correct(acting_user(), asked.entries[0], standing, now=datetime.now(UTC))
    db.session.commit()
    flash("Your answer is changed. The old one is kept in the history.")
    return go_to(url_for("health_answers.index"))


def _list(question: Question, standing: Standing) -> YesNoList:
    given = corrections.given(question, standing)
    return YesNoList([question], library().safety, given=given)


def _page(question: Question, asked: YesNoList) -> str:
    return render_template("health_answers/change.html", question=question, asked=asked)


def _standing() -> Standing:
    user = acting_user()
    return gate_today(user, local_day(datetime.now(UTC), user.time_zone)).standing
