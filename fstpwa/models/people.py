"""People and the devices they are signed in on."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
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
    is_demo: Mapped[bool] = mapped_column(default=False)
    get_ready_s: Mapped[int] = mapped_column(default=5)
    """Seconds counted down before each movement."""
    transition_s: Mapped[int] = mapped_column(default=10)
    """Seconds to move to the next place."""
    least_rest_s: Mapped[int] = mapped_column(default=0)
    """Every rest is at least this long, in seconds."""
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
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the 256-bit token in the cookie."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(80), default="")
    """Browser and system in words, so that people recognise their device."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_expires_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="devices")


class WorkerHeartbeat(Base):
    """When a background worker last finished a round; one row."""

    __tablename__ = "worker_heartbeat"

    id: Mapped[IntPk]
    beat_at: Mapped[datetime]
