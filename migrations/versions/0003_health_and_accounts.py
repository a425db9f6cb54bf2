"""What somebody answered about their health, accounts, and ways to sign in."""

from collections.abc import Sequence
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("who_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attempt_kind_who_hash_at", ["kind", "who_hash", "at"], unique=False
        )

    op.create_table(
        "health_unlock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('all clear', 'being treated', 'told to wait')",
            name=op.f("ck_health_unlock_outcome_known"),
        ),
        sa.CheckConstraint(
            "way IN ('clinician_agreed', 'therapist', 'seen')",
            name=op.f("ck_health_unlock_way_known"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_health_unlock_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_unlock")),
    )
    with op.batch_alter_table("health_unlock", schema=None) as batch_op:
        batch_op.create_index("ix_health_unlock_user_id", ["user_id"], unique=False)

    op.create_table(
        "one_time_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asker_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign_in', 'claim', 'reset', 'change_email', 'step_up', 'carry', 'passkey_new', 'passkey_use', 'second_factor', 'proved')",
            name=op.f("ck_one_time_code_purpose_known"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_one_time_code_tries_positive")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_one_time_code_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_code_asker_hash", ["asker_hash"], unique=False)
        batch_op.create_index("ix_one_time_code_code_hash", ["code_hash"], unique=False)
        batch_op.create_index("ix_one_time_code_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sign_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_passkey_public_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index("ix_passkey_user_id", ["user_id"], unique=False)

    op.create_table(
        "pending_check",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_pending_check_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_pending_check")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index("ix_recovery_code_user_id", ["user_id"], unique=False)

    op.create_table(
        "red_day",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_red_day_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_red_day")),
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("care_where", sa.Text(), nullable=False),
        sa.Column("care_on", sa.Date(), nullable=True),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("read_again", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reason IN ('start', 'again', 'after_care')", name=op.f("ck_screening_reason_known")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_screening_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index("ix_screening_user_id", ["user_id"], unique=False)

    op.create_table(
        "health_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "screening_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "side IN ('left', 'right', 'both')", name=op.f("ck_health_answer_side_known")
        ),
        sa.CheckConstraint(
            "source IN ('screening', 'before_session', 'worry', 'asked_again', 'correction')",
            name=op.f("ck_health_answer_source_known"),
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screening.id"],
            name=op.f("fk_health_answer_screening_id_screening"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_health_answer_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_answer")),
        sa.UniqueConstraint(
            "screening_id", "question", name=op.f("uq_health_answer_screening_id_question")
        ),
    )
    with op.batch_alter_table("health_answer", schema=None) as batch_op:
        batch_op.create_index("ix_health_answer_user_id", ["user_id"], unique=False)

    op.create_table(
        "health_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_log_id", sa.Uuid(), nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("movements", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("care", sa.String(length=24), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up", sa.String(length=8), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "follow_up IN ('gone', 'better', 'same', 'worse')",
            name=op.f("ck_health_report_follow_up_known"),
        ),
        sa.CheckConstraint(
            "severity IN ('mild', 'moderate', 'severe')",
            name=op.f("ck_health_report_severity_known"),
        ),
        sa.CheckConstraint(
            "side IN ('left', 'right', 'both')", name=op.f("ck_health_report_side_known")
        ),
        sa.ForeignKeyConstraint(
            ["session_log_id"],
            ["session_log.id"],
            name=op.f("fk_health_report_session_log_id_session_log"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_health_report_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_report")),
    )
    with op.batch_alter_table("health_report", schema=None) as batch_op:
        batch_op.create_index("ix_health_report_user_id_day", ["user_id", "day"], unique=False)

    # Whatever a day was held for, it stays held; the new gate asks again from the next day on.
    op.execute(
        "INSERT INTO red_day (user_id, day, set_at) SELECT user_id, day, set_at FROM day_hold"
    )
    op.drop_table("day_hold")
    with op.batch_alter_table("device_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("is_strong", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    devices = sa.table("device_session", sa.column("id"), sa.column("public_id", sa.Uuid()))
    connection = op.get_bind()
    for (device_id,) in connection.execute(sa.select(devices.c.id)).fetchall():
        connection.execute(
            devices.update().where(devices.c.id == device_id).values(public_id=uuid4())
        )
    with op.batch_alter_table("device_session", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("is_strong", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_device_session_public_id"), ["public_id"])

    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column("password_hash", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("totp_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("totp_last_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("data_key", sa.LargeBinary(length=80), nullable=True))
        batch_op.add_column(
            sa.Column("language", sa.String(length=16), nullable=False, server_default="en_GB")
        )
        batch_op.add_column(sa.Column("reasons", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("regions", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("side", sa.String(length=8), nullable=True))
        batch_op.add_column(
            sa.Column("is_adult", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("user", schema=None) as batch_op:
        for name, kind in (
            ("language", sa.String(length=16)),
            ("reasons", sa.JSON()),
            ("regions", sa.JSON()),
            ("is_adult", sa.Boolean()),
        ):
            batch_op.alter_column(name, existing_type=kind, server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_user_email"), ["email"])
        batch_op.create_check_constraint(
            batch_op.f("ck_user_side_known"), "side IN ('left', 'right', 'both')"
        )


def downgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_user_side_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_user_email"), type_="unique")
        batch_op.drop_column("is_adult")
        batch_op.drop_column("side")
        batch_op.drop_column("regions")
        batch_op.drop_column("reasons")
        batch_op.drop_column("language")
        batch_op.drop_column("data_key")
        batch_op.drop_column("totp_last_step")
        batch_op.drop_column("totp_secret")
        batch_op.drop_column("password_hash")
        batch_op.drop_column("email")

    with op.batch_alter_table("device_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_device_session_public_id"), type_="unique")
        batch_op.drop_column("is_strong")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("public_id")

    op.create_table(
        "day_hold",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('emergency', 'urgent', 'ask first', 'not today', 'red')",
            name=op.f("ck_day_hold_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_day_hold_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_day_hold")),
    )
    op.execute(
        "INSERT INTO day_hold (user_id, day, reason, set_at) "
        "SELECT user_id, day, 'red', set_at FROM red_day"
    )
    with op.batch_alter_table("health_report", schema=None) as batch_op:
        batch_op.drop_index("ix_health_report_user_id_day")

    op.drop_table("health_report")
    with op.batch_alter_table("health_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_health_answer_user_id")

    op.drop_table("health_answer")
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.drop_index("ix_screening_user_id")

    op.drop_table("screening")
    op.drop_table("red_day")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index("ix_recovery_code_user_id")

    op.drop_table("recovery_code")
    op.drop_table("pending_check")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index("ix_passkey_user_id")

    op.drop_table("passkey")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_code_expires_at")
        batch_op.drop_index("ix_one_time_code_code_hash")
        batch_op.drop_index("ix_one_time_code_asker_hash")

    op.drop_table("one_time_code")
    with op.batch_alter_table("health_unlock", schema=None) as batch_op:
        batch_op.drop_index("ix_health_unlock_user_id")

    op.drop_table("health_unlock")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_kind_who_hash_at")

    op.drop_table("attempt")
