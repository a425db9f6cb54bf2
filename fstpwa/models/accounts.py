"""Ways to sign in: passkeys, codes by e-mail, recovery codes; and what limits guessing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from fstpwa.models.base import Base, BigId, IntPk


class Passkey(Base):
    """A passkey of a person; the private half never leaves their device."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_user_id", "user_id"),)

    id: Mapped[IntPk]
    public_id: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigId, default=0)
    label: Mapped[str] = mapped_column(String(80), default="")
    """Where it was made, in words, so that people recognise it."""
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes that stand in for a lost second factor; each works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_user_id", "user_id"),)

    id: Mapped[IntPk]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code or challenge that was handed out: hashed, bound to who asked, soon over."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_asker_hash", "asker_hash"),
        Index("ix_one_time_code_code_hash", "code_hash"),
        Index("ix_one_time_code_expires_at", "expires_at"),
        CheckConstraint(
            "purpose IN ('sign_in', 'claim', 'reset', 'change_email', 'step_up', 'carry', "
            "'passkey_new', 'passkey_use', 'second_factor', 'proved')",
            name="purpose_known",
        ),
        CheckConstraint("tries >= 0", name="tries_positive"),
    )

    id: Mapped[IntPk]
    purpose: Mapped[str] = mapped_column(String(16))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Keyed hash of the code; of the challenge for passkeys."""
    asker_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Hash of the asking browser's token: a code works only where it was asked for."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    """Whose account it opens or changes; None if there is none yet."""
    email: Mapped[str] = mapped_column(String(254), default="")
    """Where it was sent, folded."""
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong ones so far."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """One try that counts against a limit. Who or where is hashed; rows are swept by age."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_kind_who_hash_at", "kind", "who_hash", "at"),)

    id: Mapped[IntPk]
    kind: Mapped[str] = mapped_column(String(24))
    """What was tried, with `_account` or `_address` for what is counted."""
    who_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Keyed hash of the e-mail address or the address block."""
    at: Mapped[datetime]
