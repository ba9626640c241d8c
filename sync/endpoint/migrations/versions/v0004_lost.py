"""A tablet can be given up for lost, and what it still brings lies sealed until a person takes it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("device", sa.Column("lost_at", sa.String(length=40), nullable=True))
    op.create_table(
        "brought",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("parcel", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.Column("taken_at", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("tenant", "device", "parcel"),
    )
