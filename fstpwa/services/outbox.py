"""What a phone kept while there was no network, carried out by what the forms call, too.

Each entry stands for itself: it is carried out whole or not at all, and has its own answer. What was
carried out is noted with the operation's id in the same transaction, so that an entry whose answer
got lost, and which comes again, changes nothing.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fstpwa import log
from fstpwa.domain.errors import Conflict, Gone, InvalidValue, NotFound, TooMany
from fstpwa.domain.merging import Outcome
from fstpwa.domain.outbox import Answer, Batch, Operation
from fstpwa.domain.outbox_kinds import (
    CheckInDeleted,
    CheckInWritten,
    FlareSaid,
    MessageWritten,
    MorningSaid,
    SessionDeleted,
    SessionDone,
    SessionSaid,
    SettledSaid,
    Ticked,
)
from fstpwa.extensions import db
from fstpwa.models.care import Side
from fstpwa.models.people import User
from fstpwa.models.practice import AppliedOperation
from fstpwa.services import (
    care_links,
    check_ins,
    decisions,
    flare_days,
    messages,
    mornings,
    operations,
    pending_checks,
    planning,
    sessions,
    storage,
)

MOST_A_DAY = 1000
"""Operations of one person in 24 hours. A month without a network is some 300 entries; and nobody
fills the disk for everybody."""
A_DAY = timedelta(days=1)
TRY_AGAIN_S = 3600

TOO_MANY = "So many entries came from you today that these have to wait a while."
NO_SUCH_SESSION = "There is no such session."
NOBODY_THERE = (
    "This cannot be sent: what it is about is not there any more, or you no longer share with "
    "whom it was for. What you wrote is still here, and you can copy it."
)
FAILED = "Something went wrong on our side with this entry. You can write it once more."


def apply(user: User, batch: Batch, *, now: datetime) -> tuple[Answer, ...]:
    """Carry out what a phone sent; flushed, not committed.

    Args:
        user: who sent it; the caller has seen to it that they wrote it.
        batch: what they sent.
        now: the current instant, aware.

    Returns:
        An answer to each entry, in the order in which they were sent.

    Raises:
        TooMany: they sent more than anybody writes; nothing was carried out.
        DBAPIError: the storage takes nothing just now, or is away; all has to be undone.
    """
    _one_at_a_time(user)
    ids = {each.id for each in batch.operations if isinstance(each, Operation)}
    known = _results_of(user, ids)
    _require_room(user, ids - known.keys(), now)
    answers = tuple(
        each
        if isinstance(each, Answer)
        else _duplicate(each, known[each.id])
        if each.id in known
        else _answer(user, each, at=batch.written_at(each, now), now=now)
        for each in batch.operations
    )
    if any(each.result in ("applied", "merged") for each in answers):
        decisions.note(user, now=now)
    for outcome, count in Counter(map(_in_the_log, answers)).items():
        log.info(f"outbox_{outcome}", count=count)
    return answers


def _one_at_a_time(user: User) -> None:
    """Let another batch of the same person wait: both would hold what the other one needs."""
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))


def _results_of(user: User, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what became of those operations that were carried out before."""
    rows = db.session.execute(
        select(AppliedOperation.operation_id, AppliedOperation.result).where(
            AppliedOperation.user_id == user.id, AppliedOperation.operation_id.in_(ids)
        )
    )
    return {row.operation_id: row.result for row in rows}


def _require_room(user: User, new: Collection[UUID], now: datetime) -> None:
    if not new:
        return
    today = db.session.scalar(
        select(func.count()).where(
            AppliedOperation.user_id == user.id, AppliedOperation.applied_at > now - A_DAY
        )
    )
    if (today or 0) + len(new) > MOST_A_DAY:
        raise TooMany(TOO_MANY, wait_s=TRY_AGAIN_S)


