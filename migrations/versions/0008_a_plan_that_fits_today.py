"""A plan that fits today: what adapts it, and what was decided."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CHECKS: dict[str, dict[str, str]] = {
    "session_log": {"next_morning_pain_range": "next_morning_pain BETWEEN 0 AND 10"},
    "movement_log": {
        "pain_kind_known": "pain_kind IN ('sharp', 'tingling_numb')",
        "held_range": "held_s BETWEEN 0 AND 600",
        "support_known": "support IN ('both_hands', 'one_hand', 'fingertips', 'none')",
    },
    "enrolment": {"pause_reason_known": "pause_reason IN ('holiday', 'illness', 'other')"},
}


def columns() -> dict[str, list[sa.Column]]:
    return {
        "session_log": [
            sa.Column("next_morning_pain", sa.Integer(), nullable=True),
            sa.Column("settled", sa.Boolean(), nullable=True),
        ],
        "movement_log": [
            sa.Column("pain_kind", sa.String(length=16), nullable=True),
            sa.Column("held_s", sa.Integer(), nullable=True),
            sa.Column("support", sa.String(length=16), nullable=True),
        ],
        "check_in": [sa.Column("woken_by_pain", sa.Boolean(), nullable=True)],
        "enrolment": [
            sa.Column("resumes_on", sa.Date(), nullable=True),
            sa.Column("pause_reason", sa.String(length=16), nullable=True),
            sa.Column("phase_since", sa.Date(), nullable=True),
            sa.Column("programme_version", sa.String(length=64), nullable=True),
            sa.Column("decided_on", sa.Date(), nullable=True),
        ],
    }


def upgrade() -> None:
    op.create_table(
        "programme_version",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_programme_version")),
    )
    for table, added in columns().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in added:
                batch_op.add_column(column)
            for name, text in CHECKS.get(table, {}).items():
                batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{name}"), text)
    # How long somebody has been in their phase was not kept: their step is the best there is.
    op.execute("UPDATE enrolment SET phase_since = step_since")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.alter_column("phase_since", existing_type=sa.Date(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_enrolment_programme_version_programme_version"),
            "programme_version",
            ["programme_version"],
            ["digest"],
            ondelete="RESTRICT",
        )
    _create_tables_of_people()


def _create_tables_of_people() -> None:
    op.create_table(
        "plan_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of_person("plan_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_event")),
        sa.UniqueConstraint("user_id", "day", "kind", name=op.f("uq_plan_event_user_id_day_kind")),
    )
    op.create_table(
        "plan_decision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("plan_decision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_decision")),
        sa.UniqueConstraint(
            "user_id", "day", "rule", name=op.f("uq_plan_decision_user_id_day_rule")
        ),
    )
    op.create_table(
        "preference",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("avoided", sa.JSON(), nullable=False),
        sa.Column("preferred", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("position", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "position IN ('any', 'no_floor', 'sitting', 'standing')",
            name=op.f("ck_preference_position_known"),
        ),
        _of_person("preference"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preference")),
    )
    texts = ("early_signs", "first", "keep", "drop", "whom", "help")
    op.create_table(
        "setback_card",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("setback_card"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_setback_card")),
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id_user"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("setback_card", "preference", "plan_decision", "plan_event"):
        op.drop_table(table)
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_enrolment_programme_version_programme_version"), type_="foreignkey"
        )
    for table, added in columns().items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in CHECKS.get(table, {}):
                batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
            for column in added:
                batch_op.drop_column(column.name)
    op.drop_table("programme_version")
