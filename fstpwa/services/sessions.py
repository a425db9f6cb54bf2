"""Sessions that were done: stored once from the phone, changed and deleted later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fstpwa.content import library
from fstpwa.domain import merging
from fstpwa.domain.after_session import KIND_OF_STOP
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Gone, InvalidValue, NotFound
from fstpwa.domain.merging import Outcome
from fstpwa.domain.session import PlannedItem, Variant, VariantName
from fstpwa.domain.session_changes import SessionChanges, felt_kind
from fstpwa.domain.session_log import (
    DAY_S,
    MovementResult,
    SessionLogEntry,
    believable_times,
    results_of_ticks,
)
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import DeletedSession, MovementLog, PlannedSession, SessionLog
from fstpwa.services import movement_locks, red_days, session_changes, vault
from fstpwa.services.day_plan import day_plan
from fstpwa.services.gate import PlayableSession, as_prescribed
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import variants_of
from fstpwa.services.session_changes import planned_s
from fstpwa.services.session_effects import (
    follow_plan,
    let_day_go,
    plan_again_if_undone,
    zone_of,
)

DELETED = "This session was deleted, here or on another device."


def record_session(
    user: User, session: PlannedSession, entry: SessionLogEntry, *, now: datetime
) -> SessionLog:
    """Store a session that was done, wholly or partly: it happened, whatever the gate says now.

    Idempotent on `entry.log_id`: sent again, it returns what is stored, unchanged; sent twice
    at once too. The session counts as done as soon as anything of it was done. A session that
    was withdrawn from the plan while somebody played it is stored like any other.

    Args:
        user: who did it.
        session: the planned session it was, belonging to `user`.
        entry: what the phone reports.
        now: the current instant, aware.

    Raises:
        NotFound: the id is taken by somebody else's session.
        Gone: it was deleted since.
        InvalidValue: an unknown variant or item, or more than a day of practice.
    """
    log = _stored(user, entry.log_id)
    if log is not None:
        return log
    if _is_deleted(user, entry.log_id):
        raise Gone(DELETED)
    log = _log_of_entry(user, session, entry, now)
    try:
        with db.session.begin_nested():
            db.session.add(log)
    except IntegrityError:
        # The same session came at the same moment; its other sending was stored meanwhile.
        log = _stored(user, entry.log_id)
        if log is None:
            raise
        return log
    follow_plan(session, log, now)
    if entry.stop is not None:
        red_days.hold_rest(user, log, now=now)
    movement_locks.follow(user, log, now=now)
    db.session.flush()
    return log


def entry_of_ticks(
    user: User,
    session: PlannedSession,
    *,
    log_id: UUID,
    variant: VariantName,
    pain_before: int | None,
    done: Collection[str],
    now: datetime,
) -> SessionLogEntry:
    """Return a session that somebody did without the player, from the movements they tick.

    A ticked movement counts in full; the session is taken to have just ended.

    Raises:
        InvalidValue: there is no such variant, or nothing was ticked.
    """
    shown = _shown(user, session, now)
    chosen = _variant(user, shown, variant)
    items = _items(shown)
    durations_s = {part.item: planned_s(user, items[part.item], part) for part in chosen.parts}
    results = results_of_ticks(chosen.parts, durations_s, done)
    return SessionLogEntry(
        log_id=log_id,
        variant=variant,
        started_at=now - timedelta(seconds=sum(result.done_s for result in results)),
        finished_at=now,
        pain_before=pain_before,
        results=results,
    )


def practised_on(user: User, day: date) -> bool:
    """Return whether `user` did anything of a session on their own calendar day `day`."""
    return bool(
        db.session.scalar(
            select(SessionLog.id)
            .where(SessionLog.user_id == user.id, SessionLog.day == day, SessionLog.done_s > 0)
            .limit(1)
        )
    )


def session_log(user: User, log_id: UUID) -> SessionLog:
    """Return a session that `user` did, with its movements. Raises NotFound, also for others'."""
    log = db.session.scalar(
        select(SessionLog)
        .where(SessionLog.id == log_id, SessionLog.user_id == user.id)
        .options(selectinload(SessionLog.movements))
    )
    if log is None:
        raise NotFound("There is no such session.")
    return log


def known_session(user: User, log_id: UUID) -> SessionLog:
    """Return a session that `user` did, locked, to change it.

    Raises:
        NotFound: there never was such a session of theirs.
        Gone: it was deleted.
    """
    log = db.session.scalar(
        select(SessionLog)
        .where(SessionLog.id == log_id, SessionLog.user_id == user.id)
        .options(selectinload(SessionLog.movements))
        .with_for_update(of=SessionLog)
        .execution_options(populate_existing=True)
    )
    if log is not None:
        vault.look_for_key(user)
        return log
    if _is_deleted(user, log_id):
        raise Gone(DELETED)
    raise NotFound("There is no such session.")


def note_of(user: User, log: SessionLog) -> str:
    """Return what `user` wrote about a session of theirs; it is stored sealed."""
    return merging.shown(vault.readable(user, log.note))


def seen_in_note(user: User, log: SessionLog) -> tuple[str, ...]:
    """Return the operations that wrote the note as it is now: what its next writer has seen."""
    versions = merging.versions_of(vault.readable(user, log.note), log.clocks.get("note"))
    return tuple(each.operation for each in versions)


