"""Enrolments, planned sessions, what was done, check-ins."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "applied_operation",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_applied_operation_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "operation_id", name=op.f("pk_applied_operation")),
    )
    op.create_table(
        "check_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stiffness", sa.Integer(), nullable=True),
        sa.Column("good_day", sa.String(length=8), nullable=True),
        sa.Column("flare", sa.Boolean(), nullable=True),
        sa.Column("fatigue", sa.Integer(), nullable=True),
        sa.Column("sleep", sa.Integer(), nullable=True),
        sa.Column("morning_stiffness_min", sa.Integer(), nullable=True),
        sa.Column("first_step_pain", sa.Integer(), nullable=True),
        sa.Column("managed", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("clocks", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "good_day IN ('yes', 'so_so', 'no')", name=op.f("ck_check_in_good_day_known")
        ),
        sa.CheckConstraint("fatigue BETWEEN 0 AND 10", name=op.f("ck_check_in_fatigue_range")),
        sa.CheckConstraint(
            "first_step_pain BETWEEN 0 AND 10", name=op.f("ck_check_in_first_step_pain_range")
        ),
        sa.CheckConstraint(
            "morning_stiffness_min BETWEEN 0 AND 240",
            name=op.f("ck_check_in_morning_stiffness_range"),
        ),
        sa.CheckConstraint("sleep BETWEEN 0 AND 10", name=op.f("ck_check_in_sleep_range")),
        sa.CheckConstraint("stiffness BETWEEN 0 AND 10", name=op.f("ck_check_in_stiffness_range")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_check_in_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_check_in_user_id_day")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("ramp_step", sa.Integer(), nullable=False),
        sa.Column("step_since", sa.Date(), nullable=False),
        sa.Column("offer_again_on", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("at_min", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "side IN ('left', 'right', 'both')", name=op.f("ck_enrolment_side_known")
        ),
        sa.CheckConstraint("at_min BETWEEN 0 AND 1439", name=op.f("ck_enrolment_at_min_range")),
        sa.CheckConstraint("ramp_step >= 0", name=op.f("ck_enrolment_ramp_step_positive")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_enrolment_weekdays_range")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_enrolment_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_user_id"), ["user_id"], unique=False)
        batch_op.create_index(
            "uq_enrolment_one_running",
            ["user_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "check_in_region",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "check_in_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("region", sa.String(length=32), nullable=False),
        sa.Column("stiffness", sa.Integer(), nullable=True),
        sa.Column("pain", sa.Integer(), nullable=True),
        sa.CheckConstraint("pain BETWEEN 0 AND 10", name=op.f("ck_check_in_region_pain_range")),
        sa.CheckConstraint(
            "stiffness BETWEEN 0 AND 10", name=op.f("ck_check_in_region_stiffness_range")
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"],
            ["check_in.id"],
            name=op.f("fk_check_in_region_check_in_id_check_in"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_region")),
        sa.UniqueConstraint(
            "check_in_id", "region", name=op.f("uq_check_in_region_check_in_id_region")
        ),
    )
    op.create_table(
        "planned_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "enrolment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("slot", sa.String(length=96), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at_min", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("flare_items", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("prefer", sa.String(length=16), nullable=True),
        sa.Column("state_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'done', 'skipped', 'withdrawn')",
            name=op.f("ck_planned_session_state_known"),
        ),
        sa.CheckConstraint(
            "at_min BETWEEN 0 AND 1439", name=op.f("ck_planned_session_at_min_range")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk_planned_session_enrolment_id_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_planned_session_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_session")),
        sa.UniqueConstraint(
            "enrolment_id", "slot", name=op.f("uq_planned_session_enrolment_id_slot")
        ),
    )
    with op.batch_alter_table("planned_session", schema=None) as batch_op:
        batch_op.create_index("ix_planned_session_user_id_day", ["user_id", "day"], unique=False)

    op.create_table(
        "session_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("planned_session_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_s", sa.Integer(), nullable=False),
        sa.Column("planned_s", sa.Integer(), nullable=False),
        sa.Column("pain_before", sa.Integer(), nullable=True),
        sa.Column("worst_pain", sa.Integer(), nullable=True),
        sa.Column("pain_kinds", sa.JSON(), nullable=False),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("done_s BETWEEN 0 AND 86400", name=op.f("ck_session_log_done_range")),
        sa.CheckConstraint("effort BETWEEN 0 AND 10", name=op.f("ck_session_log_effort_range")),
        sa.CheckConstraint(
            "finished_at >= started_at", name=op.f("ck_session_log_finished_after_started")
        ),
        sa.CheckConstraint(
            "pain_before BETWEEN 0 AND 10", name=op.f("ck_session_log_pain_before_range")
        ),
        sa.CheckConstraint(
            "worst_pain BETWEEN 0 AND 10", name=op.f("ck_session_log_worst_pain_range")
        ),
        sa.ForeignKeyConstraint(
            ["planned_session_id"],
            ["planned_session.id"],
            name=op.f("fk_session_log_planned_session_id_planned_session"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_session_log_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_log")),
    )
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_log_planned_session_id"), ["planned_session_id"], unique=False
        )
        batch_op.create_index("ix_session_log_user_id_day", ["user_id", "day"], unique=False)

    op.create_table(
        "movement_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_log_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("easier", sa.Boolean(), nullable=False),
        sa.Column("done_s", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "reason IN ('pain', 'tired', 'other')", name=op.f("ck_movement_log_reason_known")
        ),
        sa.CheckConstraint(
            "state IN ('done', 'part', 'skipped')", name=op.f("ck_movement_log_state_known")
        ),
        sa.CheckConstraint("done_s BETWEEN 0 AND 86400", name=op.f("ck_movement_log_done_range")),
        sa.ForeignKeyConstraint(
            ["session_log_id"],
            ["session_log.id"],
            name=op.f("fk_movement_log_session_log_id_session_log"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement_log")),
        sa.UniqueConstraint(
            "session_log_id", "position", name=op.f("uq_movement_log_session_log_id_position")
        ),
    )

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


def downgrade() -> None:
    op.drop_table("day_hold")
    op.drop_table("movement_log")
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.drop_index("ix_session_log_user_id_day")
        batch_op.drop_index(batch_op.f("ix_session_log_planned_session_id"))

    op.drop_table("session_log")
    with op.batch_alter_table("planned_session", schema=None) as batch_op:
        batch_op.drop_index("ix_planned_session_user_id_day")

    op.drop_table("planned_session")
    op.drop_table("check_in_region")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enrolment_one_running",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_enrolment_user_id"))

    op.drop_table("enrolment")
    op.drop_table("check_in")
    op.drop_table("applied_operation")
