"""How a session was led, and how many spoken lines had no recording."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("led_by", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("unrecorded_lines", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_session_log_led_by_known"), "led_by IN ('track', 'screen', 'silent')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_session_log_unrecorded_lines_range"),
            "unrecorded_lines BETWEEN 0 AND 1000",
        )


def downgrade() -> None:
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_session_log_unrecorded_lines_range"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_session_log_led_by_known"), type_="check")
        batch_op.drop_column("unrecorded_lines")
        batch_op.drop_column("led_by")
