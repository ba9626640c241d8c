"""The centre's tables, in SQL that SQLite and PostgreSQL both speak. JSON is kept as canonical ASCII text."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

# One row: which centre this is.
centre = Table("centre", metadata, Column("instance", String(64), primary_key=True))

# An organisation. `seq` is the counter everything is ordered by: whoever writes locks this row first, so numbers
# become visible in the order they are given. `epoch` changes when the database was restored from a backup.
tenant = Table(
    "tenant",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", String(64), nullable=False),
)

# An enrolled tablet. Enrolling again under the same name renews the token of the same device.
device = Table(
    "device",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", ForeignKey("tenant.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("app", String(128), nullable=False),
    Column("enrolled_at", String(40), nullable=False),
    Column("revoked_at", String(40)),
    # What the tablet said of itself at its last exchange.
    Column("seen_at", String(40)),
    Column("skew_seconds", BigInteger),
    Column("waiting", BigInteger),
    Column("attention", BigInteger),
    Index("device_name", "tenant", "name", unique=True),
)

# A one-time code. `selector` finds it; only the hash of the whole code tells whether the rest is right.
code = Table(
    "code",
    metadata,
    Column("selector", String(16), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("tenant", ForeignKey("tenant.id"), nullable=False),
    Column("device_name", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),  # seconds since 1970
    Column("tries", Integer, nullable=False),
    Column("used", Boolean, nullable=False),
)

# A record as everybody sees it, and the marks the next merge needs. `device` made it.
record = Table(
    "record",
    metadata,
    Column("tenant", ForeignKey("tenant.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("kind", String(128), nullable=False),
    Column("device", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("fields", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("conflicts", Text, nullable=False),
    Index("record_order", "tenant", "seq", unique=True),
)

# What became of each change, so that the same change again gets the same answer.
outcome = Table(
    "outcome",
    metadata,
    Column("tenant", ForeignKey("tenant.id"), primary_key=True),
    Column("op", String(128), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("seq", BigInteger, nullable=False),  # 0 when refused
    Column("problem", Text),
    Column("record", String(128), nullable=False),
    Column("device", String(64), nullable=False),
    Column("by", String(128), nullable=False),
    Column("received_at", String(40), nullable=False),
)

# Refused changes, whole: nothing a person wrote is thrown away because a machine would not take it.
refused = Table(
    "refused",
    metadata,
    Column("tenant", ForeignKey("tenant.id"), primary_key=True),
    Column("op", String(128), primary_key=True),
    Column("content_hash", String(64), primary_key=True),
    Column("device", String(64), nullable=False),
    Column("problem", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("received_at", String(40), nullable=False),
)
