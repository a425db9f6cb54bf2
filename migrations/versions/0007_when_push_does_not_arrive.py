"""When messages do not arrive: letters, and a calendar that others look at."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

WRITTEN_TO = {
    "sqlite_where": sa.text("email_backstop = 1"),
    "postgresql_where": sa.text("email_backstop"),
}


def upgrade() -> None:
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("email_backstop", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.alter_column("email_backstop", existing_type=sa.Boolean(), server_default=None)
        batch_op.create_index("ix_user_email_backstop", ["id"], unique=False, **WRITTEN_TO)
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        for name in ("email_tried_at", "emailed_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_occurrence_emailed_when_tried"),
            "emailed_at IS NULL OR email_tried_at IS NOT NULL",
        )
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user.id"],
            name=op.f("fk_calendar_feed_user_id_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_occurrence_emailed_when_tried"), type_="check")
        for name in ("emailed_at", "email_tried_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("user", schema=None) as batch_op:
        batch_op.drop_index("ix_user_email_backstop")
        batch_op.drop_column("email_backstop")
