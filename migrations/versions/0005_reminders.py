"""Reminders, what became of each, the messages to each device, and quiet hours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CHECKS_OF_QUIET_HOURS = {
    "quiet_start_range": "quiet_start_min BETWEEN 0 AND 1439",
    "quiet_end_range": "quiet_end_min BETWEEN 0 AND 1439",
    "quiet_hours_whole": "(quiet_start_min IS NULL) = (quiet_end_min IS NULL)",
    "quiet_hours_end": "quiet_start_min <> quiet_end_min",
}


def _index_of_those_with(table: str, column: str) -> None:
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        unique=False,
        sqlite_where=sa.text(f"{column} IS NOT NULL"),
        postgresql_where=sa.text(f"{column} IS NOT NULL"),
    )


def upgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet_start_min", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("quiet_end_min", sa.Integer(), nullable=True))
        for name, condition in CHECKS_OF_QUIET_HOURS.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_user_{name}"), condition)

    op.create_table(
        "reminder",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at_min", sa.Integer(), nullable=False),
        sa.Column("days_mask", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("max_late_min", sa.Integer(), nullable=False),
        sa.Column("unless_done", sa.Boolean(), nullable=False),
        sa.Column("once_more", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_key", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('practice', 'check_in')", name=op.f("ck_reminder_kind_known")),
        sa.CheckConstraint("at_min BETWEEN 0 AND 1439", name=op.f("ck_reminder_at_min_range")),
        sa.CheckConstraint("days_mask BETWEEN 1 AND 127", name=op.f("ck_reminder_days_mask_range")),
        sa.CheckConstraint(
            "max_late_min BETWEEN 1 AND 1440", name=op.f("ck_reminder_max_late_range")
        ),
        sa.CheckConstraint(
            "(next_due_at IS NULL) = (next_key IS NULL)", name=op.f("ck_reminder_next_is_whole")
        ),
        sa.CheckConstraint(
            "enabled OR next_due_at IS NULL", name=op.f("ck_reminder_only_enabled_fall_due")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_reminder_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reminder_public_id")),
    )
    op.create_index("ix_reminder_user_id", "reminder", ["user_id"], unique=False)
    _index_of_those_with("reminder", "next_due_at")

    op.create_table(
        "occurrence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reminder_id", BIG_ID, nullable=False),
        sa.Column("occ_key", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ring_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("rang_again", sa.Boolean(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'snoozed', 'done', 'skipped', 'missed', 'expired')",
            name=op.f("ck_occurrence_state_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('on_time', 'quiet', 'asked', 'again', 'paused', 'done', 'held', "
            "'no_device', 'late', 'unreached', 'unanswered', 'not_today', 'off')",
            name=op.f("ck_occurrence_reason_known"),
        ),
        sa.CheckConstraint(
            "(look_at IS NULL) = (state NOT IN ('due', 'snoozed'))",
            name=op.f("ck_occurrence_looked_at"),
        ),
        sa.CheckConstraint("snoozes BETWEEN 0 AND 3", name=op.f("ck_occurrence_snoozes_range")),
        sa.CheckConstraint("ring_at >= due_at", name=op.f("ck_occurrence_rings_when_due")),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminder.id"],
            name=op.f("fk_occurrence_reminder_id_reminder"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(
            "reminder_id", "occ_key", name=op.f("uq_occurrence_reminder_id_occ_key")
        ),
    )
    _index_of_those_with("occurrence", "look_at")

    op.create_table(
        "push_subscription",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("device_session_id", BIG_ID, nullable=False),
        sa.Column("endpoint_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("service", sa.String(length=253), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("failing", sa.Integer(), nullable=False),
        sa.Column("unreceived", sa.Integer(), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_receipt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failing >= 0", name=op.f("ck_push_subscription_failing_positive")),
        sa.CheckConstraint(
            "unreceived >= 0", name=op.f("ck_push_subscription_unreceived_positive")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_push_subscription_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["device_session_id"],
            ["device_session.id"],
            name=op.f("fk_push_subscription_device_session_id_device_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("public_id", name=op.f("uq_push_subscription_public_id")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_subscription_endpoint_hash")),
    )
    op.create_index("ix_push_subscription_user_id", "push_subscription", ["user_id"], unique=False)
    op.create_index(
        "ix_push_subscription_device_session_id",
        "push_subscription",
        ["device_session_id"],
        unique=False,
    )

    op.create_table(
        "delivery",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('todo', 'sending', 'sent', 'gone', 'dead', 'expired')",
            name=op.f("ck_delivery_state_known"),
        ),
        sa.CheckConstraint(
            "(next_try_at IS NULL) = (state NOT IN ('todo', 'sending'))",
            name=op.f("ck_delivery_tried_until_over"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts_positive")),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_delivery_occurrence_id_occurrence"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["push_subscription.id"],
            name=op.f("fk_delivery_subscription_id_push_subscription"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "occurrence_id",
            "subscription_id",
            name=op.f("uq_delivery_occurrence_id_subscription_id"),
        ),
        # A number that was given once is never given again, as on PostgreSQL.
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_subscription_id", "delivery", ["subscription_id"], unique=False)
    _index_of_those_with("delivery", "next_try_at")


def downgrade() -> None:
    for table in ("delivery", "push_subscription", "occurrence", "reminder"):
        op.drop_table(table)
    with op.batch_alter_table("user", schema=None) as batch_op:
        for name in CHECKS_OF_QUIET_HOURS:
            batch_op.drop_constraint(batch_op.f(f"ck_user_{name}"), type_="check")
        batch_op.drop_column("quiet_end_min")
        batch_op.drop_column("quiet_start_min")
