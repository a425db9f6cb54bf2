"""What came from the other side is told once: things of five minutes wait for one notification.

Whoever sends a message or assigns something calls `tell`. Whether it is told at all is decided when
it is sent, from fresh rows: see care_looks and care_checks.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from uuid6 import uuid7

from fstpwa.domain.quiet_hours import not_before, quiet_hours
from fstpwa.extensions import db
from fstpwa.models.care import Assignment, CareLink, CareMessage, CareNotice, CareNoticeItem
from fstpwa.models.people import User
from fstpwa.services.reminder_facts import zone_of

TOGETHER = timedelta(minutes=5)
"""What comes within this of the first thing is told with it."""

Kind = Literal["assigned", "message", "question"]


def tell(
    user: User,
    link: CareLink,
    kind: Kind,
    *,
    message: CareMessage | None = None,
    assignment: Assignment | None = None,
    now: datetime,
) -> None:
    """Let `user` be told of one more thing that came by `link`, five minutes from the first; flushed.

    Args:
        user: whom it is for: the client or the therapist of `link`.
        link: by whose consent; if it ends meanwhile nothing is told.
        kind: what came.
        message: which one; read meanwhile, it is not told.
        assignment: which one; seen or withdrawn meanwhile, it is not told.
        now: an aware instant.
    """
    # Of two that come at once the second waits, and goes into the notice of the first.
    db.session.flush()
    db.session.refresh(user, with_for_update={"key_share": True})
    # A worker may have the notice in hand: then this waits, and finds it sent.
    notice = db.session.scalar(
        select(CareNotice)
        .where(CareNotice.user_id == user.id, CareNotice.look_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ) or _new_notice(user, now)
    db.session.add(
        CareNoticeItem(
            notice_id=notice.id,
            link_id=link.id,
            kind=kind,
            message_id=message.id if message else None,
            assignment_id=assignment.id if assignment else None,
            created_at=now,
        )
    )
    db.session.flush()


def switch(user: User, *, on: bool) -> None:
    """Tell `user` what comes from the other side from now on, or no more; flushed."""
    user.hears_news = on
    db.session.flush()


def look_again(user: User) -> None:
    """Let what waits for `user` be looked at anew, as after a change of quiet hours; flushed."""
    for notice in db.session.scalars(
        select(CareNotice)
        .where(CareNotice.user_id == user.id, CareNotice.look_at.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        # When it is in quiet hours then, or in a pause, the worker moves it on.
        notice.look_at = notice.created_at + TOGETHER
    db.session.flush()


def _new_notice(user: User, now: datetime) -> CareNotice:
    quiet = quiet_hours(user.quiet_start_min, user.quiet_end_min)
    notice = CareNotice(
        id=uuid7(),
        user_id=user.id,
        state="waiting",
        look_at=not_before(now + TOGETHER, quiet, zone_of(user.time_zone)),
        created_at=now,
    )
    db.session.add(notice)
    db.session.flush()
    return notice
