"""The centre says to tablets which key parcels are sealed for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("centre", sa.Column("parcel_key", sa.String(length=64), nullable=True))
