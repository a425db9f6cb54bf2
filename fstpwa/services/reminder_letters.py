"""Letters about reminders that no device of the person said that it showed.

One at most for each reminder and date. A letter is taken by one worker before it is sent, and
none is sent inside a transaction: a crash between the mail server's yes and ours sends just that
one letter a second time. A letter that could not be sent is tried again until it is too late.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from fstpwa import log
from fstpwa.domain.errors import Conflict, NotSent
from fstpwa.domain.mail import Letter, Mailer
from fstpwa.domain.recurrence import Due
from fstpwa.domain.reminders import decide
from fstpwa.extensions import db
from fstpwa.models.care import CareNotice
from fstpwa.models.people import User
from fstpwa.models.reminders import (
    Occurrence,
    OccurrenceState,
    PushSubscription,
    Reminder,
    ReminderKind,
)
from fstpwa.services import reminder_tokens
from fstpwa.services.notices import ANSWER_PATH, REMINDERS_PATH, TODAY_PATH
from fstpwa.services.reminder_facts import RULE_COLUMNS, AnyRow, facts_about, live_subscriptions
from fstpwa.services.reminder_tokens import ReminderToken

WAIT = timedelta(minutes=15)
"""So long a device has to say that it showed a reminder."""
NO_DEVICE_FOR = timedelta(minutes=120)
"""After that no letter says any more that a reminder found no device."""
TRY_AGAIN_AFTER = timedelta(minutes=5)
"""Also how long a letter is its worker's own; a mail server has ten seconds."""
MOST = 4
"""Letters to one person in 24 hours."""
AT_MOST = 20
"""Letters in one round: each may take ten seconds."""
LONGEST_AGO = timedelta(days=2)
"""No reminder rings later than a day after its own, by anybody's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A letter that is its worker's own for five minutes."""

    letter: Letter
    is_first_try: bool


def switch(user: User, *, on: bool) -> None:
    """Write letters to `user` from now on, or no more; flushed.

    Raises:
        Conflict: there is no e-mail address to write to.
    """
    if on and user.email is None:
        raise Conflict("Add your e-mail address first. Nothing was changed.")
    user.email_backstop = on
    db.session.flush()


def send_due(
    mailer: Mailer,
    *,
    now: datetime,
    at_most: int = AT_MOST,
    after_each: Callable[[], None] = lambda: None,
) -> int:
    """Send the letters that are due, each in steps that are committed here.

    It ends at the first letter that cannot be sent: that one waits five minutes, so that the
    others come first with the next round.

    Args:
        mailer: what sends them.
        now: an aware instant.
        at_most: how many.
        after_each: lets others in who wait for the same thread, after each letter.

    Returns:
        How many were sent.
    """
    due = [row.id for row in _due(now)]
    db.session.rollback()
    return send_each(
        mailer,
        due,
        at_most=at_most,
        take=lambda occurrence_id: _take(occurrence_id, now),
        note_sent=lambda occurrence_id: _set(occurrence_id, emailed_at=now),
        after_each=after_each,
    )


def send_each(
    mailer: Mailer,
    due: Sequence[UUID],
    *,
    at_most: int,
    take: Callable[[UUID], Taken | None],
    note_sent: Callable[[UUID], None],
    after_each: Callable[[], None],
) -> int:
    """Take each letter, send it and note that it was sent; every step is committed here.

    Args:
        mailer: what sends them.
        due: what is to be written about, the most urgent first.
        at_most: how many are sent.
        take: takes one for this worker alone; None where it is not due any more.
        note_sent: writes down that the mail server has it.
        after_each: lets others in who wait for the same thread.

    Returns:
        How many were sent: up to the first one that could not be.
    """
    sent = 0
    for each in due:
        if sent == at_most:
            break
        taken = take(each)
        db.session.commit()
        if taken is None:
            continue
        try:
            mailer.send(taken.letter)
        except NotSent:
            if taken.is_first_try:
                log.warning("reminder_letter_not_sent")
            break
        note_sent(each)
        db.session.commit()
        sent += 1
        after_each()
    if sent:
        log.info("reminder_letters_sent", count=sent)
    return sent


def _due(now: datetime, *only: UUID) -> list[AnyRow]:
    """Return the reminders that are to be written about, those that rang first first."""
    rows = _rows(now, only)
    facts = facts_about((row.kind, row.user_id, row.occ_key) for row in rows)
    return [
        row
        for row in rows
        if decide(
            Due(day=row.occ_key, at=row.ring_at), facts.about(row, row.occ_key), now=now
        ).outcome
        == "send"
    ]


