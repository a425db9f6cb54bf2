"""Following a programme: enrolments, planned sessions, what was done, and check-ins."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fstpwa.models.base import Base, IntPk
from fstpwa.models.people import User


class PlannedState(StrEnum):
    """What became of a planned session."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"
    """The plan changed since. Not shown, but whoever was playing it can still save it."""


class Enrolment(Base):
    """Somebody following a programme, with their days and their place in it."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "uq_enrolment_one_running",
            "user_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("at_min BETWEEN 0 AND 1439", name="at_min_range"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays_range"),
        CheckConstraint("ramp_step >= 0", name="ramp_step_positive"),
        CheckConstraint("side IN ('left', 'right', 'both')", name="side_known"),
        CheckConstraint(
            "pause_reason IN ('holiday', 'illness', 'other')", name="pause_reason_known"
        ),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    programme: Mapped[str] = mapped_column(String(64))
    """Slug in the content."""
    phase: Mapped[str] = mapped_column(String(64))
    """Id of the current phase; changes only with the person's yes."""
    ramp_step: Mapped[int] = mapped_column(default=0)
    """Index into the phase's dose_ramp; changes only with the person's yes."""
    step_since: Mapped[date]
    """The day the current phase and ramp step began."""
    offer_again_on: Mapped[date | None]
    """'Not yet' was said: the next step is offered again from this day."""
    weekdays: Mapped[int]
    """Bit 0 is Monday, bit 6 Sunday."""
    at_min: Mapped[int]
    """Local time of day in minutes after midnight."""
    side: Mapped[str | None] = mapped_column(String(8))
    """The sore or stiff side, where the programme asks."""
    started_on: Mapped[date]
    planned_until: Mapped[date | None]
    """Sessions exist up to and including this day."""
    paused_at: Mapped[datetime | None]
    resumes_on: Mapped[date | None]
    """A pause ends by itself before this day; None: it lasts until they go on."""
    pause_reason: Mapped[str | None] = mapped_column(String(16))
    phase_since: Mapped[date]
    """The day the current phase began; pauses move it on."""
    programme_version: Mapped[str | None] = mapped_column(
        ForeignKey("programme_version.digest", ondelete="RESTRICT")
    )
    """The content it was begun with; None: whatever the content is."""
    decided_on: Mapped[date | None]
    """The person's own day for which what adapts the plan was last written down."""
    ends_on: Mapped[date | None]
    """Its last day, where a therapist set one; None: it goes on."""
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    sessions: Mapped[list["PlannedSession"]] = relationship(
        back_populates="enrolment", cascade="all, delete-orphan", passive_deletes=True
    )

    def rests_on(self, day: date) -> bool:
        """Return whether it is paused on `day`, the person's own day.

        A pause whose end has come is over, also before the worker has written that down.
        """
        return self.paused_at is not None and (self.resumes_on is None or day < self.resumes_on)


class PlannedSession(Base):
    """A session on a day, with everything the phone needs to play it."""

    __tablename__ = "planned_session"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "slot"),
        # Whoever looks at hundreds of people's weeks finds all of it here: to reach a column behind
        # the JSON of a row is dear.
        Index("ix_planned_session_user_id_day_state", "user_id", "day", "state", "optional"),
        CheckConstraint("state IN ('planned', 'done', 'skipped', 'withdrawn')", name="state_known"),
        CheckConstraint("at_min BETWEEN 0 AND 1439", name="at_min_range"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(96))
    """Day, session and position as first planned: keeps planning idempotent after a move."""
    day: Mapped[date]
    at_min: Mapped[int]
    programme: Mapped[str] = mapped_column(String(64))
    phase: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    optional: Mapped[bool] = mapped_column(default=False)
    items: Mapped[list[Any]]
    """The movements with their doses, as services.planned_items writes them."""
    flare_items: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(16), default=PlannedState.PLANNED)
    prefer: Mapped[str | None] = mapped_column(String(16))
    """The variant chosen ahead on Today; None leaves it to how the day is."""
    state_changed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = relationship(back_populates="sessions")
    logs: Mapped[list["SessionLog"]] = relationship(back_populates="planned_session")


