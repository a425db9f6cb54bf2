"""What somebody answered about their health, what lifted a lock, and what went wrong."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fstpwa.models.base import Base, IntPk


class Screening(Base):
    """One walk through the tick-lists. Open until `completed_at`; at most one is open."""

    __tablename__ = "screening"
    __table_args__ = (
        Index("ix_screening_user_id", "user_id"),
        CheckConstraint("reason IN ('start', 'again', 'after_care')", name="reason_known"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(16))
    care_where: Mapped[str] = mapped_column(default="")
    """Where care was given, sealed; only after care."""
    care_on: Mapped[date | None]
    passed: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the screens that were answered."""
    read_again: Mapped[bool] = mapped_column(default=False)
    """Whether "Please read them once more" was shown."""
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    completed_on: Mapped[date | None]
    """The person's own day."""
    ended_at: Mapped[datetime | None]
    """Ended without being completed: by an emergency, or by a newer one."""


class HealthAnswer(Base):
    """A yes or no to one question. Kept for good, except while its screening is open."""

    __tablename__ = "health_answer"
    __table_args__ = (
        Index("ix_health_answer_user_id_question_day", "user_id", "question", "day"),
        UniqueConstraint("screening_id", "question"),
        CheckConstraint("side IN ('left', 'right', 'both')", name="side_known"),
        CheckConstraint(
            "source IN ('screening', 'before_session', 'worry', 'asked_again', 'correction')",
            name="source_known",
        ),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    screening_id: Mapped[int | None] = mapped_column(ForeignKey("screening.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(64))
    yes: Mapped[bool]
    regions: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of body regions; empty where none was named."""
    side: Mapped[str] = mapped_column(String(8), default="both")
    source: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    answered_at: Mapped[datetime]


class PendingCheck(Base):
    """What was ticked before a session and not answered yet: no session starts that day before."""

    __tablename__ = "pending_check"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    """The person's own day."""
    items: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of the ticked items of the check before a session."""
    ticked_at: Mapped[datetime]


class HealthUnlock(Base):
    """What somebody recorded that lifts a lock: who agreed, or where they were seen."""

    __tablename__ = "health_unlock"
    __table_args__ = (
        Index("ix_health_unlock_user_id", "user_id"),
        CheckConstraint("way IN ('clinician_agreed', 'therapist', 'seen')", name="way_known"),
        CheckConstraint(
            "outcome IN ('all clear', 'being treated', 'told to wait')", name="outcome_known"
        ),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    """The flag, the question where it sets none, or "report:" and the report's id."""
    way: Mapped[str] = mapped_column(String(24))
    who: Mapped[str]
    """Name or role of who agreed, or where they were seen; sealed like a note."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why, where a therapist lifted it; sealed like a note."""
    outcome: Mapped[str | None] = mapped_column(String(16))
    day: Mapped[date]
    """The day it happened, as the person says."""
    recorded_at: Mapped[datetime]


class HealthReport(Base):
    """Something went wrong: the person's report, step by step."""

    __tablename__ = "health_report"
    __table_args__ = (
        Index("ix_health_report_user_id_day", "user_id", "day"),
        CheckConstraint("side IN ('left', 'right', 'both')", name="side_known"),
        CheckConstraint("severity IN ('mild', 'moderate', 'severe')", name="severity_known"),
        CheckConstraint("follow_up IN ('gone', 'better', 'same', 'worse')", name="follow_up_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    session_log_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("session_log.id", ondelete="SET NULL")
    )
    emergency: Mapped[bool] = mapped_column(default=False)
    """A yes to the first question: signs that need help now."""
    what: Mapped[str] = mapped_column(String(32), default="")
    regions: Mapped[list[Any]] = mapped_column(default=list)
    side: Mapped[str] = mapped_column(String(8), default="both")
    movements: Mapped[list[Any]] = mapped_column(default=list)
    """Slugs that are locked because of it."""
    severity: Mapped[str | None] = mapped_column(String(16))
    care: Mapped[str | None] = mapped_column(String(24))
    day: Mapped[date]
    reported_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    follow_up: Mapped[str | None] = mapped_column(String(8))
    """How it was when they were asked again."""
    follow_up_at: Mapped[datetime | None]
    follow_up_on: Mapped[date | None]
    """When to ask how it is; None once it is settled."""
