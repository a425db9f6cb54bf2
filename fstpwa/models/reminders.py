"""Reminders: the rule, what became of each date, and the messages to each device.

The database is the schedule and the ledger. A row that still has to be looked at carries the
instant of it; one that is over carries None, and leaves the partial index.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from fstpwa.models.base import Base, IntPk


class ReminderKind(StrEnum):
    """What a reminder is about."""

    PRACTICE = "practice"
    CHECK_IN = "check_in"


class OccurrenceState(StrEnum):
    """What became of a reminder on one date."""

    DUE = "due"
    """It was handed to the devices, and waits for an answer."""
    SNOOZED = "snoozed"
    """It rings at `ring_at`: put off by the person, or by quiet hours."""
    DONE = "done"
    """What it is about was done after it fell due."""
    SKIPPED = "skipped"
    """It did not ring, or was answered with no; the reason says why."""
    MISSED = "missed"
    """It should have rung, and reached nobody."""
    EXPIRED = "expired"
    """It rang, and the day ended without an answer."""


class DeliveryState(StrEnum):
    """How far the message to one device is."""

    TODO = "todo"
    SENDING = "sending"
    """A worker has it until `next_try_at`; then another one may."""
    SENT = "sent"
    """The push service took it."""
    GONE = "gone"
    """The device is not this person's any more."""
    DEAD = "dead"
    """The push service refused it for good."""
    EXPIRED = "expired"
    """It made no sense any more before it could be sent."""


class Reminder(Base):
    """A wall-clock time on some weekdays, in the person's own time zone."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_user_id", "user_id"),
        Index(
            "ix_reminder_next_due_at",
            "next_due_at",
            sqlite_where=sql("next_due_at IS NOT NULL"),
            postgresql_where=sql("next_due_at IS NOT NULL"),
        ),
        CheckConstraint("kind IN ('practice', 'check_in')", name="kind_known"),
        CheckConstraint("at_min BETWEEN 0 AND 1439", name="at_min_range"),
        CheckConstraint("days_mask BETWEEN 1 AND 127", name="days_mask_range"),
        CheckConstraint("max_late_min BETWEEN 1 AND 1440", name="max_late_range"),
        CheckConstraint("(next_due_at IS NULL) = (next_key IS NULL)", name="next_is_whole"),
        CheckConstraint("enabled OR next_due_at IS NULL", name="only_enabled_fall_due"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    """What pages know it by."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    at_min: Mapped[int]
    """Local time of day in minutes after midnight, 0-1439."""
    days_mask: Mapped[int]
    """Bit 0 is Monday, bit 6 Sunday."""
    time_zone: Mapped[str | None] = mapped_column(String(64))
    """IANA name; None follows the person's own."""
    max_late_min: Mapped[int] = mapped_column(default=120)
    """How late it may still ring, in minutes; later it is missed."""
    unless_done: Mapped[bool] = mapped_column(default=True)
    """Whether it stays silent where what it is about was done already."""
    once_more: Mapped[bool] = mapped_column(default=False)
    """Whether it rings a second time, an hour later, if nothing was done."""
    paused_until: Mapped[date | None]
    """The first local day on which it rings again; None: not paused."""
    enabled: Mapped[bool] = mapped_column(default=True)
    next_due_at: Mapped[datetime | None]
    """When it falls due next; None while it is off."""
    next_key: Mapped[date | None]
    """The local date that belongs to `next_due_at`: later than every occurrence's."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Occurrence(Base):
    """A reminder on one local date; there are never two for one date."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("reminder_id", "occ_key"),
        Index(
            "ix_occurrence_look_at",
            "look_at",
            sqlite_where=sql("look_at IS NOT NULL"),
            postgresql_where=sql("look_at IS NOT NULL"),
        ),
        CheckConstraint(
            "state IN ('due', 'snoozed', 'done', 'skipped', 'missed', 'expired')",
            name="state_known",
        ),
        CheckConstraint(
            "reason IN ('on_time', 'quiet', 'asked', 'again', 'paused', 'done', 'held', "
            "'no_device', 'late', 'unreached', 'unanswered', 'not_today', 'off')",
            name="reason_known",
        ),
        CheckConstraint("(look_at IS NULL) = (state NOT IN ('due', 'snoozed'))", name="looked_at"),
        CheckConstraint("snoozes BETWEEN 0 AND 3", name="snoozes_range"),
        CheckConstraint("ring_at >= due_at", name="rings_when_due"),
        CheckConstraint(
            "emailed_at IS NULL OR email_tried_at IS NOT NULL", name="emailed_when_tried"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """uuid7; also what a notification is known by on the phone."""
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id", ondelete="CASCADE"))
    occ_key: Mapped[date]
    """The local date that it belongs to, in the zone that held when it fell due."""
    due_at: Mapped[datetime]
    ring_at: Mapped[datetime]
    """When it rings or rang: `due_at`, or later by quiet hours, by being put off, once more."""
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(12))
    """Why it is in that state, in one word."""
    snoozes: Mapped[int] = mapped_column(default=0)
    """How often the person put it off, 0-3."""
    rang_again: Mapped[bool] = mapped_column(default=False)
    """Whether it had its second ring."""
    look_at: Mapped[datetime | None]
    """When it is decided upon next: to ring, to ring again, to be closed. None: it is over."""
    email_tried_at: Mapped[datetime | None]
    """When a worker last took it to write a letter about it."""
    emailed_at: Mapped[datetime | None]
    """When the mail server took that letter: there is one at most."""


