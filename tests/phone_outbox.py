"""What a phone keeps without a network, and how it sends it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from uuid6 import uuid7
from werkzeug.test import TestResponse

from fstpwa.domain.outbox import SCHEMA
from tests.conftest import Person

OUTBOX = "/api/outbox"
Entry = dict[str, Any]


def in_ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def entry(kind: str, entity: object, data: Entry, *, at: datetime | None = None, **more) -> Entry:
    """One entry, written now unless `at` is given."""
    written = in_ms(at or datetime.now(UTC))
    return {
        "op": str(uuid7()),
        "kind": kind,
        "entity": str(entity),
        "at": written,
        "data": data,
        **more,
    }


def check_in(person: Person, *, days_ago: int = 0, at: datetime | None = None, **answers) -> Entry:
    """Answers about a day."""
    day = person.today() - timedelta(days=days_ago)
    return entry("check_in", day, {"answers": answers}, at=at)


def session(planned: UUID, *, log_id: UUID | None = None, **changed) -> Entry:
    """A session that was done just now, also just after midnight."""
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    data = {
        "session": str(planned),
        "variant": "usual",
        "started_at": max(now - timedelta(minutes=10), midnight).isoformat(),
        "finished_at": now.isoformat(),
        "pain_before": 2,
        "results": [
            {"item": "1", "state": "done", "easier": False, "done_s": 55, "reason": None},
            {"item": "2", "state": "part", "easier": True, "done_s": 12, "reason": "tired"},
        ],
    }
    return entry("session", log_id or uuid4(), data | changed)


def batch(person: Person, *entries: Any, **changed) -> Entry:
    """What is sent."""
    frame = {
        "schema": SCHEMA,
        "user": str(person.public_id),
        "tz": "UTC",
        "sent": in_ms(datetime.now(UTC)),
        "ops": list(entries),
    }
    return frame | changed


def send(person: Person, *entries: Any, **changed) -> TestResponse:
    """Post entries as the person's phone does."""
    return person.post(OUTBOX, json=batch(person, *entries, **changed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came back about one entry."""

    op: str | None
    result: str
    code: str | None = None
    words: str | None = field(default=None, compare=False)


def sent(person: Person, *entries: Any, **changed) -> list[Told]:
    """Post entries, and return what is answered to each."""
    answer = send(person, *entries, **changed)
    assert answer.status_code == 200, answer.text
    assert answer.json["user"] == str(person.public_id)
    assert len(answer.json["answers"]) == len(entries)
    return [Told(**each) for each in answer.json["answers"]]


def results(person: Person, *entries: Any, **changed) -> list[str]:
    """Post entries, and return the result of each, with its code where it has one."""
    told = sent(person, *entries, **changed)
    return [f"{each.result} {each.code}" if each.code else each.result for each in told]
