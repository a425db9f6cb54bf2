"""Sessions that were done: stored once from the phone, changed and deleted later."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from fstpwa.content import library
from fstpwa.domain.after_session import KIND_OF_STOP
from fstpwa.domain.days import local_day
from fstpwa.domain.errors import InvalidValue, NotFound
from fstpwa.domain.pain_zone import Zone, zone_with_kinds
from fstpwa.domain.practice_history import FeltPain
from fstpwa.domain.session import Part, PlannedItem, Variant, VariantName
from fstpwa.domain.session_log import (
    DAY_S,
    MovementResult,
    MovementState,
    SessionLogEntry,
    believable_times,
    corrected_s,
    results_of_ticks,
)
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import MovementLog, PlannedSession, PlannedState, SessionLog
from fstpwa.services import movement_locks, red_days, vault
from fstpwa.services.day_plan import day_plan
from fstpwa.services.gate import PlayableSession, as_prescribed
from fstpwa.services.pain_base import base_on
from fstpwa.services.people import pace_of
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
    movements: Mapping[int, MovementState]
    """Position -> what was done of that movement after all; those not named stay."""
    felt_in: int | None = None
    """Position of the movement that felt sharp, or tingled; None: not sure, or not said."""


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
        InvalidValue: an unknown variant or item, or more than a day of practice.
    """
    log = _stored(user, entry.log_id)
    if log is not None:
        return log
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
    _follow(session, log, now)
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
    durations_s = {part.item: _planned_s(user, items[part.item], part) for part in chosen.parts}
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


def note_of(user: User, log: SessionLog) -> str:
    """Return what `user` wrote about a session of theirs; it is stored sealed."""
    return vault.readable(user, log.note)


def say_how_it_was(
    user: User, log: SessionLog, entry: AfterSessionEntry, *, now: datetime
) -> SessionLog:
    """Store how a session of `user` was, and correct what was done of it.

    A session of today that was too much holds the day; a correction that it was not lets it go.
    A movement that felt sharp for the second time is locked (services/movement_locks.py).

    A corrected movement keeps the seconds that were measured. Without any, it counts with those
    of the planned session (half of them for "partly"); where that is gone, with an even share of
    what was planned.

    Raises:
        InvalidValue: an unknown kind of pain or movement, a rating outside 0-10, or a note of
            more than 2,000 letters.
    """
    _check_how_it_was(log, entry)
    was_red = zone_of(log) == "red"
    log.pain_before = entry.pain_before
    log.worst_pain = entry.worst_pain
    log.pain_kinds = list(entry.pain_kinds)
    log.effort = entry.effort
    log.note = vault.sealed_again(user, log.note, entry.note)
    log.changed_at = now
    stored = {movement.position: movement for movement in log.movements}
    kind = felt_kind(entry.pain_kinds)
    for position, movement in stored.items():
        movement.pain_kind = kind if position == entry.felt_in else None
    for position, state in entry.movements.items():
        if state != stored[position].state:
            _correct(user, log, stored[position], state)
    done_s = sum(movement.done_s for movement in log.movements)
    if done_s != log.done_s:
        log.done_s = done_s
        db.session.flush()
        if log.planned_session is not None:
            _follow(log.planned_session, log, now)
    if zone_of(log) == "red":
        red_days.hold_rest(user, log, now=now)
    elif was_red and not _others_are_red(log):
        red_days.release_rest(user, log, now=now)
    movement_locks.follow(user, log, now=now)
    db.session.flush()
    return log


def delete_session(log: SessionLog, *, now: datetime) -> None:
    """Delete a session that was done; its planned session can then be done again."""
    session = log.planned_session
    db.session.delete(log)
    db.session.flush()
    if session is not None:
        _plan_again_if_undone(session, now)
        db.session.flush()


def felt_kind(pain_kinds: Collection[str]) -> FeltPain | None:
    """Return the kind of pain after which it is asked in which movement it was; sharp first."""
    kinds: tuple[FeltPain, ...] = ("sharp", "tingling_numb")
    return next((each for each in kinds if each in pain_kinds), None)


