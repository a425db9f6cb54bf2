"""Therapists and their clients: consent, routines, what is assigned, messages, notes.

In each of these tables `user_id` says whose data a row is: it goes with that person, and it is in
their export. What is sealed is sealed with that person's key.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fstpwa.models.base import Base, IntPk
from fstpwa.models.people import User


class Side(StrEnum):
    """Which of the two did something."""

    CLIENT = "client"
    THERAPIST = "therapist"


class CareLink(Base):
    """That a client lets a therapist see something. Joined in every query of a therapist."""

    __tablename__ = "care_link"
    __table_args__ = (
        Index(
            "uq_care_link_one_standing",
            "user_id",
            "therapist_id",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index(
            "ix_care_link_therapist_id",
            "therapist_id",
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
        CheckConstraint("ended_by IN ('client', 'therapist')", name="ended_by_known"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        CheckConstraint("user_id <> therapist_id", name="two_people"),
        CheckConstraint("quiet_days BETWEEN 2 AND 30", name="quiet_days_range"),
        CheckConstraint("pain_rise BETWEEN 1 AND 9", name="pain_rise_range"),
        CheckConstraint("stiffness_rise BETWEEN 1 AND 9", name="stiffness_rise_range"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    """What addresses know it by, the therapist's and the client's; a new link has a new one."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The client."""
    therapist_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    shares_routines: Mapped[bool]
    """Whether the therapist sees their plan and may assign to it."""
    shares_records: Mapped[bool]
    """Whether the therapist sees sessions, check-ins and what was too much."""
    shares_notes: Mapped[bool]
    """Whether the therapist reads what they wrote in their own words."""
    began_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(16))
    snoozed_until: Mapped[date | None]
    """The therapist's own day from which they are shown again among who needs them."""
    quiet_days: Mapped[int] = mapped_column(default=6)
    """After so many days without anything the therapist is told."""
    pain_rise: Mapped[int] = mapped_column(default=2)
    """Points of pain after practice above before it, from which it counts as worse."""
    stiffness_rise: Mapped[int] = mapped_column(default=2)
    """Points of weekly median stiffness above the week before, from which it counts as worse."""

    client: Mapped[User] = relationship(foreign_keys=[user_id])
    therapist: Mapped[User] = relationship(foreign_keys=[therapist_id])