def change_session(
    user: User,
    log_id: UUID,
    changes: SessionChanges,
    *,
    at: datetime,
    operation_id: UUID,
    now: datetime,
) -> Outcome:
    """Store how a session of `user` was, and correct what was done of it; flushed.

    The later word on each field stays, in whatever order they come; safe to repeat. It does not
    claim the operation. What follows from it is told at `session_changes.apply`.

    Args:
        user: whose session it is.
        log_id: the session.
        changes: what they say; what is not in it stays.
        at: when they said it, aware; a phone's clock that is ahead counts as `now`.
        operation_id: made where it was said.
        now: the current instant, aware.

    Returns:
        "merged" if a later word on something stays, or the note is kept beside another.

    Raises:
        NotFound: there never was such a session of theirs.
        Gone: it was deleted.
        InvalidValue: an unknown kind of pain or movement, a rating outside 0-10, or a note of
            more than 2,000 letters.
    """
    log = known_session(user, log_id)
    stamped = merging.stamp(min(at, now), operation_id)
    today = local_day(now, user.time_zone)
    return session_changes.apply(user, log, changes, stamped=stamped, today=today, now=now)


def delete_session(user: User, log_id: UUID, *, now: datetime) -> None:
    """Delete a session that was done, for good; its planned session can then be done again.

    Safe to repeat. Sent once more, the session does not come back.

    Raises:
        NotFound: there never was such a session of theirs.
    """
    try:
        log = known_session(user, log_id)
    except Gone:
        return
    session = log.planned_session
    if zone_of(log) == "red":
        let_day_go(user, log, now=now)
    db.session.delete(log)
    db.session.add(DeletedSession(user_id=user.id, log_id=log_id, deleted_at=now))
    db.session.flush()
    if session is not None:
        plan_again_if_undone(session, now)
        db.session.flush()


def _is_deleted(user: User, log_id: UUID) -> bool:
    return db.session.get(DeletedSession, (user.id, log_id)) is not None


def _stored(user: User, log_id: UUID) -> SessionLog | None:
    """Return what `user` stored under an id. Raises NotFound if it is somebody else's."""
    log = db.session.get(SessionLog, log_id)
    if log is not None and log.user_id != user.id:
        raise NotFound("There is no such session.")
    return log


def _log_of_entry(
    user: User, session: PlannedSession, entry: SessionLogEntry, now: datetime
) -> SessionLog:
    shown = _shown(user, session, now)
    variant = _variant(user, shown, entry.variant)
    started_at, finished_at = believable_times(
        entry.started_at, entry.finished_at, now, sent_at=entry.sent_at
    )
    done_s = sum(result.done_s for result in entry.results)
    if done_s > DAY_S:
        raise InvalidValue("A session cannot have lasted more than a day.")
    pain_kinds = [KIND_OF_STOP[entry.stop]] if entry.stop else []
    movements = _movement_logs(entry.results, _items(shown))
    kind = felt_kind(pain_kinds)
    stopped_in = _stopped_in(movements) if kind else None
    if stopped_in is not None:
        stopped_in.pain_kind = kind
    return SessionLog(
        id=entry.log_id,
        user_id=user.id,
        planned_session_id=session.id,
        name=session.name,
        programme=session.programme,
        variant=entry.variant,
        day=local_day(started_at, user.time_zone),
        started_at=started_at,
        finished_at=finished_at,
        done_s=done_s,
        planned_s=variant.total_s,
        led_by=entry.led_by,
        unrecorded_lines=entry.unrecorded_lines,
        pain_before=entry.pain_before,
        pain_kinds=pain_kinds,
        felt_in=None if stopped_in is None else stopped_in.position,
        clocks={},
        recorded_at=now,
        changed_at=now,
        movements=movements,
    )


def _stopped_in(movements: Sequence[MovementLog]) -> MovementLog | None:
    """Return the movement in which a session was stopped: the last one that hurt.

    The player gives that reason to the movement it stood at; what came before it may have one too.
    """
    return next((each for each in reversed(movements) if each.reason == "pain"), None)


def _shown(user: User, session: PlannedSession, now: datetime) -> PlayableSession:
    """Return the session as the person sees it today."""
    return day_plan(user, local_day(now, user.time_zone)).playable(session)


def _variant(user: User, shown: PlayableSession, name: VariantName) -> Variant:
    """Return a way to do a session. Raises InvalidValue if it has no such.

    One that the gate took away since may have been begun before: then as it was prescribed.
    """
    pace = pace_of(user)
    prescribed = as_prescribed(shown.session)
    for variant in (*variants_of(shown, pace), *variants_of(prescribed, pace)):
        if variant.name == name:
            return variant
    raise InvalidValue("There is no such version of this session.")


def _items(shown: PlayableSession) -> dict[str, PlannedItem]:
    """Return the items by id, as they are shown now; those that are left out as prescribed."""
    return as_prescribed(shown.session).items | shown.items


def _movement_logs(
    results: tuple[MovementResult, ...], items: Mapping[str, PlannedItem]
) -> list[MovementLog]:
    if len({result.item for result in results}) != len(results):
        raise InvalidValue("The same movement of a session was sent twice.")
    for result in results:
        if result.item not in items or result.slug not in (None, *library().movements):
            raise InvalidValue("That movement does not belong to this session.")
    return [
        MovementLog(
            position=position,
            slug=result.slug or items[result.item].slug,
            state=result.state,
            easier=result.easier,
            done_s=result.done_s,
            reason=result.reason,
        )
        for position, result in enumerate(results)
    ]
