"""What several devices wrote without a network: any order, one state."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("applied_operation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("result", sa.String(length=16), nullable=False, server_default="applied")
        )
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("felt_in", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("clocks", sa.JSON(), nullable=True))
    op.execute("UPDATE session_log SET clocks = '{}'")
    # In which movement it was felt stood with that movement alone, and went with the pain.
    op.execute(
        "UPDATE session_log SET felt_in = (SELECT min(position) FROM movement_log"
        " WHERE session_log_id = session_log.id AND pain_kind IS NOT NULL)"
    )
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.alter_column("clocks", existing_type=sa.JSON(), nullable=False)
    op.create_table(
        "cleared_day",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("clocks", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("cleared_day"),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_cleared_day")),
    )
    op.create_table(
        "deleted_session",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("log_id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        _of_person("deleted_session"),
        sa.PrimaryKeyConstraint("user_id", "log_id", name=op.f("pk_deleted_session")),
    )


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["user.id"], name=op.f(f"fk_{table}_user_id_user"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_table("deleted_session")
    op.drop_table("cleared_day")
    with op.batch_alter_table("session_log", schema=None) as batch_op:
        batch_op.drop_column("clocks")
        batch_op.drop_column("felt_in")
    with op.batch_alter_table("applied_operation", schema=None) as batch_op:
        batch_op.drop_column("result")
