"""What a notification's buttons and its page answer: stored once, and taken back.

The token in the address is the right to answer, signed in or not. What was answered is known from
operations with ids made of the reminder, the answer and how often it was taken back: an answer
that is sent twice has the same one, and what was changed in the app since has another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from sqlalchemy import select

from fstpwa.domain.check_in import Answer as CheckInAnswer
from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.errors import Conflict, InvalidValue, NotFound
from fstpwa.domain.reminders import snooze_until
from fstpwa.extensions import db
from fstpwa.models.practice import AppliedOperation, CheckIn, PlannedSession, PlannedState
from fstpwa.models.reminders import OccurrenceState, ReminderKind
from fstpwa.services import check_ins, flare_days, occurrences, planning
from fstpwa.services.notice_facts import WaitingSession, waiting_sessions
from fstpwa.services.occurrences import OVER, Asked, asked
from fstpwa.services.reminder_tokens import ReminderToken

Answer = Literal["good_day", "not_today", "later", "skip", "flare", "undo"]
Given = Literal["good_day", "not_today", "later", "skip", "flare"]

ANSWERS: Mapping[str, Sequence[Answer]] = {
    ReminderKind.CHECK_IN: ("good_day", "not_today", "flare", "undo"),
    ReminderKind.PRACTICE: ("later", "skip", "flare", "undo"),
}
GOOD_DAY: Mapping[str, str] = {"good_day": "yes", "not_today": "no"}
"""What each answer says to the question of the good day."""
FLARE = "flare"
"""Says in the check-in of the day that it is a flare day, from either kind of reminder."""

LATER_MIN = 30
"""What "Later" means without a word on how much."""
LATER_CHOICES_MIN = (15, 30, 60, 120)
MOST_UNDONE = 20
"""Nobody changes their mind so often; whoever does has the app."""

ANSWERED = "You answered this reminder already."
ANSWERED_IN_APP = "This question is answered already. Nothing was changed."
TAKEN_BACK = "This answer was taken back since. Nothing was changed."
PUT_OFF = "This reminder was put off already."
NOTHING_TO_UNDO = "There is nothing to take back."
CHANGED_IN_APP = "This was changed since. You can change it in the app."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things are with a reminder on its date."""

    asked: Asked
    given: Given | None
    """What was answered through it, and still holds."""
    is_open: bool
    """Whether it can be answered."""
    may_be_flare: bool = False
    """Whether a flare day can be said: it is open, and the day is not one already."""
    later: Sequence[tuple[int, datetime]] = ()
    """By how many minutes it can be put off now, and when it would ring."""
    why_not_later: str = ""
    """Why it cannot ring half an hour from now, in words; empty if it can."""
    session: WaitingSession | None = None
    """The session that waits on its day."""


def asked_by(token: ReminderToken, *, lock: bool = False) -> Asked:
    """Return what a token is about. Raises NotFound for a test message, and what is deleted."""
    if token.occurrence_id is None:
        raise NotFound("This was only a test.")
    return asked(token.occurrence_id, lock=lock)


def standing_of(found: Asked, *, now: datetime) -> Standing:
    """Return how things are with a reminder; it writes nothing."""
    undone = _undone(found)
    if found.reminder.kind == ReminderKind.CHECK_IN:
        given = _given_good_day(found, undone)
        is_open = given is None and not _is_used(found, undone) and not _has_good_day(found)
        may_be_flare = is_open and not _is_flare(found)
        return Standing(asked=found, given=given, is_open=is_open, may_be_flare=may_be_flare)
    given = _given_practice(found, undone)
    if not found.is_open:
        return Standing(asked=found, given=given, is_open=False)
    pair = (found.user.id, found.occurrence.occ_key)
    later, why_not = ((), "") if given == "later" else _possible_times(found, now)
    return Standing(
        asked=found,
        given=given,
        is_open=True,
        may_be_flare=not _is_flare(found),
        later=later,
        why_not_later=why_not,
        session=waiting_sessions([pair]).get(pair),
    )


