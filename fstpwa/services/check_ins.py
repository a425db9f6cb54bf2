"""Check-ins: stored once, merged question by question, read and deleted.

A day without answers has no row; the clocks of those that were taken back are kept apart
(`ClearedDay`), so that an older answer that comes late does not raise it again. A day's row is
always made first, also for taking back: so two requests about one day wait for each other.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from fstpwa.content import library
from fstpwa.domain import check_in as rules
from fstpwa.domain import merging
from fstpwa.domain.check_in import Answer, CheckInEntry, CheckInRecord, Limits
from fstpwa.domain.days import check_day, local_day
from fstpwa.domain.merging import Clocks, Merged, Outcome, Writing, stamp
from fstpwa.domain.movement import short_label
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, CheckInRegion, ClearedDay
from fstpwa.services import operations, vault

FIRST_ZONE = timedelta(hours=14)
"""How far ahead of UTC the first place is where a day begins."""

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
    if row is None:
        return None
    return rules.record(day, _answers(user, row), region_labels(), row.clocks)


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
    if operations.claim(user, operation_id, now=now):
        _merge(user, entry, stamp(min(at, now), operation_id), now=now)
    return check_in_on(user, entry.day)


def merge_check_in(
    user: User, entry: CheckInEntry, *, at: datetime, operation_id: UUID, now: datetime
) -> Outcome:
    """Put answers that a phone kept into what is stored; flushed. It does not claim the operation.

    As `record_check_in`; but a phone may be where the next day has begun already.

    Returns:
        "merged" if a later answer to something stays, or a text is kept beside another.

    Raises:
        InvalidValue: The day is in the future or over 400 days back, or an answer cannot be.
    """
    entry = rules.check_entry(entry, limits(), today_where(user, entry.day, now))
    return _merge(user, entry, stamp(min(at, now), operation_id), now=now)


def delete_check_in(
    user: User, day: date, *, at: datetime, operation_id: UUID, now: datetime
) -> Outcome:
    """Take back what `user` answered about a day up to `at`; flushed. Safe to repeat.

    An answer that was given later stays, and one that was given before stays away, however late
    it comes. It does not claim the operation.

    Args:
        user: Whose day it is.
        day: The day, with or without answers.
        at: When it was deleted, aware; a phone's clock that is ahead counts as `now`.
        operation_id: Made where it was deleted.
        now: The current instant, aware.

    Returns:
        "merged" if something was answered later, and stays.

    Raises:
        InvalidValue: The day is in the future or over 400 days back.
    """
    check_day(day, today_where(user, day, now))
    stamped = stamp(min(at, now), operation_id)
    return _change(user, day, lambda answers, clocks: rules.clear(answers, clocks, stamped), now)


def today_where(user: User, day: date, now: datetime) -> date:
    """Return the day that it is for `user`, or the next one if a phone of theirs says `day`.

    They may be on their way, and the next day have begun where they are.
    """
    today = local_day(now, user.time_zone)
    has_begun = day <= (now + FIRST_ZONE).astimezone(UTC).date()
    return day if day == today + timedelta(days=1) and has_begun else today


def say_of_day(
    user: User, day: date, words: Mapping[str, bool], stamped: str, *, now: datetime
) -> frozenset[str]:
    """Note when something besides the questions was said about a day; flushed.

    Args:
        user: Whose day it is.
        day: Their own day.
        words: What it was (`rules.DAY_WORDS`) -> whether it was said or taken back.
        stamped: When, see `merging.stamp`.
        now: The current instant, aware.

    Returns:
        Those on which this is the last word: only they are to be carried out.
    """
    won: frozenset[str] = frozenset()

    def note(answers: Mapping[str, Answer], clocks: Clocks) -> Merged:
        nonlocal won
        said = {word: clocks[word] for word in rules.DAY_WORDS & clocks.keys()}
        merged = merging.merge({}, said, Writing(values=words, stamped=stamped))
        won = merged.won
        return replace(merged, values=answers, clocks={**clocks, **merged.clocks})

    _change(user, day, note, now)
    return won


def _merge(user: User, entry: CheckInEntry, stamped: str, *, now: datetime) -> Outcome:
    def merge(answers: Mapping[str, Answer], clocks: Clocks) -> Merged:
        return rules.merge(answers, clocks, entry, stamped)

    return _change(user, entry.day, merge, now)


def _change(
    user: User,
    day: date,
    change: Callable[[Mapping[str, Answer], Clocks], Merged],
    now: datetime,
) -> Outcome:
    """Change a day's answers and clocks, and keep them where they belong."""
    row = _row(user, day, lock=True)
    if row is None:
        row = _first_row(user, day, now=now)
    # Only now: whoever changed the day last has ended, and what they left is seen.
    cleared = _cleared(user, day)
    vault.look_for_key(user)
    clocks = row.clocks if cleared is None else {**cleared.clocks, **row.clocks}
    merged = change(_answers(user, row), clocks)
    if merged.values:
        if merged.changed or cleared is not None:
            _write(user, row, merged.values, merged.clocks)
            row.changed_at = now
        if cleared is not None:
            db.session.delete(cleared)
    else:
        db.session.delete(row)
        _keep_clocks(user, day, cleared, merged, now)
    db.session.flush()
    return merged.outcome


def _keep_clocks(
    user: User, day: date, cleared: ClearedDay | None, merged: Merged, now: datetime
) -> None:
    """Keep the clocks of a day without answers."""
    if cleared is None and merged.clocks:
        db.session.add(
            ClearedDay(user_id=user.id, day=day, clocks=dict(merged.clocks), changed_at=now)
        )
    elif cleared is not None and merged.changed:
        cleared.clocks, cleared.changed_at = dict(merged.clocks), now


def _cleared(user: User, day: date) -> ClearedDay | None:
    found: ClearedDay | None = db.session.scalar(
        select(ClearedDay)
        .where(ClearedDay.user_id == user.id, ClearedDay.day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found


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


def _write(user: User, row: CheckIn, answers: Mapping[str, Answer], clocks: Clocks) -> None:
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
