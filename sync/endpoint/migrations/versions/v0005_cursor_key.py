"""Cursors are sealed: only what this centre wrote can tell it that it came back from a backup."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("tenant", sa.Column("cursor_key", sa.String(length=64), nullable=True))
    op.execute(sa.text("UPDATE tenant SET cursor_key = :key").bindparams(key=secrets.token_hex(32)))
