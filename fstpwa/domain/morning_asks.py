"""What is asked on the days after a session: how it is in the morning, and whether it has settled.

Source: content/safety/pain_rules.yaml, next_day ("next morning, once"); content.md D.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fstpwa.domain.pain_rules import HOLD_RISE, SETTLES_IN_DAYS, morning
from fstpwa.domain.practice_history import PracticeHistory, SessionRecord
from fstpwa.domain.programme import Programme

AREAS: Mapping[str, str] = {
    "neck_pain": "neck",
    "low_back_pain": "low back",
    "plantar_heel": "heel",
    "jaw_tmd": "jaw",
    "shoulder_mobility": "shoulder",
    "hip_mobility": "hip",
}
"""What a programme first serves -> the place in words; the others are for no single place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningAsk:
    """A question about the session of a day before."""

    session_id: UUID
    words: str


def ask_this_morning(
    history: PracticeHistory, programme: Programme, today: date
) -> MorningAsk | None:
    """Return the question about yesterday's session, None if there is nothing to ask.

    Of several sessions it is the one that hurt most, the last of those: the place is the same, so
    it is asked once a day. Asked only where it was said how the session was.
    """
    found = [each for each in _of(history, today - timedelta(days=1)) if _is_said(each)]
    if not found or any(each.next_morning_pain is not None for each in found):
        return None
    worst = max(reversed(found), key=lambda each: (each.worst_pain or 0, bool(each.pain_kinds)))
    return MorningAsk(
        session_id=worst.id,
        words=f"How is {_place(history, programme, worst.day)} this morning?",
    )


def ask_if_settled(
    history: PracticeHistory, programme: Programme, today: date
) -> MorningAsk | None:
    """Return the question whether it is back to how it was, two days after a session.

    Asked only after a morning that was worse by 2 or more, and once.
    """
    for session in _of(history, today - timedelta(days=SETTLES_IN_DAYS)):
        after = morning(session, history)
        if after is not None and after.rise >= HOLD_RISE and session.settled is None:
            place = _place(history, programme, session.day)
            return MorningAsk(
                session_id=session.id,
                words=f"Is {place} back to how it was before the session two days ago?",
            )
    return None


def _of(history: PracticeHistory, day: date) -> list[SessionRecord]:
    return [each for each in history.sessions if each.day == day]


def _is_said(session: SessionRecord) -> bool:
    return session.worst_pain is not None or bool(session.pain_kinds)


def _place(history: PracticeHistory, programme: Programme, day: date) -> str:
    """Return the place in words: of a programme that was begun later nothing is known of it."""
    area = AREAS.get(programme.serves[0]) if programme.serves else None
    began = history.place.started_on
    return f"your {area}" if area is not None and began <= day else "your pain"
