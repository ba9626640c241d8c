"""What people wrote may be taken out of an old change: then it has another hash than what came."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("change", "refused"):
        op.add_column(table, sa.Column("emptied_hash", sa.String(length=64), nullable=True))
