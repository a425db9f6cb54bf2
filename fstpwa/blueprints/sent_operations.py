"""What a form says of itself: which sending it is, and which words were seen when it was opened."""

import json
from uuid import UUID

from flask import request
from uuid6 import uuid7


def sent_operation() -> UUID:
    """Return the identity of this sending; a form without one is a sending of its own.

    A phone that keeps what is written sends the same identity by the form and from its outbox.
    """
    try:
        return UUID(request.form.get("operation", ""))
    except ValueError:
        return uuid7()


def operations_in(field: str) -> tuple[str, ...] | None:
    """Return the operations named in a hidden field, as they were sent.

    Returns:
        None where the form has no such field, as one of an older page: it saw what is stored.
    """
    sent = request.form.get(field)
    if sent is None:
        return None
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        return tuple(sent.replace(",", " ").split())
    return tuple(map(str, found)) if isinstance(found, list) else ()


def written_in(operations: tuple[str, ...]) -> str:
    """Return the hidden field for operations, as `operations_in` reads it."""
    return " ".join(operations)
