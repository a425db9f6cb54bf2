"""Check-ins: stored once, merged question by question, read and deleted."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from fstpwa.content import library
from fstpwa.domain import check_in as rules
from fstpwa.domain.check_in import Answer, CheckInEntry, CheckInRecord, Limits
from fstpwa.domain.days import local_day
from fstpwa.domain.movement import short_label
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import AppliedOperation, CheckIn, CheckInRegion
from fstpwa.services import vault

PLAIN_COLUMNS = (
    "stiffness",
    "good_day",
    "flare",
    "fatigue",
    "sleep",
    "morning_stiffness_min",
    "first_step_pain",
    "woken_by_pain",
    "managed",
    "note",
)


def region_labels() -> Mapping[str, str]:
    """Return the name of each body region for people, in the content's order."""
    regions = library().vocabularies.body_regions
    return {region: short_label(label) for region, label in regions.items()}


@cache
def limits() -> Limits:
    """Return what a check-in may contain, from the measures of the content."""
    return rules.limits(library().measures, library().vocabularies.body_regions.keys())


def check_in_on(user: User, day: date) -> CheckInRecord | None:
    """Return what `user` answered about `day`, or None. One query."""
    row = _row(user, day, lock=False)
    return None if row is None else rules.record(day, _answers(user, row), region_labels())


def record_check_in(
    user: User, entry: CheckInEntry, *, at: datetime, operation_id: UUID, now: datetime
) -> CheckInRecord | None:
    """Store the answers of `entry`; those it does not contain stay as they are.

    Idempotent on `operation_id`. For each question the answer with the later `at` stays, in
    whatever order they arrive. A day whose last answer is taken back is no check-in any more.

    Args:
        user: Whose day it is.
        entry: Answers to some questions about one day.
        at: When they were given, aware; a phone's clock that is ahead counts as `now`.
        operation_id: Made where the answers were given; the same one changes nothing twice.
        now: The current instant, aware.

    Returns:
        What is stored about the day now; None if nothing is.

    Raises:
        InvalidValue: The day is in the future or over 400 days back, or an answer cannot be.
    """
    entry = rules.check_entry(entry, limits(), local_day(now, user.time_zone))
    if _is_first_time(user, operation_id, now=now):
        _merge_into_day(user, entry, rules.stamp(min(at, now), operation_id), now=now)
    return check_in_on(user, entry.day)


def delete_check_in(user: User, day: date) -> None:
    """Delete what `user` answered about `day`; nothing happens if there is nothing."""
    db.session.execute(delete(CheckIn).where(CheckIn.user_id == user.id, CheckIn.day == day))
    db.session.flush()


def _is_first_time(user: User, operation_id: UUID, *, now: datetime) -> bool:
    """Note the operation. False if it was carried out before, also by a request at this moment."""
    operation = AppliedOperation(user_id=user.id, operation_id=operation_id, applied_at=now)
    if db.session.get(AppliedOperation, (user.id, operation_id)) is not None:
        return False
    try:
        with db.session.begin_nested():
            db.session.add(operation)
    except IntegrityError:
        return False
    return True


def _merge_into_day(user: User, entry: CheckInEntry, stamped: str, *, now: datetime) -> None:
    row = _row(user, entry.day, lock=True)
    if row is None:
        row = _first_row(user, entry.day, now=now)
    merged = rules.merge(_answers(user, row), row.clocks, entry, stamped)
    if not merged.answers:
        db.session.delete(row)
    elif merged.changed:
        _write(user, row, merged.answers, merged.clocks)
        row.changed_at = now
    db.session.flush()


def _first_row(user: User, day: date, *, now: datetime) -> CheckIn:
    """Make the day's row, or take the one that another request made at this moment."""
    row = CheckIn(
        user_id=user.id, day=day, managed="", note="", clocks={}, recorded_at=now, changed_at=now
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        found = _row(user, day, lock=True)
        if found is None:
            raise
        return found
    return row


def _row(user: User, day: date, *, lock: bool) -> CheckIn | None:
    found = select(CheckIn).where(CheckIn.user_id == user.id, CheckIn.day == day)
    found = found.options(joinedload(CheckIn.regions))
    if lock:
        found = found.with_for_update(of=CheckIn).execution_options(populate_existing=True)
    return db.session.scalars(found).unique().one_or_none()


def _answers(user: User, row: CheckIn) -> dict[str, Answer]:
    answers: dict[str, Answer] = {name: getattr(row, name) for name in PLAIN_COLUMNS}
    for name in rules.TEXT_LENGTHS:
        answers[name] = vault.readable(user, getattr(row, name))
    for region in row.regions:
        answers[rules.region_question("stiffness", region.region)] = region.stiffness
        answers[rules.region_question("pain", region.region)] = region.pain
    return {name: answer for name, answer in answers.items() if answer not in (None, "")}


def _write(
    user: User, row: CheckIn, answers: Mapping[str, Answer], clocks: Mapping[str, str]
) -> None:
    for name in PLAIN_COLUMNS:
        if name in rules.TEXT_LENGTHS:
            text = str(answers.get(name, ""))
            setattr(row, name, vault.sealed_again(user, getattr(row, name), text))
        else:
            setattr(row, name, answers.get(name))
    row.clocks = dict(clocks)
    kept = {region.region: region for region in row.regions}
    for region in library().vocabularies.body_regions:
        stiffness = answers.get(rules.region_question("stiffness", region))
        pain = answers.get(rules.region_question("pain", region))
        stored = kept.get(region)
        if stiffness is None and pain is None:
            if stored is not None:
                row.regions.remove(stored)
            continue
        if stored is None:
            stored = CheckInRegion(region=region)
            row.regions.append(stored)
        stored.stiffness, stored.pain = stiffness, pain  # type: ignore[assignment]  # checked ratings