class ConsentEvent(Base):
    """What a client allowed from a moment on. Kept, so that it can be shown what was agreed when."""

    __tablename__ = "consent_event"
    __table_args__ = (
        Index("ix_consent_event_link_id", "link_id"),
        CheckConstraint("what IN ('began', 'changed', 'ended')", name="what_known"),
        CheckConstraint("said_by IN ('client', 'therapist')", name="said_by_known"),
    )

    id: Mapped[IntPk]
    link_id: Mapped[int] = mapped_column(ForeignKey("care_link.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(8))
    said_by: Mapped[str] = mapped_column(String(16))
    shares_routines: Mapped[bool]
    shares_records: Mapped[bool]
    shares_notes: Mapped[bool]
    at: Mapped[datetime]


class Invitation(Base):
    """A code by which a therapist and a client find each other: one use, hashed, soon over.

    Made by a therapist for a client, who ticks what to share; or shown by a client, who ticked it
    before, to a therapist.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_user_id", "user_id"),
        CheckConstraint("made_by IN ('client', 'therapist')", name="made_by_known"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """Who made it."""
    made_by: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the 128-bit token in the link."""
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed hash of the short code that is typed; guessing it is throttled."""
    label: Mapped[str] = mapped_column(default="")
    """Whom a therapist meant it for, in their words; sealed."""
    shares_routines: Mapped[bool] = mapped_column(default=False)
    shares_records: Mapped[bool] = mapped_column(default=False)
    shares_notes: Mapped[bool] = mapped_column(default=False)
    """What a client ticked who shows a code; a therapist's invitation has nothing ticked."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class AccessEntry(Base):
    """That a therapist looked at something of a client on a day; the client can read it."""

    __tablename__ = "access_entry"
    __table_args__ = (
        UniqueConstraint("link_id", "day", "what"),
        CheckConstraint("times > 0", name="times_positive"),
    )

    id: Mapped[IntPk]
    link_id: Mapped[int] = mapped_column(ForeignKey("care_link.id", ondelete="CASCADE"))
    day: Mapped[date]
    """In UTC."""
    what: Mapped[str] = mapped_column(String(16))
    """services/access_log.py knows the words for it."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)


class Routine(Base):
    """A template a therapist prepared. What it says is in its versions."""

    __tablename__ = "routine"
    __table_args__ = (
        Index("ix_routine_user_id", "user_id"),
        CheckConstraint("version >= 1", name="version_positive"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The therapist who made it."""
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    """The number of its newest version: whoever saves on top of an older one is told."""
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    versions: Mapped[list["RoutineVersion"]] = relationship(
        back_populates="routine",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="RoutineVersion.version",
    )


class RoutineEditor(Base):
    """A colleague with whom a routine is shared: they may use and change it."""

    __tablename__ = "routine_editor"

    routine_id: Mapped[int] = mapped_column(
        ForeignKey("routine.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime]


class RoutineVersion(Base):
    """What a routine was when it was saved. Never changed: people are in the middle of it."""

    __tablename__ = "routine_version"
    __table_args__ = (UniqueConstraint("routine_id", "version"),)

    id: Mapped[IntPk]
    routine_id: Mapped[int] = mapped_column(ForeignKey("routine.id", ondelete="CASCADE"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(default="")
    """What it is for, shown to clients; at most 400 letters."""
    lines: Mapped[list[Any]]
    """The movements with their doses, as domain/routine.py writes them."""
    flare_from: Mapped[str] = mapped_column(String(64))
    """Slug of the library's programme whose flare-day session goes with it."""
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    saved_at: Mapped[datetime]

    routine: Mapped[Routine] = relationship(back_populates="versions")


class AssignmentState(StrEnum):
    """How far something assigned is."""

    WAITING = "waiting"
    """It begins on a later day, or waits for a lock to be lifted."""
    RUNNING = "running"
    ENDED = "ended"
    """Its last day is over, the client stopped it, or another one took its place."""
    WITHDRAWN = "withdrawn"
    """The therapist took it back, or the link ended before it began."""


class Assignment(Base):
    """A routine or programme that a therapist gave a client, with its days and why."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_user_id", "user_id"),
        Index(
            "ix_assignment_waiting",
            "starts_on",
            sqlite_where=sql("state = 'waiting'"),
            postgresql_where=sql("state = 'waiting'"),
        ),
        CheckConstraint(
            "state IN ('waiting', 'running', 'ended', 'withdrawn')", name="state_known"
        ),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_range"),
        CheckConstraint("at_min BETWEEN 0 AND 1439", name="at_min_range"),
        CheckConstraint("side IN ('left', 'right', 'both')", name="side_known"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The client."""
    link_id: Mapped[int | None] = mapped_column(ForeignKey("care_link.id", ondelete="SET NULL"))
    """By whose consent; None: that therapist's account is gone."""
    routine_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("routine_version.id", ondelete="SET NULL")
    )
    """None: a programme of the library, or the routine is gone."""
    programme_version: Mapped[str] = mapped_column(
        ForeignKey("programme_version.digest", ondelete="RESTRICT")
    )
    """What is followed, whole: the enrolment has the same."""
    name: Mapped[str] = mapped_column(String(80))
    given_by: Mapped[str] = mapped_column(String(80))
    """The therapist's name as it was then."""
    message: Mapped[str] = mapped_column(default="")
    """Why, in the therapist's words; sealed."""
    weekdays: Mapped[int]
    """Bit 0 is Monday, bit 6 Sunday."""
    at_min: Mapped[int]
    side: Mapped[str | None] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """Its last day; None: until somebody ends it."""
    state: Mapped[str] = mapped_column(String(16))
    enrolment_id: Mapped[int | None] = mapped_column(
        ForeignKey("enrolment.id", ondelete="SET NULL")
    )
    """What it became when it began."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    """When the client first saw it."""
    ended_at: Mapped[datetime | None]


class CareMessage(Base):
    """A message between a client and a therapist, perhaps about a session or a movement."""

    __tablename__ = "care_message"
    __table_args__ = (
        Index("ix_care_message_link_id_sent_at", "link_id", "sent_at"),
        Index("ix_care_message_user_id", "user_id"),
        CheckConstraint("author IN ('client', 'therapist')", name="author_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """uuid7, made by the form, so that a repeated sending stores nothing twice."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The client, whoever wrote it."""
    link_id: Mapped[int] = mapped_column(ForeignKey("care_link.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    """Sealed; at most 2,000 letters."""
    session_log_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("session_log.id", ondelete="SET NULL")
    )
    """The session it is about."""
    slug: Mapped[str | None] = mapped_column(String(64))
    """The movement it is about."""
    is_question: Mapped[bool] = mapped_column(default=False)
    """Whether the client waits for an answer; the therapist's next message is one."""
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class ReplyTemplate(Base):
    """A text a therapist writes often."""

    __tablename__ = "reply_template"
    __table_args__ = (Index("ix_reply_template_user_id", "user_id"),)

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    text: Mapped[str]
    """Sealed."""
    created_at: Mapped[datetime]


class PrivateNote(Base):
    """What a therapist wrote down about a client for themselves; no client's page shows it."""

    __tablename__ = "private_note"
    __table_args__ = (
        Index("ix_private_note_link_id", "link_id"),
        Index("ix_private_note_user_id", "user_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The therapist, with whose key it is sealed."""
    link_id: Mapped[int] = mapped_column(ForeignKey("care_link.id", ondelete="CASCADE"))
    text: Mapped[str]
    """Sealed."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ClinicVisit(Base):
    """That a client was seen in the clinic: what was done, and how they responded."""

    __tablename__ = "clinic_visit"
    __table_args__ = (
        Index("ix_clinic_visit_link_id", "link_id"),
        Index("ix_clinic_visit_user_id", "user_id"),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """The client, who sees it."""
    link_id: Mapped[int] = mapped_column(ForeignKey("care_link.id", ondelete="CASCADE"))
    day: Mapped[date]
    done: Mapped[str]
    """What was done; sealed."""
    response: Mapped[str] = mapped_column(default="")
    """How they responded; sealed."""
    recorded_at: Mapped[datetime]


class CareNotice(Base):
    """One notification about what came from the other side, however many things that were."""

    __tablename__ = "care_notice"
    __table_args__ = (
        Index("ix_care_notice_user_id", "user_id"),
        Index(
            "uq_care_notice_one_waiting",
            "user_id",
            unique=True,
            sqlite_where=sql("look_at IS NOT NULL"),
            postgresql_where=sql("look_at IS NOT NULL"),
        ),
        Index(
            "ix_care_notice_look_at",
            "look_at",
            sqlite_where=sql("look_at IS NOT NULL"),
            postgresql_where=sql("look_at IS NOT NULL"),
        ),
        CheckConstraint("state IN ('waiting', 'sent', 'void', 'unreached')", name="state_known"),
        CheckConstraint("(look_at IS NULL) = (state <> 'waiting')", name="looked_at"),
        CheckConstraint("(look_at IS NULL) = (settled_at IS NOT NULL)", name="settled_when_over"),
        CheckConstraint(
            "emailed_at IS NULL OR email_tried_at IS NOT NULL", name="emailed_when_tried"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """uuid7; also what a notification is known by on the phone."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """Whom it is for."""
    state: Mapped[str] = mapped_column(String(16))
    """Waiting; sent: handed to their devices; unreached: there was none; void: nothing was left."""
    look_at: Mapped[datetime | None]
    """When it is sent at the earliest: five minutes after the first thing, outside quiet hours."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it waited no more."""
    email_tried_at: Mapped[datetime | None]
    """When a worker last took it to write a letter about it."""
    emailed_at: Mapped[datetime | None]
    """When the mail server took that letter: there is one at most."""


class CareNoticeItem(Base):
    """One thing a notification tells of; told only while its link still stands."""

    __tablename__ = "care_notice_item"
    __table_args__ = (
        Index("ix_care_notice_item_notice_id", "notice_id"),
        # Whoever deletes a link or a message finds what told of it.
        Index("ix_care_notice_item_link_id", "link_id"),
        Index("ix_care_notice_item_message_id", "message_id"),
        CheckConstraint("kind IN ('assigned', 'message', 'question')", name="kind_known"),
    )

    id: Mapped[IntPk]
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("care_notice.id", ondelete="CASCADE"))
    link_id: Mapped[int] = mapped_column(ForeignKey("care_link.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    message_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("care_message.id", ondelete="CASCADE")
    )
    assignment_id: Mapped[int | None] = mapped_column(
        ForeignKey("assignment.id", ondelete="CASCADE")
    )
    created_at: Mapped[datetime]
