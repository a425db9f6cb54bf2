"""What a phone or a form sent: each operation is carried out once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import AppliedOperation


def claim(user: User, operation_id: UUID, *, now: datetime) -> bool:
    """Note that an operation of `user` is carried out; flushed.

    Args:
        user: whose operation it is; two people may happen upon the same one.
        operation_id: made where it was said.
        now: the current instant, aware.

    Returns:
        False if it was carried out before, also by a request at this moment: then do nothing.
    """
    if db.session.get(AppliedOperation, (user.id, operation_id)) is not None:
        return False
    operation = AppliedOperation(
        user_id=user.id, operation_id=operation_id, applied_at=now, result="applied"
    )
    try:
        with db.session.begin_nested():
            db.session.add(operation)
    except IntegrityError:
        return False
    return True


def result_of(user: User, operation_id: UUID) -> str | None:
    """Return what became of an operation that was carried out; None: it was not."""
    operation = db.session.get(AppliedOperation, (user.id, operation_id))
    return None if operation is None else operation.result


def store_result(user: User, operation_id: UUID, result: str) -> None:
    """Keep what became of a claimed operation, for when it comes again; flushed.

    Args:
        user: whose operation it is.
        operation_id: one that `claim` noted.
        result: at most 16 letters, as it is answered.
    """
    db.session.get_one(AppliedOperation, (user.id, operation_id)).result = result
    db.session.flush()
