"""What a notification leads to: two big choices, what is stored, undo, and the receipt.

Whoever has the address may answer, signed in or not; a visitor sees no name. Reading stores
nothing: a form on the page sends what was tapped.
"""

import re
from datetime import UTC, datetime
from typing import cast

from flask import jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug import Response

from fstpwa.access import public
from fstpwa.blueprints.reminders.answer_pages import context_of, words_of
from fstpwa.blueprints.reminders.blueprint import blueprint
from fstpwa.domain.errors import Conflict, GoodDaysError, InvalidValue, NotFound
from fstpwa.extensions import db
from fstpwa.services import push_receipts, reminder_answers, reminder_tokens
from fstpwa.services.reminder_answers import LATER_MIN, Answer, Standing
from fstpwa.services.reminder_tokens import ReminderToken
from fstpwa.web import STATUS_OF_ERROR, go_to

MINUTES = re.compile(r"[0-9]{1,3}")
STATE_OF_STATUS = {404: "unknown", 409: "over", 422: "invalid"}


@blueprint.get("/answer/<token:token>")
@public
def answer_page(token: str) -> ResponseReturnValue:
    """Ask, with what was tapped first; or show what is stored, with a way to take it back."""
    try:
        found = reminder_answers.asked_by(_read(token))
    except NotFound as problem:
        return _not_indexed(render_template("reminders/answer_over.html", words=problem)), 404
    standing = reminder_answers.standing_of(found, now=datetime.now(UTC))
    return _page(token, standing, chosen=request.args.get("answer", ""))


@blueprint.post("/answer/<token:token>")
@public
def give_answer(token: str) -> ResponseReturnValue:
    """Store an answer, or take it back; to the worker as JSON, else by way of the page."""
    try:
        signed = _read(token)
        standing = _record(signed)
        # Safari shows a declarative message without our worker: who answers it has seen it.
        push_receipts.note(signed, now=datetime.now(UTC))
    except (NotFound, Conflict, InvalidValue) as problem:
        db.session.rollback()
        return _refused(token, problem)
    db.session.commit()
    if _wants_json():
        return jsonify(state=standing.asked.occurrence.state, words=words_of(standing))
    return go_to(url_for("reminders.answer_page", token=token))


@blueprint.post("/answer/<token:token>/shown")
@public
def shown(token: str) -> ResponseReturnValue:
    """Take the receipt: a device showed the message of this token."""
    push_receipts.note(_read(token), now=datetime.now(UTC))
    db.session.commit()
    return "", 204


def _read(token: str) -> ReminderToken:
    return reminder_tokens.read(token, now=datetime.now(UTC))


def _record(token: ReminderToken) -> Standing:
    return reminder_answers.record(
        token,
        # Whether it is one is looked at there, where its reminder is known.
        cast("Answer", request.form.get("answer", "")),
        minutes=_minutes(request.form.get("minutes", "")),
        at=_instant(request.form.get("at", "")),
        now=datetime.now(UTC),
    )


def _minutes(sent: str) -> int:
    """Read how long to put it off; how much is possible is looked at with the reminder."""
    if not sent:
        return LATER_MIN
    if not MINUTES.fullmatch(sent):
        raise InvalidValue("Choose from 5 minutes to 4 hours.")
    return int(sent)


def _instant(sent: str) -> datetime | None:
    """Read when it was tapped."""
    if not sent:
        return None
    try:
        at = datetime.fromisoformat(sent)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidValue("Your device sent a time that cannot be read.")
    return at


def _refused(token: str, problem: GoodDaysError) -> ResponseReturnValue:
    """Say why nothing was stored: to the worker as JSON, else on the page."""
    status = next(code for kind, code in STATUS_OF_ERROR.items() if isinstance(problem, kind))
    if _wants_json():
        return jsonify(state=STATE_OF_STATUS[status], words=str(problem)), status
    if status == 404:
        return _not_indexed(render_template("reminders/answer_over.html", words=problem)), status
    standing = reminder_answers.standing_of(
        reminder_answers.asked_by(_read(token)), now=datetime.now(UTC)
    )
    return _page(token, standing, error=str(problem)), status


def _page(token: str, standing: Standing, *, chosen: str = "", error: str = "") -> Response:
    reader = current_user.id if current_user.is_authenticated else None
    context = context_of(standing, reader, now=datetime.now(UTC))
    if chosen == "later" and standing.why_not_later:
        error = standing.why_not_later
    if chosen not in context["may_choose"]:
        chosen = ""
    page = render_template(
        "reminders/answer.html", token=token, chosen=chosen, error=error, **context
    )
    return _not_indexed(page)


def _not_indexed(page: str) -> Response:
    """Keep what belongs to one person's address out of search engines."""
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _wants_json() -> bool:
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return bool(accepted == "application/json")
