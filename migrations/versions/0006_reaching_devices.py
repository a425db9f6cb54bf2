"""Test messages to a device, and counts of what push services answer."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VERDICTS = "('sent', 'gone', 'retry', 'refused')"
WAITS = "test_asked_at IS NOT NULL AND test_tried_at IS NULL"


def upgrade() -> None:
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        for name in ("test_asked_at", "test_tried_at", "test_shown_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("test_verdict", sa.String(length=8), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_push_subscription_test_verdict_known"), f"test_verdict IN {VERDICTS}"
        )
        batch_op.create_index(
            "ix_push_subscription_test_waits",
            ["test_asked_at"],
            unique=False,
            sqlite_where=sa.text(WAITS),
            postgresql_where=sa.text(WAITS),
        )
    op.create_table(
        "push_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service", sa.String(length=253), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("status", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"verdict IN {VERDICTS}", name=op.f("ck_push_count_verdict_known")),
        sa.CheckConstraint("count > 0", name=op.f("ck_push_count_count_positive")),
        sa.PrimaryKeyConstraint("day", "service", "verdict", "status", name=op.f("pk_push_count")),
    )


def downgrade() -> None:
    op.drop_table("push_count")
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        batch_op.drop_index("ix_push_subscription_test_waits")
        batch_op.drop_constraint(
            batch_op.f("ck_push_subscription_test_verdict_known"), type_="check"
        )
        for name in ("test_verdict", "test_shown_at", "test_tried_at", "test_asked_at"):
            batch_op.drop_column(name)