def record(
    token: ReminderToken,
    answer: Answer,
    *,
    minutes: int = LATER_MIN,
    at: datetime | None = None,
    now: datetime,
) -> Standing:
    """Store an answer, or take the last one back; flushed.

    Args:
        token: what the answer came with.
        answer: what was tapped.
        minutes: for how long to put it off, where the answer is "later".
        at: when it was tapped, aware, if a phone kept it for a while; None: now.
        now: the current instant, aware.

    Returns:
        How things are afterwards.

    Raises:
        NotFound: the reminder or its person is deleted.
        InvalidValue: not an answer to this reminder, or a time that cannot be.
        Conflict: it was answered already, is over, or was changed in the app. Whoever calls it
            rolls back.
    """
    found = asked_by(token, lock=True)
    if answer not in ANSWERS[found.reminder.kind]:
        raise InvalidValue("That is no answer to this reminder.")
    undone = _undone(found)
    if answer == "undo":
        _undo(found, undone, now)
        return standing_of(found, now=now)
    # A phone's clock may be slow or fast: nobody answers before the question, nor tomorrow.
    tapped_at = now if at is None else min(max(at, found.occurrence.due_at), now)
    if undone.last_at is not None and tapped_at <= undone.last_at:
        raise Conflict(TAKEN_BACK)
    if answer == "later":
        _put_off(found, token, minutes, now)
    elif answer == "skip":
        _skip(found, undone, now)
    elif answer == "flare":
        _say_flare(found, undone, tapped_at, now)
    else:
        _say_good_day(found, undone, answer, tapped_at, now)
    return standing_of(found, now=now)


@dataclass(frozen=True, slots=True)
class _Undone:
    count: int
    last_at: datetime | None


def _undone(found: Asked) -> _Undone:
    """Return how often answers to a reminder were taken back."""
    ids = [_operation(found, "undo", number) for number in range(MOST_UNDONE)]
    times = list(
        db.session.scalars(
            select(AppliedOperation.applied_at).where(
                AppliedOperation.user_id == found.user.id, AppliedOperation.operation_id.in_(ids)
            )
        )
    )
    return _Undone(len(times), max(times, default=None))


def _operation(found: Asked, what: str, number: int) -> UUID:
    return uuid5(found.occurrence.id, f"{what} {number}")


def _say_good_day(
    found: Asked,
    undone: _Undone,
    answer: Literal["good_day", "not_today"],
    at: datetime,
    now: datetime,
) -> None:
    if _is_used(found, undone):
        raise Conflict(ANSWERED)
    if _has_good_day(found):
        raise Conflict(ANSWERED_IN_APP)
    _store(
        found,
        {"good_day": GOOD_DAY[answer]},
        _operation(found, answer, undone.count),
        at=at,
        now=now,
        otherwise=TAKEN_BACK,
    )
    occurrences.close(found.occurrence, "done")


def _say_flare(found: Asked, undone: _Undone, at: datetime, now: datetime) -> None:
    """Say in the day's check-in that it is a flare day; its session waits, in its gentle version."""
    if found.reminder.kind == ReminderKind.CHECK_IN:
        if _is_used(found, undone):
            raise Conflict(ANSWERED)
    elif not found.is_open:
        raise Conflict(ANSWERED if _given_practice(found, undone) else OVER)
    if _is_flare(found):
        raise Conflict(ANSWERED_IN_APP)
    operation = _operation(found, FLARE, undone.count)
    _store(found, {"flare": True}, operation, at=at, now=now, otherwise=TAKEN_BACK)
    flare_days.forget_its_end(
        found.user, found.occurrence.occ_key, at=at, operation_id=operation, now=now
    )
    occurrences.close(found.occurrence, "done")


def _store(
    found: Asked,
    answers: Mapping[str, CheckInAnswer],
    operation: UUID,
    *,
    at: datetime,
    now: datetime,
    otherwise: str,
) -> None:
    """Store answers; Conflict with the words `otherwise` if a later one stays instead."""
    entry = CheckInEntry(day=found.occurrence.occ_key, answers=answers)
    stored = check_ins.record_check_in(found.user, entry, at=at, operation_id=operation, now=now)
    if not entry.is_stored_in(stored):
        raise Conflict(otherwise)


def _put_off(found: Asked, token: ReminderToken, minutes: int, now: datetime) -> None:
    if not found.is_open:
        raise Conflict(OVER)
    if token.snoozes != found.occurrence.snoozes:
        raise Conflict(PUT_OFF)
    occurrences.snooze(found.user, found.occurrence.id, minutes=minutes, now=now)


def _skip(found: Asked, undone: _Undone, now: datetime) -> None:
    """Leave the day's sessions out, but for those that are there for whoever likes."""
    if not found.is_open:
        raise Conflict(ANSWERED if _given_practice(found, undone) else OVER)
    for session in _sessions(found, PlannedState.PLANNED):
        if session.optional:
            continue
        planning.skip(session, now=now)
        operation = _operation(found, f"skip {session.id}", undone.count)
        db.session.add(
            AppliedOperation(user_id=found.user.id, operation_id=operation, applied_at=now)
        )
    occurrences.close(found.occurrence, "not_today")