def zone_of(log: SessionLog) -> Zone | None:
    """Return the traffic light of a stored session; None where its pain was not said."""
    felt = {each.pain_kind for each in log.movements if each.pain_kind is not None}
    base = base_on(log.user_id, log.day)
    return zone_with_kinds(log.worst_pain, {*log.pain_kinds, *felt}, base)


def _others_are_red(log: SessionLog) -> bool:
    """Return whether another session of the same day was too much as well."""
    others = db.session.scalars(
        select(SessionLog)
        .where(
            SessionLog.user_id == log.user_id, SessionLog.day == log.day, SessionLog.id != log.id
        )
        .options(selectinload(SessionLog.movements))
    )
    return any(zone_of(each) == "red" for each in others)


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
    if (stopped_in := _stopped_in(movements)) is not None:
        stopped_in.pain_kind = felt_kind(pain_kinds)
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
        recorded_at=now,
        changed_at=now,
        movements=movements,
    )


def _stopped_in(movements: Sequence[MovementLog]) -> MovementLog | None:
    """Return the movement in which a session was stopped: the last one that hurt.

    The player gives that reason to the movement it stood at; what came before it may have one too.
    """
    return next((each for each in reversed(movements) if each.reason == "pain"), None)


def _follow(session: PlannedSession, log: SessionLog, now: datetime) -> None:
    """Let the planned session be done if anything of `log` was; to be done again if not."""
    if log.done_s == 0:
        _plan_again_if_undone(session, now)
    elif session.state != PlannedState.DONE:
        session.state = PlannedState.DONE
        session.state_changed_at = now


def _plan_again_if_undone(session: PlannedSession, now: datetime) -> None:
    if session.state != PlannedState.DONE:
        return
    done = select(func.count()).where(
        SessionLog.planned_session_id == session.id, SessionLog.done_s > 0
    )
    if not db.session.scalar(done):
        session.state = PlannedState.PLANNED
        session.state_changed_at = now


def _check_how_it_was(log: SessionLog, entry: AfterSessionEntry) -> None:
    known = {kind.id for kind in library().safety.after_session.kinds}
    if not set(entry.pain_kinds) <= known:
        raise InvalidValue("Please choose from the list what it was like.")
    for rating in (entry.pain_before, entry.worst_pain, entry.effort):
        if rating is not None and not 0 <= rating <= 10:
            raise InvalidValue("Please choose a number from 0 to 10.")
    if len(entry.note) > NOTE_LETTERS:
        raise InvalidValue(f"Please keep the note under {NOTE_LETTERS:,} letters.")
    named = {*entry.movements, *([entry.felt_in] if entry.felt_in is not None else [])}
    if not named <= {movement.position for movement in log.movements}:
        raise InvalidValue("That movement does not belong to this session.")


def _correct(user: User, log: SessionLog, movement: MovementLog, state: MovementState) -> None:
    """Change what was done of one movement; a reason for leaving it out goes with that."""
    movement.done_s = corrected_s(state, movement.done_s, _planned_s_of(user, log, movement))
    movement.state = state
    if state == "done" and not movement.easier:
        movement.reason = None


def _planned_s_of(user: User, log: SessionLog, movement: MovementLog) -> int:
    """Return the seconds a stored movement would have taken in full, as far as is still known."""
    session = log.planned_session
    if session is not None:
        planned = as_prescribed(session)
        chosen = next(
            (v for v in variants_of(planned, pace_of(user)) if v.name == log.variant), None
        )
        for part in chosen.parts if chosen else ():
            item = planned.items[part.item]
            if item.slug == movement.slug:
                return _planned_s(user, item, Part(item=part.item, easier=movement.easier))
    return log.planned_s // len(log.movements)


def _planned_s(user: User, item: PlannedItem, part: Part) -> int:
    """Return the seconds of one part of a planned session."""
    return item_block(item, library().movements, pace_of(user), easier=part.easier).duration_s


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