def _answer(user: User, operation: Operation, *, at: datetime, now: datetime) -> Answer:
    """Carry out one operation, or none of it. Returns what is answered to it."""
    try:
        return _once(user, operation, at=at, now=now)
    except NotFound:
        # Somebody else's and one that never was look the same.
        return _rejected(operation, "unknown_session", NO_SUCH_SESSION)
    except InvalidValue as error:
        return _rejected(operation, "invalid", str(error))
    except Conflict as error:
        return _rejected(operation, "conflict", str(error))
    except Exception as error:
        if storage.fault_of(error) is not None:
            raise
        # A mistake of ours: it must not hold up what was written after it, for good.
        log.error("outbox_entry_failed", error=error)
        return _rejected(operation, "failed", FAILED)


def _once(user: User, operation: Operation, *, at: datetime, now: datetime) -> Answer:
    savepoint = db.session.begin_nested()
    try:
        if not operations.claim(user, operation.id, now=now):
            savepoint.commit()
            return _duplicate(operation, operations.result_of(user, operation.id))
        try:
            outcome = _carry_out(user, operation, at=at, now=now)
        except Gone:
            # It was deleted on another device, and that stays: there is nothing to tell.
            outcome = "merged"
        if outcome != "applied":
            operations.store_result(user, operation.id, outcome)
        savepoint.commit()
    except DBAPIError as error:
        # SQLite may have undone everything already: then there is no savepoint to go back to.
        if storage.fault_of(error) is None:
            savepoint.rollback()
        raise
    except Exception:
        savepoint.rollback()
        raise
    return Answer(op=operation.sent_as, result=outcome)


def _carry_out(user: User, operation: Operation, *, at: datetime, now: datetime) -> Outcome:
    """Store what an operation says. Returns whether all of it stays."""
    body, own = operation.body, operation.id
    match body:
        case CheckInWritten():
            return check_ins.merge_check_in(user, body.entry, at=at, operation_id=own, now=now)
        case CheckInDeleted():
            return check_ins.delete_check_in(user, body.day, at=at, operation_id=own, now=now)
        case SessionDone():
            planned = planning.planned_session(user, body.planned_id)
            sessions.record_session(user, planned, body.entry, now=now)
        case SessionSaid():
            return sessions.change_session(
                user, body.log_id, body.changes, at=at, operation_id=own, now=now
            )
        case SessionDeleted():
            sessions.delete_session(user, body.log_id, now=now)
        case FlareSaid():
            return flare_days.answer(
                user, body.answer, day=body.day, at=at, operation_id=own, now=now
            )
        case MorningSaid():
            return mornings.say_next_morning(user, body.log_id, body.pain, at=at, now=now)
        case SettledSaid():
            return mornings.say_settled(user, body.log_id, settled=body.settled, at=at, now=now)
        case Ticked():
            pending_checks.keep(user, body.items, day=body.day, now=now)
        case MessageWritten():
            _send(user, body, now=now)
        case _:
            assert_never(body)
    return "applied"


def _send(user: User, written: MessageWritten, *, now: datetime) -> None:
    """Send a message as of now, when it arrives: its reader has not seen it before."""
    try:
        messages.send(
            care_links.given_by(user, written.link_id),
            Side.CLIENT,
            written.text,
            message_id=written.message_id,
            session_log_id=written.session_log_id,
            slug=written.slug,
            is_question=written.is_question,
            now=now,
        )
    except NotFound:
        raise Conflict(NOBODY_THERE) from None
    except TooMany as error:
        # This one waits for the person; what else was written goes on.
        raise Conflict(str(error)) from None


def _in_the_log(answer: Answer) -> str:
    if answer.result != "rejected":
        return answer.result
    return f"rejected_{answer.code}"


def _duplicate(operation: Operation, before: str | None) -> Answer:
    """Say that it was carried out before; the code is what became of it then."""
    return Answer(op=operation.sent_as, result="duplicate", code=before)


def _rejected(operation: Operation, code: str, words: str) -> Answer:
    return Answer(op=operation.sent_as, result="rejected", code=code, words=words)
