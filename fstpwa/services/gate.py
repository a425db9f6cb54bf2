"""The gate: what somebody's answers leave of their plan, applied whenever a session is read.

A planned session stays stored as it was prescribed. So an old plan, a shorter version or an
address typed by hand passes the same gate, and what runs out by date needs nobody to open it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.adaptation import NOTHING, Easing
from fstpwa.domain.adapted_session import adapted, adapted_flare, with_both_hands
from fstpwa.domain.days import local_day
from fstpwa.domain.gated_session import GatedSession, gated
from fstpwa.domain.movement import Movement
from fstpwa.domain.pre_session import in_words, may_be_emergency
from fstpwa.domain.programme import Programme
from fstpwa.domain.put_aside import NOTHING_ASIDE, PutAside
from fstpwa.domain.safety import availability
from fstpwa.domain.screening import RescreenReason, rescreen_reason
from fstpwa.domain.session import PlannedItem
from fstpwa.domain.standing import (
    FLARE_QUESTION,
    Answer,
    Condition,
    Source,
    Standing,
    key_of,
    standing,
)
from fstpwa.domain.timeline import DEFAULT_PACE, Pace
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import CheckIn, PlannedSession, SessionLog
from fstpwa.services.pending_checks import pending
from fstpwa.services.planning import items_of, template_of
from fstpwa.services.programme_versions import of_session
from fstpwa.services.safety import AnswerEntry, history_of, record_answers

Door = Literal["open", "safety", "welcome", "again", "check"]
"""Where a session leads: to itself, to what locks the plan, to the first or a new screening, or
to the questions behind what was ticked before a session today."""

BREATHING = "breathing"
_NOTHING = GatedSession(items=(), left_out=(), softened=(), has_core=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What holds for somebody on one day."""

    standing: Standing
    rescreen: RescreenReason | None
    """Why the screening is due, None if it is not."""
    ticked: tuple[str, ...] = ()
    """What was ticked before a session today, or said after one, and is not answered yet: ids."""

    @property
    def door(self) -> Door:
        """Where a session leads now."""
        if self.standing.whole_plan is not None:
            return "safety"
        if self.standing.last_screened is None:
            return "welcome"
        if self.rescreen is not None:
            return "again"
        return "check" if self.ticked else "open"

    @property
    def is_open(self) -> bool:
        """Whether a session can be started at all."""
        return self.door == "open"

    @property
    def may_be_emergency(self) -> bool:
        """Whether what was ticked may need help now."""
        return may_be_emergency(self.ticked, library().safety)

    @property
    def ticked_in_words(self) -> tuple[str, ...]:
        """What was ticked, or said after a session, as it was offered."""
        return in_words(self.ticked, library().safety)

    @property
    def is_flare(self) -> bool:
        """Whether it is a flare day, said in the check-in or before a session."""
        return self.standing.condition(key_of(FLARE_QUESTION, library().safety)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayableSession:
    """What the gate leaves of a planned session."""

    session: PlannedSession
    usual: GatedSession
    flare: GatedSession
    """The same for its flare-day version."""

    @property
    def is_emptied(self) -> bool:
        """Whether nothing of it can be done, in no version."""
        return not self.usual.items and not self.flare.items

    @property
    def has_lost(self) -> bool:
        """Whether a movement was planned that the library does not have any more."""
        stored = (*self.session.items, *self.session.flare_items)
        return any(item["slug"] not in library().movements for item in stored)

    @property
    def items(self) -> dict[str, PlannedItem]:
        """The items of both versions by id."""
        return {item.id: item for item in (*self.usual.items, *self.flare.items)}


def gate_of(user: User, today: date, *, flare: bool = False) -> Gate:
    """Return what holds for `user` today; a constant number of queries whatever the history.

    Args:
        user: whose plan it is.
        today: their own calendar day.
        flare: whether today's check-in says that it is a flare day; it softens as the data says.
    """
    history = history_of(user)
    if flare:
        history = replace(history, answers=[*history.answers, _flare_of_check_in(today)])
    safety = library().safety
    found = standing(history, safety, today)
    last_active = _last_active(user, found.last_screened, today)
    return Gate(
        standing=found,
        rescreen=rescreen_reason(found, history, last_active, today, safety),
        ticked=pending(user, today),
    )


def gate_today(user: User, today: date) -> Gate:
    """Return what holds for `user` today, with what today's check-in says of a flare."""
    flare = db.session.scalar(
        select(CheckIn.flare).where(CheckIn.user_id == user.id, CheckIn.day == today)
    )
    return gate_of(user, today, flare=bool(flare))


def gated_session(
    session: PlannedSession,
    found: Standing,
    easing: Easing = NOTHING,
    pace: Pace = DEFAULT_PACE,
    *,
    aside: PutAside = NOTHING_ASIDE,
    programme: Programme | None = None,
) -> PlayableSession:
    """Return what an easing and then the answers leave of a planned session, in every version.

    A lock of the whole plan leaves nothing, and no reasons: where it leads is `Gate.door`.

    Args:
        session: as it is stored.
        found: what somebody's answers come to today.
        easing: what acts on it today.
        pace: the times around the work.
        aside: what they would rather not do, and what a rule of the day puts away.
        programme: the version that is followed; None for the library's, or as it was given.
    """
    if found.whole_plan is not None:
        return PlayableSession(session=session, usual=_NOTHING, flare=_NOTHING)
    return _with(session, found.conditions, easing, pace, aside, programme)


def as_prescribed(session: PlannedSession) -> PlayableSession:
    """Return a planned session as it is stored: to record what was done, never to play it."""
    return _with(session, ())


def record_before_session(
    user: User, entries: Iterable[AnswerEntry], *, now: datetime
) -> tuple[AnswerEntry, ...]:
    """Keep what was answered before a session. A page sent twice stores each yes once.

    Returns:
        What was new.
    """
    today = local_day(now, user.time_zone)
    history = history_of(user)
    since_unlocked = max((unlock.at for unlock in history.unlocks), default=None)
    known = {
        (each.question, each.yes, each.regions, each.side)
        for each in history.answers
        if each.source == Source.BEFORE_SESSION
        and each.day == today
        # Said again after somebody agreed, it is new.
        and (since_unlocked is None or each.at > since_unlocked)
    }
    fresh = tuple(
        each for each in entries if (each.question, each.yes, each.regions, each.side) not in known
    )
    record_answers(user, fresh, Source.BEFORE_SESSION, now=now)
    return fresh


def breathing_left(found: Standing, aside: PutAside = NOTHING_ASIDE) -> tuple[Movement, ...]:
    """Return the breathing movements that can still be done, whatever the plan has left."""
    return tuple(
        movement
        for movement in library().movements_on_offer()
        if movement.kind == BREATHING
        and movement.slug not in aside.why
        and availability(movement, found.conditions).is_left
    )


def _with(
    session: PlannedSession,
    conditions: tuple[Condition, ...],
    easing: Easing = NOTHING,
    pace: Pace = DEFAULT_PACE,
    aside: PutAside = NOTHING_ASIDE,
    programme: Programme | None = None,
) -> PlayableSession:
    content = library()
    programme = programme or of_session(session)
    prescribed, prescribed_flare = _known(session.items), _known(session.flare_items)
    usual = adapted(
        prescribed,
        easing,
        template=template_of(session.slot),
        programme=programme,
        movements=content.movements,
        pace=pace,
    )
    flare = adapted_flare(
        prescribed, prescribed_flare, easing, movements=content.movements, pace=pace
    )

    def left_of(items: Iterable[PlannedItem]) -> GatedSession:
        found = gated(tuple(items), conditions, programme, content.movements, aside)
        # Whatever stands in is held on to like what it stands in for.
        return replace(found, items=with_both_hands(found.items, easing, content.movements))

    return PlayableSession(session=session, usual=left_of(usual), flare=left_of(flare))


def _known(stored: list[Any]) -> tuple[PlannedItem, ...]:
    """Return stored movements without those that the library does not have any more."""
    return tuple(item for item in items_of(stored) if item.slug in library().movements)


def _flare_of_check_in(today: date) -> Answer:
    return Answer(
        question=FLARE_QUESTION,
        yes=True,
        at=datetime.combine(today, time(), UTC),
        day=today,
        source=Source.BEFORE_SESSION,
    )


def _last_active(user: User, since: date | None, today: date) -> date | None:
    """Return the last day before a long time away since the last screening, else the last day.

    A check-in on coming back must not hide that somebody was away: the gap counts, not its end.
    """
    rule = library().safety.rescreen
    if since is None or (today - since).days >= rule.weeks * 7:
        return since
    days = sorted({since, *_active_days(user, since), today})
    for day, following in pairwise(days):
        if (following - day).days >= rule.after_days_away:
            return day
    return days[-1]


def _active_days(user: User, since: date) -> set[date]:
    """Return the days on which `user` practised or answered a check-in."""
    practised = db.session.scalars(
        select(SessionLog.day)
        .where(SessionLog.user_id == user.id, SessionLog.day >= since)
        .distinct()
    )
    # A day that is filled in later was not a day of being here: when it was written counts.
    from_then = datetime.combine(since, time(), UTC) - timedelta(days=1)
    answered = db.session.scalars(
        select(CheckIn.recorded_at).where(
            CheckIn.user_id == user.id, CheckIn.recorded_at >= from_then
        )
    )
    days = {*practised, *(local_day(at, user.time_zone) for at in answered)}
    return {day for day in days if day >= since}
