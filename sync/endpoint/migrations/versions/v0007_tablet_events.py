"""What happened at the tablets that no record tells: rows that the database neither changes nor removes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

WORDS = "what tablets told is only added to"

ON_SQLITE = f"""
CREATE TRIGGER tablet_event_only_added_{{what}} BEFORE {{what}} ON tablet_event
BEGIN
    SELECT RAISE(ABORT, '{WORDS}');
END
"""

ON_POSTGRESQL = (
    f"""
CREATE FUNCTION tablet_event_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{WORDS}';
END
$$
""",
    """
CREATE TRIGGER tablet_event_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON tablet_event
FOR EACH STATEMENT EXECUTE FUNCTION tablet_event_only_added()
""",
)


def upgrade() -> None:
    op.create_table(
        "tablet_event",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("clock", sa.BigInteger(), nullable=False),
        sa.Column("drift", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("result", sa.String(length=80), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenant.id"]),
        sa.PrimaryKeyConstraint("tenant", "device", "place"),
    )
    op.create_index("tablet_event_number", "tablet_event", ["tenant", "device", "number"])
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(ON_SQLITE.format(what=what))
    else:
        for statement in ON_POSTGRESQL:
            op.execute(statement)