def _undo(found: Asked, undone: _Undone, now: datetime) -> None:
    if found.reminder.kind == ReminderKind.CHECK_IN:
        given = _given_good_day(found, undone)
    else:
        given = _given_practice(found, undone)
    if given is None:
        is_used = found.reminder.kind == ReminderKind.CHECK_IN and _is_used(found, undone)
        raise Conflict(CHANGED_IN_APP if is_used else NOTHING_TO_UNDO)
    if undone.count >= MOST_UNDONE:
        raise Conflict("This was taken back very often. You can change it in the app.")
    operation = _operation(found, "undo", undone.count)
    if given in GOOD_DAY:
        _store(found, {"good_day": None}, operation, at=now, now=now, otherwise=CHANGED_IN_APP)
    elif given == FLARE:
        _store(found, {"flare": None}, operation, at=now, now=now, otherwise=CHANGED_IN_APP)
    else:
        if given == "skip":
            _take_back(found, undone)
        db.session.add(
            AppliedOperation(user_id=found.user.id, operation_id=operation, applied_at=now)
        )
    occurrences.reopen(found, now=now)


def _take_back(found: Asked, undone: _Undone) -> None:
    """Plan again what this reminder left out, unless it was touched since."""
    sessions = {
        _operation(found, f"skip {session.id}", undone.count): session
        for session in _sessions(found, PlannedState.SKIPPED)
    }
    left_out = db.session.execute(
        select(AppliedOperation.operation_id, AppliedOperation.applied_at).where(
            AppliedOperation.user_id == found.user.id,
            AppliedOperation.operation_id.in_(list(sessions)),
        )
    )
    for row in left_out:
        session = sessions[row.operation_id]
        if session.state_changed_at == row.applied_at:
            planning.unskip(session, now=row.applied_at)


def _sessions(found: Asked, state: PlannedState) -> Sequence[PlannedSession]:
    return db.session.scalars(
        select(PlannedSession)
        .where(
            PlannedSession.user_id == found.user.id,
            PlannedSession.day == found.occurrence.occ_key,
            PlannedSession.state == state,
        )
        .order_by(PlannedSession.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _is_used(found: Asked, undone: _Undone) -> bool:
    """Return whether a check-in was answered through this reminder, and not taken back."""
    return any(
        db.session.get(AppliedOperation, (found.user.id, _operation(found, each, undone.count)))
        for each in (*GOOD_DAY, FLARE)
    )


def _given_good_day(found: Asked, undone: _Undone) -> Given | None:
    """Return which answer of this reminder the day's check-in holds, by the id of its stamp."""
    row = _check_in(found)
    if row is None or row.good_day is None:
        return _given_flare(found, undone)
    stamp = str(row.clocks.get("good_day", ""))
    for each in ("good_day", "not_today"):
        if stamp.endswith(str(_operation(found, each, undone.count))):
            return each
    return None


def _given_flare(found: Asked, undone: _Undone) -> Given | None:
    """Return whether it was this reminder that said the day is a flare day, by its stamp."""
    row = _check_in(found)
    if row is None or not row.flare:
        return None
    operation = str(_operation(found, FLARE, undone.count))
    return "flare" if str(row.clocks.get("flare", "")).endswith(operation) else None


def _given_practice(found: Asked, undone: _Undone) -> Given | None:
    occurrence = found.occurrence
    if occurrence.state == OccurrenceState.SNOOZED and occurrence.reason == "asked":
        return "later"
    if occurrence.state == OccurrenceState.SKIPPED and occurrence.reason == "not_today":
        return "skip"
    return _given_flare(found, undone) if occurrence.state == OccurrenceState.DONE else None


def _has_good_day(found: Asked) -> bool:
    row = _check_in(found)
    return row is not None and row.good_day is not None


def _is_flare(found: Asked) -> bool:
    row = _check_in(found)
    return row is not None and bool(row.flare)


def _check_in(found: Asked) -> CheckIn | None:
    row: CheckIn | None = db.session.scalar(
        select(CheckIn).where(
            CheckIn.user_id == found.user.id, CheckIn.day == found.occurrence.occ_key
        )
    )
    return row


def _possible_times(found: Asked, now: datetime) -> tuple[Sequence[tuple[int, datetime]], str]:
    """Return when it may ring again, and why not in half an hour."""
    occurrence, times, why_not = found.occurrence, [], ""
    for minutes in LATER_CHOICES_MIN:
        try:
            until = snooze_until(
                minutes, occurrence.occ_key, occurrence.snoozes, found.circumstances, now=now
            )
        except (Conflict, InvalidValue) as problem:
            why_not = str(problem) if minutes == LATER_MIN else why_not
        else:
            times.append((minutes, until))
    return times, why_not
