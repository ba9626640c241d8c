"""A tablet has keys of its own; the centre keeps the public half, and which of its own keys the tablet was told."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("device", sa.Column("public_key", sa.String(length=128), nullable=True))
    op.add_column("device", sa.Column("parcel_key", sa.String(length=64), nullable=True))
    op.add_column("brought", sa.Column("public_key", sa.String(length=128), nullable=True))
