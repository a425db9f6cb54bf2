"""The days of a client as a therapist reads them: sessions and check-ins, newest first.

What somebody wrote in their own words is not even read where they do not share it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select

from fstpwa.domain.check_in import CheckInRecord, RegionAnswer
from fstpwa.domain.merging import shown
from fstpwa.domain.timeline import minutes
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, CheckInRegion, MovementLog, SessionLog
from fstpwa.services import vault
from fstpwa.services.check_ins import region_labels

ON_THE_PAGE = 7
"""Days on a client's page."""
ON_AN_OLDER_PAGE = 30
PLAIN = (
    "day",
    "stiffness",
    "good_day",
    "flare",
    "fatigue",
    "sleep",
    "morning_stiffness_min",
    "first_step_pain",
    "woken_by_pain",
)
OWN_WORDS = ("managed", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A session that was done, as a line."""

    id: UUID
    name: str
    done_s: int
    planned_s: int
    pain_before: int | None
    worst_pain: int | None
    effort: int | None
    next_morning_pain: int | None
    too_much: bool
    """Whether something in it was said to be too much, or to hurt."""

    @property
    def length(self) -> str:
        """Return "10 minutes", "6 of 10 minutes" or "not begun"."""
        if self.done_s == 0:
            return "not begun"
        done, planned = minutes(self.done_s), minutes(self.planned_s)
        if done < planned:
            return f"{done} of {planned} minutes"
        return f"{done} minute{'' if done == 1 else 's'}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return what was said of it, as pairs of name and words."""
        said = (
            ("Pain before", self.pain_before),
            ("Worst pain", self.worst_pain),
            ("Next morning", self.next_morning_pain),
            ("Effort", self.effort),
        )
        return tuple((name, f"{value} of 10") for name, value in said if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDay:
    """A day on which something was recorded."""

    day: date
    check_in: CheckInRecord | None
    sessions: tuple[SessionLine, ...]
    """In the order they were begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDays:
    """Some days in a row, newest first; empty days are left out."""

    days: tuple[ClientDay, ...] = ()
    earlier: date | None = None
    """What to ask for as `before` to read on; None at the end."""


def client_days(
    client: User, *, notes: bool, before: date | None = None, at_most: int = ON_AN_OLDER_PAGE
) -> ClientDays:
    """Return the newest days with something recorded. At most five queries.

    Args:
        client: whose days they are.
        notes: whether what they wrote in their own words is shared.
        before: only days before this one; None begins with the newest.
        at_most: how many days.
    """
    found = _days(client, before, at_most + 1)
    if not found:
        return ClientDays()
    wanted = found[:at_most]
    sessions = _sessions(client, wanted[-1], wanted[0])
    check_ins = _check_ins(client, wanted[-1], wanted[0], notes=notes)
    return ClientDays(
        days=tuple(
            ClientDay(day=day, check_in=check_ins.get(day), sessions=tuple(sessions.get(day, ())))
            for day in wanted
        ),
        earlier=wanted[-1] if len(found) > at_most else None,
    )


def _days(client: User, before: date | None, count: int) -> Sequence[date]:
    days: set[date] = set()
    for table in (SessionLog, CheckIn):
        query = select(table.day).where(table.user_id == client.id)
        if before is not None:
            query = query.where(table.day < before)
        days.update(db.session.scalars(query.distinct().order_by(table.day.desc()).limit(count)))
    return sorted(days, reverse=True)[:count]


def _sessions(client: User, oldest: date, newest: date) -> Mapping[date, list[SessionLine]]:
    said = (
        select(MovementLog.id)
        .where(
            MovementLog.session_log_id == SessionLog.id,
            or_(MovementLog.reason.is_not(None), MovementLog.pain_kind.is_not(None)),
        )
        .correlate(SessionLog)
        .exists()
    )
    rows = db.session.execute(
        select(
            SessionLog.id,
            SessionLog.day,
            SessionLog.name,
            SessionLog.done_s,
            SessionLog.planned_s,
            SessionLog.pain_before,
            SessionLog.worst_pain,
            SessionLog.effort,
            SessionLog.next_morning_pain,
            said.label("too_much"),
        )
        .where(SessionLog.user_id == client.id, SessionLog.day.between(oldest, newest))
        .order_by(SessionLog.started_at, SessionLog.id)
    )
    found: dict[date, list[SessionLine]] = {}
    for row in rows:
        line = row._asdict()
        found.setdefault(line.pop("day"), []).append(SessionLine(**line))
    return found


def _check_ins(
    client: User, oldest: date, newest: date, *, notes: bool
) -> Mapping[date, CheckInRecord]:
    within = (CheckIn.user_id == client.id, CheckIn.day.between(oldest, newest))
    columns = (*PLAIN, *(OWN_WORDS if notes else ()))
    rows = db.session.execute(
        select(CheckIn.id, *(getattr(CheckIn, name) for name in columns)).where(*within)
    )
    labels = region_labels()
    regions: dict[int, list[RegionAnswer]] = {}
    for each in db.session.execute(
        select(
            CheckInRegion.check_in_id,
            CheckInRegion.region,
            CheckInRegion.stiffness,
            CheckInRegion.pain,
        )
        .join(CheckIn, CheckIn.id == CheckInRegion.check_in_id)
        .where(*within)
        .order_by(CheckInRegion.id)
    ):
        answer = RegionAnswer(
            region=each.region,
            label=labels.get(each.region, each.region),
            stiffness=each.stiffness,
            pain=each.pain,
        )
        regions.setdefault(each.check_in_id, []).append(answer)
    return {row.day: _record(client, row, tuple(regions.get(row.id, ()))) for row in rows}


def _record(client: User, row: Row[Any], regions: tuple[RegionAnswer, ...]) -> CheckInRecord:
    values = row._asdict()
    del values["id"]
    for name in OWN_WORDS:
        if name in values:
            values[name] = shown(vault.readable(client, values[name]))
    return CheckInRecord(**values, regions=regions)
