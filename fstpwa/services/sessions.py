"""Sessions that were done: stored once from the phone, changed and deleted later."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fstpwa.content import library
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.session import PlannedItem, VariantName
from fstpwa.domain.session_log import MovementResult, SessionLogEntry, believable_times
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import MovementLog, PlannedSession, PlannedState, SessionLog
from fstpwa.services.people import pace_of
from fstpwa.services.planning import items_of
from fstpwa.services.player_plan import variants_of

NOTE_LETTERS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSessionEntry:
    """How a session was, said afterwards. None is 'not said'."""

    pain_before: int | None
    worst_pain: int | None
    pain_kinds: tuple[str, ...]
    effort: int | None
    note: str


def record_session(
    user: User, session: PlannedSession, entry: SessionLogEntry, *, now: datetime
) -> SessionLog:
    """Store a session that was done, wholly or partly.

    Idempotent on `entry.log_id`: sent again, it returns what is stored, unchanged.
    The session counts as done as soon as anything of it was done.

    Args:
        user: who did it.
        session: the planned session it was, belonging to `user`.
        entry: what the phone reports.
        now: the current instant, aware.

    Raises:
        Conflict: the id is taken by somebody else's session.
        InvalidValue: an unknown variant or item, or times that cannot be.
    """
    stored = _stored(user, entry.log_id)
    if stored is not None:
        return stored
    variant = next(
        (v for v in variants_of(session, pace_of(user)) if v.name == entry.variant), None
    )
    if variant is None:
        raise InvalidValue("There is no such version of this session.")
    items = {i.id: i for i in (*items_of(session.items), *items_of(session.flare_items))}
    started_at, finished_at = believable_times(entry.started_at, entry.finished_at, now)
    log = SessionLog(
        id=entry.log_id,
        user_id=user.id,
        planned_session_id=session.id,
        name=session.name,
        programme=session.programme,
        variant=entry.variant,
        day=local_day(started_at, user.time_zone),
        started_at=started_at,
        finished_at=finished_at,
        done_s=sum(result.done_s for result in entry.results),
        planned_s=variant.total_s,
        pain_before=entry.pain_before,
        pain_kinds=[],
        recorded_at=now,
        changed_at=now,
        movements=_movement_logs(entry.results, items),
    )
    if log.done_s > 86_400:
        raise InvalidValue("A session cannot have lasted more than a day.")
    try:
        with db.session.begin_nested():
            db.session.add(log)
    except IntegrityError:
        stored = _stored(user, entry.log_id)
        if stored is None:
            raise
        return stored  # sent twice at the same moment, and the other one was first
    if log.done_s > 0:
        session.state = PlannedState.DONE
        session.state_changed_at = now
    db.session.flush()
    return log


def _stored(user: User, log_id: UUID) -> SessionLog | None:
    stored = db.session.get(SessionLog, log_id)
    if stored is not None and stored.user_id != user.id:
        raise Conflict("That session cannot be stored under this id.")
    return stored


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
    pace = pace_of(user)
    chosen = next((v for v in variants_of(session, pace) if v.name == variant), None)
    if chosen is None:
        raise InvalidValue("There is no such version of this session.")
    if not {part.item for part in chosen.parts} & set(done):
        raise InvalidValue("Tick at least one movement that you did.")
    items = {i.id: i for i in (*items_of(session.items), *items_of(session.flare_items))}
    results = []
    for part in chosen.parts:
        was_done = part.item in done
        played = item_block(items[part.item], library().movements, pace, easier=part.easier)
        results.append(
            MovementResult(
                item=part.item,
                state="done" if was_done else "skipped",
                easier=part.easier and variant == "easier",
                done_s=played.duration_s if was_done else 0,
                reason=None,
            )
        )
    return SessionLogEntry(
        log_id=log_id,
        variant=variant,
        started_at=now - timedelta(seconds=sum(result.done_s for result in results)),
        finished_at=now,
        pain_before=pain_before,
        results=tuple(results),
    )


def practised_on(user: User, day: date) -> bool:
    """Return whether `user` did a session on their own calendar day `day`."""
    return bool(
        db.session.scalar(
            select(SessionLog.id)
            .where(SessionLog.user_id == user.id, SessionLog.day == day)
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


def say_how_it_was(log: SessionLog, entry: AfterSessionEntry, *, now: datetime) -> SessionLog:
    """Store how a session was.

    Raises:
        InvalidValue: an unknown kind of pain, a rating outside 0-10, or a note of more
            than 2,000 letters.
    """
    known = {kind.id for kind in library().safety.after_session.kinds}
    if not set(entry.pain_kinds) <= known:
        raise InvalidValue("Please choose from the list what it was like.")
    for rating in (entry.pain_before, entry.worst_pain, entry.effort):
        if rating is not None and not 0 <= rating <= 10:
            raise InvalidValue("Please choose a number from 0 to 10.")
    if len(entry.note) > NOTE_LETTERS:
        raise InvalidValue(f"Please keep the note under {NOTE_LETTERS:,} letters.")
    log.pain_before = entry.pain_before
    log.worst_pain = entry.worst_pain
    log.pain_kinds = list(entry.pain_kinds)
    log.effort = entry.effort
    log.note = entry.note
    log.changed_at = now
    db.session.flush()
    return log


def delete_session(log: SessionLog, *, now: datetime) -> None:
    """Delete a session that was done; its planned session can then be done again."""
    session = log.planned_session
    db.session.delete(log)
    db.session.flush()
    if session is None or session.state != PlannedState.DONE:
        return
    others = select(func.count()).where(
        SessionLog.planned_session_id == session.id, SessionLog.done_s > 0
    )
    if not db.session.scalar(others):
        session.state = PlannedState.PLANNED
        session.state_changed_at = now
        db.session.flush()


def _movement_logs(
    results: tuple[MovementResult, ...], items: Mapping[str, PlannedItem]
) -> list[MovementLog]:
    if len({result.item for result in results}) != len(results):
        raise InvalidValue("The same movement of a session was sent twice.")
    for result in results:
        if result.item not in items:
            raise InvalidValue("That movement does not belong to this session.")
    return [
        MovementLog(
            position=position,
            slug=items[result.item].slug,
            state=result.state,
            easier=result.easier,
            done_s=result.done_s,
            reason=result.reason,
        )
        for position, result in enumerate(results)
    ]
