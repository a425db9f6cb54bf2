"""Storing what was said about a session: the later word on each field stays, whatever came first."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fstpwa.content import library
from fstpwa.domain import merging
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.merging import Merged, Outcome, Writing
from fstpwa.domain.session import Part, PlannedItem
from fstpwa.domain.session_changes import (
    NOT_OF_IT,
    RATINGS,
    SessionChanges,
    check_changes,
    felt_kind,
)
from fstpwa.domain.session_log import corrected_s
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import MovementLog, SessionLog
from fstpwa.services import check_ins, movement_locks, plan_events, programme_asks, vault
from fstpwa.services.gate import as_prescribed
from fstpwa.services.people import pace_of
from fstpwa.services.player_plan import variants_of
from fstpwa.services.session_effects import follow_plan, hold_day_or_let_it_go, zone_of

TEXTS = frozenset({"note"})
AS_PLAYED = "as_played"
"""Beside the clocks: position -> what was played of a movement before it was first corrected."""


def apply(
    user: User,
    log: SessionLog,
    changes: SessionChanges,
    *,
    stamped: str,
    today: date,
    now: datetime,
) -> Outcome:
    """Put what was said into `log`, and let follow what follows; flushed.

    A session of today that was too much holds the day; a correction that it was not lets it go.
    A movement that felt sharp for the second time is locked (services/movement_locks.py).

    A corrected movement keeps the seconds that were measured. Without any, it counts with those
    of the planned session (half of them for "partly"); where that is gone, with an even share of
    what was planned.

    Args:
        user: whose session it is.
        log: the session, locked.
        changes: what they say.
        stamped: when they said it, see `merging.stamp`.
        today: their own day.
        now: the current instant, aware.

    Raises:
        InvalidValue: something in it cannot be.
    """
    changes = _checked(log, changes)
    was_red = zone_of(log) == "red"
    writing = Writing(
        values=changes.fields(),
        stamped=stamped,
        bases={} if changes.note_base is None else {"note": changes.note_base},
    )
    merged = merging.merge(_stored(user, log), log.clocks, writing, texts=TEXTS)
    if merged.changed:
        _write(user, log, changes, merged)
        log.changed_at = now
        if log.planned_session is not None:
            db.session.flush()
            follow_plan(log.planned_session, log, now)
        hold_day_or_let_it_go(user, log, was_red=was_red, now=now)
        movement_locks.follow(user, log, now=now)
    is_whole = _say_near_falls(user, log, changes, stamped, today, now)
    db.session.flush()
    return merged.outcome if is_whole else "merged"


def planned_s(user: User, item: PlannedItem, part: Part) -> int:
    """Return the seconds of one part of a planned session."""
    return item_block(item, library().movements, pace_of(user), easier=part.easier).duration_s


def felt_in(log: SessionLog) -> int | None:
    """Return the position of the movement that was named for a pain; None: not known."""
    if log.felt_in is not None or "felt_in" in log.clocks:
        return log.felt_in
    return next((each.position for each in log.movements if each.pain_kind is not None), None)


def _checked(log: SessionLog, changes: SessionChanges) -> SessionChanges:
    kinds = [kind.id for kind in library().safety.after_session.kinds]
    positions = {movement.position for movement in log.movements}
    checked = check_changes(changes, positions=positions, kinds=kinds)
    if not changes.stances.keys() <= programme_asks.stances_of(log):
        raise InvalidValue(NOT_OF_IT)
    return checked


def _stored(user: User, log: SessionLog) -> dict[str, Any]:
    """Return what is stored about a session, by the names of `SessionChanges.fields`."""
    values: dict[str, Any] = {name: getattr(log, name) for name in RATINGS}
    values["pain_kinds"] = tuple(log.pain_kinds)
    values["felt_in"] = felt_in(log)
    values["note"] = vault.readable(user, log.note)
    for each in log.movements:
        values[f"movement_{each.position}"] = each.state
        if each.held_s is not None:
            values[f"stance_{each.position}"] = (each.held_s, each.support)
    return {name: value for name, value in values.items() if value is not None}


def _write(user: User, log: SessionLog, changes: SessionChanges, merged: Merged) -> None:
    values = merged.values
    for name in RATINGS:
        setattr(log, name, values.get(name))
    log.pain_kinds = list(values["pain_kinds"])
    log.note = vault.sealed_again(user, log.note, str(values.get("note", "")))
    log.felt_in = values.get("felt_in")
    kind = felt_kind(log.pain_kinds)
    played: dict[str, Any] = dict(log.clocks.get(AS_PLAYED, {}))
    for each in log.movements:
        each.pain_kind = kind if each.position == log.felt_in else None
        each.held_s, each.support = values.get(f"stance_{each.position}") or (None, None)
        if each.position in changes.movements:
            was = played.setdefault(str(each.position), [each.state, each.done_s, each.reason])
            _correct(user, log, each, values[f"movement_{each.position}"], was)
    log.clocks = {**merged.clocks, **({AS_PLAYED: played} if played else {})}
    log.done_s = sum(each.done_s for each in log.movements)


def _correct(
    user: User, log: SessionLog, movement: MovementLog, state: Any, was: list[Any]
) -> None:
    """Change what was done of one movement; a reason for leaving it out goes with that.

    It rests on what was played alone, never on another correction: so their order does not matter.
    """
    was_state, was_s, was_reason = was
    movement.state = state
    movement.reason = was_reason
    movement.done_s = was_s
    if state != was_state:
        movement.done_s = corrected_s(state, was_s, _planned_s_of(user, log, movement))
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
                return planned_s(user, item, Part(item=part.item, easier=movement.easier))
    return log.planned_s // len(log.movements)


def _say_near_falls(
    user: User, log: SessionLog, changes: SessionChanges, stamped: str, today: date, now: datetime
) -> bool:
    """Store near-falls with their day where they are asked; False if a later word on them stays."""
    said: Mapping[str, Any] = changes.answers
    value = said.get("near_falls")
    if value is None or not programme_asks.asked_after(log, today).near_falls:
        return True
    words: Mapping[str, bool] = {programme_asks.NEAR_FALL: value != "0"}
    if not check_ins.say_of_day(user, log.day, words, stamped, now=now):
        return False
    if value == "0":
        plan_events.take_back(user, programme_asks.NEAR_FALL, day=log.day)
    else:
        plan_events.note(user, programme_asks.NEAR_FALL, day=log.day, now=now, value=[value])
    return True
