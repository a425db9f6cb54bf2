"""Today's check-in and that of any of the last 400 days."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fstpwa.access import acting_user, signed_in
from fstpwa.blueprints.check_in.forms import QuickForm, full_form, sent_form
from fstpwa.blueprints.sent_operations import sent_operation
from fstpwa.domain.check_in import CheckInEntry, CheckInRecord, Questions, questions_for
from fstpwa.domain.days import check_day, day_in_words, first_editable_day, local_day, long_day
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.offline import day_shown, kept_offline
from fstpwa.services import check_ins, decisions, enrolments, operations
from fstpwa.web import after_post, go_to, invalid_form

blueprint = Blueprint("check_in", __name__, url_prefix="/check-in")

NOTHING_ANSWERED = "Answer at least one question, then save."
SAVED_BEFORE = "This form was saved before, with other answers. Look at it, then save it again."
PAGE = "check_in/day.html"


@blueprint.get("")
@signed_in
@kept_offline
def today() -> ResponseReturnValue:
    """Show today's check-in, or go to the day that was picked."""
    picked = request.args.get("day")
    if picked is None:
        return _page(_today())
    try:
        day = check_day(date.fromisoformat(picked), _today())
    except ValueError as error:
        words = str(error) if isinstance(error, InvalidValue) else "Choose a day in the calendar."
        return _page(_today(), picker_error=words), 422
    return redirect(url_for("check_in.day", day=day), code=303)


@blueprint.get("/<day:day>")
@signed_in
@kept_offline
def day(day: date) -> ResponseReturnValue:
    """Show the check-in of a day: its form, or what was answered with a way to change it."""
    try:
        return _page(check_day(day, _today()))
    except InvalidValue as error:
        raise NotFound from error


@blueprint.post("")
@signed_in
def save_today() -> ResponseReturnValue:
    """Store answers about today."""
    return _save(_today())


@blueprint.post("/<day:day>")
@signed_in
def save_day(day: date) -> ResponseReturnValue:
    """Store answers about a day."""
    return _save(check_day(day, _today()))


@blueprint.post("/<day:day>/delete")
@signed_in
def delete(day: date) -> ResponseReturnValue:
    """Delete what was answered about a day. Doing it twice is no mistake."""
    user, now, operation = acting_user(), datetime.now(UTC), sent_operation()
    if operations.claim(user, operation, now=now):
        check_ins.delete_check_in(user, day, at=now, operation_id=operation, now=now)
    db.session.commit()
    return go_to(url_for("check_in.day", day=day))


def _save(day: date) -> ResponseReturnValue:
    user, now = acting_user(), datetime.now(UTC)
    form = sent_form()
    if not form.validate():
        return _invalid(day, form)
    entry = form.entry(day)
    record = check_ins.record_check_in(
        user, entry, at=now, operation_id=form.operation_id(), now=now
    )
    if not entry.is_stored_in(record):
        return _invalid(day, form, SAVED_BEFORE)
    wants_more = bool(request.form.get("more"))
    if record is None and not wants_more and not form.opened_with_answers():
        return _invalid(day, form, NOTHING_ANSWERED)
    decisions.note(user, now=now)
    db.session.commit()
    if wants_more:
        return go_to(url_for("check_in.day", day=day, change="more"))
    back = url_for("check_in.day", day=day) if form.full else url_for("practice.today")
    if record is None or _changes_the_day(form, entry):
        return go_to(back)
    return after_post(
        "check_in/_check_in.html", otherwise=back, day=day, check_in=record, just_saved=True
    )


def _changes_the_day(form: QuickForm, entry: CheckInEntry) -> bool:
    """Whether what was said on Today changes the sessions beside the form: a flare, or none any more."""
    if form.full or "flare" not in entry.answers:
        return False
    return bool(entry.answers["flare"]) or form.opened_with_answers()


def _invalid(day: date, form: QuickForm, error: str = "") -> ResponseReturnValue:
    """Answer with the form as it was sent. Nothing of it stays, the operation can come again."""
    db.session.rollback()
    partial = "check_in/_form.html" if form.full else "check_in/_quick.html"
    return invalid_form(PAGE, partial, **_context(day, form.made_anew()), error=error)


def _page(day: date, *, picker_error: str = "") -> str:
    return render_template(PAGE, **_context(day), picker_error=picker_error)


def _context(day: date, form: QuickForm | None = None) -> dict[str, object]:
    today = _today()
    record = check_ins.check_in_on(acting_user(), day)
    change = request.args.get("change")
    if form is None and (record is None or change):
        form = full_form(record)
    if form is not None and day != today:
        form.ask_about_the_past()
    return {
        "title": f"How {'is' if day == today else 'was'} {day_in_words(day, today)}?",
        "day_words": long_day(day, today),
        "day": day,
        "today": today,
        "first_day": first_editable_day(today),
        "day_before": day - timedelta(days=1) if day > first_editable_day(today) else None,
        "day_after": day + timedelta(days=1) if day < today else None,
        "check_in": record,
        "form": form,
        "questions": None if form is None else _questions(record),
        "open_more": change == "more",
    }


def _questions(record: CheckInRecord | None) -> Questions:
    enrolment = enrolments.running_enrolment(acting_user())
    programme = None if enrolment is None else enrolments.programme_of(enrolment)
    answered = {} if record is None else record.answers()
    return questions_for(programme, answered, check_ins.region_labels())


def _today() -> date:
    """Return the person's own day, or the coming one as of which a phone asks for a page ahead."""
    return day_shown(local_day(datetime.now(UTC), acting_user().time_zone))