class SessionLog(Base):
    """A session somebody did, wholly or partly. Made by the phone, edited later."""

    __tablename__ = "session_log"
    __table_args__ = (
        # What is said of weeks of hundreds of people, without reading the rows.
        Index(
            "ix_session_log_user_id_day_pain",
            "user_id",
            "day",
            "id",
            "done_s",
            "pain_before",
            "worst_pain",
            "next_morning_pain",
        ),
        CheckConstraint("pain_before BETWEEN 0 AND 10", name="pain_before_range"),
        CheckConstraint("worst_pain BETWEEN 0 AND 10", name="worst_pain_range"),
        CheckConstraint("effort BETWEEN 0 AND 10", name="effort_range"),
        CheckConstraint("done_s BETWEEN 0 AND 86400", name="done_range"),
        CheckConstraint("finished_at >= started_at", name="finished_after_started"),
        CheckConstraint("led_by IN ('track', 'screen', 'silent')", name="led_by_known"),
        CheckConstraint("unrecorded_lines BETWEEN 0 AND 1000", name="unrecorded_lines_range"),
        CheckConstraint("next_morning_pain BETWEEN 0 AND 10", name="next_morning_pain_range"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """uuid7 made by the phone, so that a repeated sending stores nothing twice."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    planned_session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("planned_session.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    programme: Mapped[str] = mapped_column(String(64))
    variant: Mapped[str] = mapped_column(String(16))
    day: Mapped[date]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    done_s: Mapped[int]
    """Seconds of practice, without pauses."""
    planned_s: Mapped[int]
    """Seconds the chosen variant would have taken."""
    led_by: Mapped[str | None] = mapped_column(String(8))
    """What led it: the sound alone, the screen, or the screen without sound. None: not known."""
    unrecorded_lines: Mapped[int | None]
    """Spoken lines without a recording: the phone's own voice said them, or nobody. None: not known."""
    pain_before: Mapped[int | None]
    """0-10, in the target area."""
    worst_pain: Mapped[int | None]
    """0-10, during the session."""
    pain_kinds: Mapped[list[Any]] = mapped_column(default=list)
    """Ids of content/safety after_session kinds."""
    effort: Mapped[int | None]
    """0 (none) to 10 (as hard as could be)."""
    next_morning_pain: Mapped[int | None]
    """0-10, asked once on the day after."""
    settled: Mapped[bool | None]
    """Whether it was as before after two days; asked only after a worse morning."""
    note: Mapped[str] = mapped_column(default="")
    felt_in: Mapped[int | None]
    """Position of the movement that was named for a pain, whatever kinds of pain are said now."""
    clocks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> when it was last said (domain/merging.py): the later word on a field stays."""
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    planned_session: Mapped[PlannedSession | None] = relationship(back_populates="logs")
    movements: Mapped[list["MovementLog"]] = relationship(
        back_populates="session",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="MovementLog.position",
    )


class DeletedSession(Base):
    """The id of a session that was deleted: sent once more, it does not come back."""

    __tablename__ = "deleted_session"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    log_id: Mapped[UUID] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime]


class MovementLog(Base):
    """What was done of one movement of a session."""

    __tablename__ = "movement_log"
    __table_args__ = (
        UniqueConstraint("session_log_id", "position"),
        Index(
            "ix_movement_log_too_much",
            "session_log_id",
            sqlite_where=text("reason IS NOT NULL"),
            postgresql_where=text("reason IS NOT NULL"),
        ),
        CheckConstraint("state IN ('done', 'part', 'skipped')", name="state_known"),
        CheckConstraint("reason IN ('pain', 'tired', 'other')", name="reason_known"),
        CheckConstraint("done_s BETWEEN 0 AND 86400", name="done_range"),
        CheckConstraint("pain_kind IN ('sharp', 'tingling_numb')", name="pain_kind_known"),
        CheckConstraint("held_s BETWEEN 0 AND 600", name="held_range"),
        CheckConstraint(
            "support IN ('both_hands', 'one_hand', 'fingertips', 'none')", name="support_known"
        ),
    )

    id: Mapped[IntPk]
    session_log_id: Mapped[UUID] = mapped_column(ForeignKey("session_log.id", ondelete="CASCADE"))
    position: Mapped[int]
    slug: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    easier: Mapped[bool] = mapped_column(default=False)
    done_s: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(8))
    """Why it became easier or was left out."""
    pain_kind: Mapped[str | None] = mapped_column(String(16))
    """What was felt in just this one and means stopping it."""
    held_s: Mapped[int | None]
    """Seconds it could be held, where the programme asks."""
    support: Mapped[str | None] = mapped_column(String(16))
    """What was held on to meanwhile."""

    session: Mapped[SessionLog] = relationship(back_populates="movements")


class CheckIn(Base):
    """How a day was; at most one a person and day. Every answer may be missing."""

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("user_id", "day"),
        # As of sessions: a row with its notes lies on a page of its own.
        Index("ix_check_in_user_id_day_stiffness", "user_id", "day", "stiffness", "flare"),
        CheckConstraint("stiffness BETWEEN 0 AND 10", name="stiffness_range"),
        CheckConstraint("good_day IN ('yes', 'so_so', 'no')", name="good_day_known"),
        CheckConstraint("fatigue BETWEEN 0 AND 10", name="fatigue_range"),
        CheckConstraint("sleep BETWEEN 0 AND 10", name="sleep_range"),
        CheckConstraint("morning_stiffness_min BETWEEN 0 AND 240", name="morning_stiffness_range"),
        CheckConstraint("first_step_pain BETWEEN 0 AND 10", name="first_step_pain_range"),
    )

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    day: Mapped[date]
    stiffness: Mapped[int | None]
    """Felt stiffness, 0 (none) to 10 (the most imaginable)."""
    good_day: Mapped[str | None] = mapped_column(String(8))
    flare: Mapped[bool | None]
    fatigue: Mapped[int | None]
    sleep: Mapped[int | None]
    """Quality of last night's sleep, 10 is best."""
    morning_stiffness_min: Mapped[int | None]
    first_step_pain: Mapped[int | None]
    woken_by_pain: Mapped[bool | None]
    """Whether pain in the shoulder woke them in the night before, where the programme asks."""
    managed: Mapped[str] = mapped_column(default="")
    """'What I managed today', in their words."""
    note: Mapped[str] = mapped_column(default="")
    clocks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Question -> when it was last answered (domain/merging.py): the later answer stays."""
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    regions: Mapped[list["CheckInRegion"]] = relationship(
        back_populates="check_in",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="CheckInRegion.id",
    )


class ClearedDay(Base):
    """The clocks of a day without a check-in: an older answer that comes late stays away."""

    __tablename__ = "cleared_day"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    clocks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As in a check-in."""
    changed_at: Mapped[datetime]


class CheckInRegion(Base):
    """Stiffness and pain of one body region on one day."""

    __tablename__ = "check_in_region"
    __table_args__ = (
        UniqueConstraint("check_in_id", "region"),
        CheckConstraint("stiffness BETWEEN 0 AND 10", name="stiffness_range"),
        CheckConstraint("pain BETWEEN 0 AND 10", name="pain_range"),
    )

    id: Mapped[IntPk]
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id", ondelete="CASCADE"))
    region: Mapped[str] = mapped_column(String(32))
    stiffness: Mapped[int | None]
    pain: Mapped[int | None]

    check_in: Mapped[CheckIn] = relationship(back_populates="regions")


class RedDay(Base):
    """A day with a session that was more than it should be: nothing more is started on it."""

    __tablename__ = "red_day"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    set_at: Mapped[datetime]


class ProgrammeVersion(Base):
    """A programme as it was when somebody began it: new content does not disturb them half-way."""

    __tablename__ = "programme_version"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the data, in hexadecimal."""
    slug: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]]
    """The programme's file."""
    first_used_at: Mapped[datetime]


class PlanEvent(Base):
    """Something somebody said about their plan on a day; see domain/practice_history.py."""

    __tablename__ = "plan_event"
    __table_args__ = (UniqueConstraint("user_id", "day", "kind"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(24))
    value: Mapped[list[Any] | None]
    at: Mapped[datetime]


class PlanDecision(Base):
    """What a rule did to the plan of a day, and why, as it was first decided."""

    __tablename__ = "plan_decision"
    __table_args__ = (UniqueConstraint("user_id", "day", "rule"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    day: Mapped[date]
    """The first day it acted."""
    rule: Mapped[str] = mapped_column(String(64))
    sentence: Mapped[str]
    """The reason in words."""
    facts: Mapped[dict[str, Any]]
    """The numbers it rests on."""
    until: Mapped[date | None]
    """The last day it was to act, as far as was known."""
    decided_at: Mapped[datetime]


class Preference(Base):
    """What somebody likes, has at hand and can get into; one row a person, none: anything."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint(
            "position IN ('any', 'no_floor', 'sitting', 'standing')", name="position_known"
        ),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    avoided: Mapped[list[Any]] = mapped_column(default=list)
    """Slugs of movements."""
    preferred: Mapped[list[Any]] = mapped_column(default=list)
    """Slugs of movements."""
    missing: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of equipment that is not at hand."""
    position: Mapped[str] = mapped_column(String(16), default="any")
    changed_at: Mapped[datetime]


class SetbackCard(Base):
    """What somebody wrote down for a setback, sealed; one row a person."""

    __tablename__ = "setback_card"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    early_signs: Mapped[str] = mapped_column(default="")
    first: Mapped[str] = mapped_column(default="")
    keep: Mapped[str] = mapped_column(default="")
    drop: Mapped[str] = mapped_column(default="")
    whom: Mapped[str] = mapped_column(default="")
    help: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]


class AppliedOperation(Base):
    """An operation a phone sent that was carried out: sent again, it changes nothing."""

    __tablename__ = "applied_operation"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user.id", ondelete="CASCADE"), primary_key=True
    )
    operation_id: Mapped[UUID] = mapped_column(primary_key=True)
    applied_at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(16), default="applied", server_default="applied")
    """What was answered to it, and is answered when it comes again."""