def _rows(now: datetime, only: Sequence[UUID]) -> Sequence[AnyRow]:
    # SQLite finds the few who want letters first only where they are asked for by themselves.
    theirs = select(Reminder.id).join(User, User.id == Reminder.user_id).where(User.email_backstop)
    found = (
        select(
            *RULE_COLUMNS,
            Occurrence.id,
            Occurrence.occ_key,
            Occurrence.ring_at,
            Occurrence.state,
            Occurrence.snoozes,
            Occurrence.email_tried_at,
            User.email,
            User.language,
        )
        .join(Reminder, Reminder.id == Occurrence.reminder_id)
        .join(User, User.id == Reminder.user_id)
        .where(
            Occurrence.reminder_id.in_(theirs),
            Occurrence.occ_key >= (now - LONGEST_AGO).date(),
            Occurrence.ring_at <= now - WAIT,
            User.email.is_not(None),
            Occurrence.emailed_at.is_(None),
            or_(
                Occurrence.email_tried_at.is_(None),
                Occurrence.email_tried_at <= now - TRY_AGAIN_AFTER,
            ),
            _reached_nobody(now),
        )
        .order_by(Occurrence.ring_at, Occurrence.id)
    )
    if only:
        found = found.where(Occurrence.id.in_(only))
    return db.session.execute(found).all()


def _reached_nobody(now: datetime) -> ColumnElement[bool]:
    """Return whether an occurrence rang and no device said so, or there was no device at all."""
    received = (
        select(PushSubscription.id)
        .where(
            PushSubscription.user_id == Reminder.user_id,
            PushSubscription.last_receipt_at >= Occurrence.ring_at,
        )
        .exists()
    )
    return or_(
        and_(Occurrence.state == OccurrenceState.DUE, ~received),
        and_(
            Occurrence.state == OccurrenceState.SKIPPED,
            Occurrence.reason == "no_device",
            Occurrence.ring_at >= now - NO_DEVICE_FOR,
        ),
    )


def _take(occurrence_id: UUID, now: datetime) -> Taken | None:
    """Take a letter for this worker alone, if it still is to be sent; flushed."""
    rows = _due(now, occurrence_id)
    if not rows or count_of(rows[0].user_id, now) >= MOST:
        return None
    (row,) = rows
    taken = db.session.execute(
        update(Occurrence)
        .where(
            Occurrence.id == row.id,
            Occurrence.state == row.state,
            Occurrence.emailed_at.is_(None),
            Occurrence.email_tried_at.is_not_distinct_from(row.email_tried_at),
        )
        .values(email_tried_at=now)
        .returning(Occurrence.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        return None
    return Taken(letter=_letter(row, now), is_first_try=row.email_tried_at is None)


def count_of(user_id: int, now: datetime) -> int:
    """Return how many letters went to somebody within 24 hours, about reminders and about news."""
    about_reminders = (
        select(func.count(Occurrence.id))
        .join(Reminder, Reminder.id == Occurrence.reminder_id)
        .where(
            Reminder.user_id == user_id,
            Occurrence.occ_key >= (now - LONGEST_AGO).date(),
            Occurrence.emailed_at > now - timedelta(days=1),
        )
    )
    about_news = select(func.count(CareNotice.id)).where(
        CareNotice.user_id == user_id, CareNotice.emailed_at > now - timedelta(days=1)
    )
    counts = db.session.execute(
        select(about_reminders.scalar_subquery() + about_news.scalar_subquery())
    )
    return int(counts.scalar_one())


def _set(occurrence_id: UUID, *, emailed_at: datetime) -> None:
    db.session.execute(
        update(Occurrence)
        .where(Occurrence.id == occurrence_id)
        .values(emailed_at=emailed_at)
        .execution_options(synchronize_session=False)
    )


def _letter(row: AnyRow, now: datetime) -> Letter:
    """Return the letter: it says nothing about health, and how to get no more of them."""
    origin: str = current_app.config["GOOD_DAYS"].origin
    with force_locale(row.language):
        is_practice = row.kind == ReminderKind.PRACTICE
        title = _("Time for your session") if is_practice else _("Time for your check-in")
        why = _("None of your devices said that it showed this reminder, so it comes by e-mail.")
        here = _("Open it here:")
        no_more = _("You want no such letters? Turn them off under “Reminders”:")
    text = (
        f"{title}.\n\n{why}\n\n{here}\n{origin}{_opens(row, now)}\n\n"
        f"{no_more}\n{origin}{REMINDERS_PATH}\n"
    )
    return Letter(to=row.email, subject=title, text=text)


def _opens(row: AnyRow, now: datetime) -> str:
    """Return the path of the page with the answers; of Today where no device stands for it."""
    devices = live_subscriptions({row.user_id}, now=now).get(row.user_id)
    if row.state != OccurrenceState.DUE or not devices:
        return TODAY_PATH
    token = ReminderToken(occurrence_id=row.id, subscription_id=devices[0], snoozes=row.snoozes)
    return ANSWER_PATH + reminder_tokens.written(token, now=now)
