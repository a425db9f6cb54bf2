"""People and the devices they are signed in on."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fstpwa.models.base import Base, IntPk


class Role(StrEnum):
    """What somebody may do. Practising is open to every role."""

    CLIENT = "client"
    THERAPIST = "therapist"


class User(Base):
    """A person. Trying the product makes a real one, without an e-mail address."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("role IN ('client', 'therapist')", name="role_known"),
        CheckConstraint("get_ready_s BETWEEN 0 AND 20", name="get_ready_range"),
        CheckConstraint("transition_s BETWEEN 0 AND 60", name="transition_range"),
        CheckConstraint("least_rest_s BETWEEN 0 AND 60", name="least_rest_range"),
        CheckConstraint("side IN ('left', 'right', 'both')", name="side_known"),
        CheckConstraint("quiet_start_min BETWEEN 0 AND 1439", name="quiet_start_range"),
        CheckConstraint("quiet_end_min BETWEEN 0 AND 1439", name="quiet_end_range"),
        CheckConstraint(
            "(quiet_start_min IS NULL) = (quiet_end_min IS NULL)", name="quiet_hours_whole"
        ),
        CheckConstraint("quiet_start_min <> quiet_end_min", name="quiet_hours_end"),
        Index(
            "ix_user_email_backstop",
            "id",
            sqlite_where=sql("email_backstop = 1"),
            postgresql_where=sql("email_backstop"),
        ),
    )

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    """What pages and phones know the person by."""
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80), default="")
    """What to call them; empty until they say."""
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    """IANA name; decides which calendar day it is for them."""
    country: Mapped[str] = mapped_column(String(2), default="")
    """ISO 3166 code they chose, for the emergency number; empty until they say."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Folded, and proved by a code; None for somebody who only tries it."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2id; None if they never chose a password."""
    totp_secret: Mapped[str | None] = mapped_column(Text())
    """Of an authenticator app, sealed; None if none is set up."""
    totp_last_step: Mapped[int | None]
    """The last 30-second step that was used: no code works twice."""
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary(80))
    """Seals their notes; itself wrapped by the master key, which is in no database."""
    language: Mapped[str] = mapped_column(String(16), default="en_GB")
    """Which catalogue of texts they read."""
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    """What brings them, as ids of content/reasons.yaml."""
    regions: Mapped[list[Any]] = mapped_column(default=list)
    """Where it is, as codes of body regions; decides which questions are asked."""
    side: Mapped[str | None] = mapped_column(String(8))
    """Which side it is, if they said; None or left, right, both."""
    is_adult: Mapped[bool] = mapped_column(default=False)
    """Whether they said that they are 18 or over."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    get_ready_s: Mapped[int] = mapped_column(default=5)
    """Seconds counted down before each movement."""
    transition_s: Mapped[int] = mapped_column(default=10)
    """Seconds to move to the next place."""
    least_rest_s: Mapped[int] = mapped_column(default=0)
    """Every rest is at least this long, in seconds."""
    quiet_start_min: Mapped[int | None]
    """From here nothing rings: local, minutes after midnight; None: there are no quiet hours."""
    quiet_end_min: Mapped[int | None]
    """Where quiet hours end; earlier than their start if they go over midnight."""
    email_backstop: Mapped[bool] = mapped_column(default=False)
    """Whether a letter is written when a reminder reaches none of their devices."""
    hears_news: Mapped[bool] = mapped_column(default=True)
    """Whether a message tells them what came from their therapist, or from a client."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """To the hour at best; written outside the page's transaction."""

    devices: Mapped[list["DeviceSession"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    # Flask-Login asks for these four; its own mixin is untyped.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the identity Flask-Login keeps."""
        return str(self.public_id)


class DeviceSession(Base):
    """One signed-in browser. The cookie holds a token, the table only its hash."""

    __tablename__ = "device_session"
    __table_args__ = (Index("ix_device_session_user_id", "user_id"),)

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """What the list of devices knows it by."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the 256-bit token in the cookie."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(80), default="")
    """Browser and system in words, so that people recognise their device."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When they last proved again who they are; allows what matters for ten minutes."""
    is_strong: Mapped[bool] = mapped_column(default=False)
    """Whether a passkey or a second factor was shown here; therapists need it."""

    user: Mapped[User] = relationship(back_populates="devices")


class WorkerHeartbeat(Base):
    """When a background worker last finished a round; one row."""

    __tablename__ = "worker_heartbeat"

    id: Mapped[IntPk]
    beat_at: Mapped[datetime]