class PushSubscription(Base):
    """Where a browser takes messages: its push service's address and its keys."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        Index("ix_push_subscription_user_id", "user_id"),
        Index("ix_push_subscription_device_session_id", "device_session_id"),
        CheckConstraint("failing >= 0", name="failing_positive"),
        CheckConstraint("unreceived >= 0", name="unreceived_positive"),
        CheckConstraint(
            "test_verdict IN ('sent', 'gone', 'retry', 'refused')", name="test_verdict_known"
        ),
        Index(
            "ix_push_subscription_test_waits",
            "test_asked_at",
            sqlite_where=sql("test_asked_at IS NOT NULL AND test_tried_at IS NULL"),
            postgresql_where=sql("test_asked_at IS NOT NULL AND test_tried_at IS NULL"),
        ),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    """What pages know it by."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    device_session_id: Mapped[int] = mapped_column(
        ForeignKey("device_session.id", ondelete="CASCADE")
    )
    """Where it was made: signing out there ends it."""
    endpoint_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the address, a long random one: one address belongs to one person."""
    target: Mapped[str]
    """Address and keys as JSON, sealed for "push"."""
    service: Mapped[str] = mapped_column(String(253))
    """Host of the push service, for counts of what it answers."""
    key_id: Mapped[str] = mapped_column(String(64))
    """Which of the server's own keys it was made with; empty: the person removed the device."""
    name: Mapped[str] = mapped_column(String(80), default="")
    """What the person calls the device."""
    discreet: Mapped[bool] = mapped_column(default=True)
    """Whether its messages say nothing about health."""
    failing: Mapped[int] = mapped_column(default=0)
    """Failed sends in a row."""
    unreceived: Mapped[int] = mapped_column(default=0)
    """Messages sent since the device last said that it showed one."""
    last_sent_at: Mapped[datetime | None]
    last_receipt_at: Mapped[datetime | None]
    test_asked_at: Mapped[datetime | None]
    """When the person last asked for a test message to it."""
    test_tried_at: Mapped[datetime | None]
    """When a worker took that test message, which it does once."""
    test_verdict: Mapped[str | None] = mapped_column(String(8))
    """What came of that try; None while it is waited for."""
    test_shown_at: Mapped[datetime | None]
    """When the device said that it showed it."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Delivery(Base):
    """The message of one occurrence, or of news from the other side, to one device."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "subscription_id"),
        Index(
            "uq_delivery_notice_id_subscription_id",
            "notice_id",
            "subscription_id",
            unique=True,
            sqlite_where=sql("notice_id IS NOT NULL"),
            postgresql_where=sql("notice_id IS NOT NULL"),
        ),
        CheckConstraint("(occurrence_id IS NULL) <> (notice_id IS NULL)", name="about_one_thing"),
        Index("ix_delivery_subscription_id", "subscription_id"),
        Index(
            "ix_delivery_next_try_at",
            "next_try_at",
            sqlite_where=sql("next_try_at IS NOT NULL"),
            postgresql_where=sql("next_try_at IS NOT NULL"),
        ),
        CheckConstraint(
            "state IN ('todo', 'sending', 'sent', 'gone', 'dead', 'expired')", name="state_known"
        ),
        CheckConstraint(
            "(next_try_at IS NULL) = (state NOT IN ('todo', 'sending'))", name="tried_until_over"
        ),
        CheckConstraint("attempts >= 0", name="attempts_positive"),
        # SQLite gives the number of a deleted last row to the next one, and then whoever
        # reports late about the old message would be heard for the new one.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[IntPk]
    occurrence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("occurrence.id", ondelete="CASCADE")
    )
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("care_notice.id", ondelete="CASCADE"))
    """What came from the other side; None: it is a reminder's."""
    subscription_id: Mapped[int] = mapped_column(
        ForeignKey("push_subscription.id", ondelete="CASCADE")
    )
    state: Mapped[str] = mapped_column(String(8))
    next_try_at: Mapped[datetime | None]
    """When it may be taken; while it is being sent, until when it is the sender's."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was taken and tried: whoever reports with an older number is not heard."""
    sent_at: Mapped[datetime | None]


class PushCount(Base):
    """How often a push service answered what on a day. Nobody's own: it names no person."""

    __tablename__ = "push_count"
    __table_args__ = (
        CheckConstraint("verdict IN ('sent', 'gone', 'retry', 'refused')", name="verdict_known"),
        CheckConstraint("count > 0", name="count_positive"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    """In UTC."""
    service: Mapped[str] = mapped_column(String(253), primary_key=True)
    """Host of the push service."""
    verdict: Mapped[str] = mapped_column(String(8), primary_key=True)
    status: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The HTTP status; 0 if there was no answer."""
    count: Mapped[int]


class CalendarFeed(Base):
    """That a person's reminders can be read as a calendar. Its address holds a token."""

    __tablename__ = "calendar_feed"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the 256-bit token in the address: who has it may read, and nothing else."""
    created_at: Mapped[datetime]
