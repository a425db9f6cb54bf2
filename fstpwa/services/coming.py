"""What the sessions of the coming days will say, so that a phone can fetch it while it has a network."""

from datetime import date, timedelta

from sqlalchemy import select

from fstpwa.content import library
from fstpwa.domain.timeline import CLOSING
from fstpwa.domain.variants import item_block
from fstpwa.extensions import db
from fstpwa.models.people import User
from fstpwa.models.practice import PlannedSession, PlannedState
from fstpwa.services.day_plan import day_plan
from fstpwa.services.people import pace_of

DAYS = 7


def coming_lines(user: User, today: date) -> tuple[str, ...]:
    """Return every line of the sessions from `today` on, for 7 days, each once; none while closed.

    Both the usual and the easier version of each movement count: which is chosen is not known.
    """
    plan = day_plan(user, today)
    if not plan.gate.is_open:
        return ()
    movements, pace = library().movements, pace_of(user)
    lines = {CLOSING: None}
    for session in db.session.scalars(
        select(PlannedSession)
        .where(
            PlannedSession.user_id == user.id,
            PlannedSession.state == PlannedState.PLANNED,
            PlannedSession.day.between(today, today + timedelta(days=DAYS - 1)),
        )
        .order_by(PlannedSession.day, PlannedSession.at_min, PlannedSession.id)
    ):
        playable = plan.playable(session)
        for position, item in enumerate((*playable.usual.items, *playable.flare.items)):
            for easier in (False, True):
                block = item_block(item, movements, pace, easier=easier, first=position == 0)
                lines |= dict.fromkeys(line.text for cue in block.cues for line in cue.say)
    return tuple(lines)
