"""The centre's tables, in SQL that SQLite and PostgreSQL both speak. JSON is kept as canonical ASCII text."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

metadata = MetaData()

# One row: which centre this is, and the public key (hex) that parcels are sealed for. The private one is never here.
centre = Table("centre", metadata, Column("instance", String(64), primary_key=True), Column("parcel_key", String(64)))

# An organisation. `seq` is the counter everything is ordered by: whoever writes locks this row first, so numbers
# become visible in the order they are given. `epoch` changes when the database was restored from a backup.
tenant = Table(
    "tenant",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", String(64), nullable=False),
    # Numbers up to which: a finished backup holds all; what was deleted may be forgotten; a base tells nothing.
    Column("safe", BigInteger, nullable=False),
    Column("horizon", BigInteger, nullable=False),
    Column("floor", BigInteger, nullable=False),
    Column("backed_up_at", String(40)),  # when the newest finished backup was begun
    Column("cursor_key", String(64)),  # hex, of chance: what cursors are sealed with
)

# An enrolled tablet. Enrolling again under the same name renews the token of the same device.
device = Table(
    "device",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", ForeignKey("tenant.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("public_key", String(128)),  # hex: of the keys it made when it was let in; none = by an app that made none
    Column("parcel_key", String(64)),  # hex: the centre's, as the tablet was told it then
    Column("app", String(128), nullable=False),
    Column("enrolled_at", String(40), nullable=False),
    Column("revoked_at", String(40)),
    Column("lost_at", String(40)),  # given up for lost: it is told to keep nothing, and may only bring parcels
    Column("centres", Text, nullable=False),  # ids with commas between; "" = all of the organisation
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
    Column("centres", Text),  # what the tablet is told about from then on; none = as before
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
    Column("is_private", Boolean, nullable=False),  # its kind is seen by the tablet that made it, and no other
    Column("device", String(64), nullable=False),
    Column("centre", Text),  # where it belongs, for who may see it; none = everybody who may see its kind
    Column("shift", Text),  # in which shift it was made, for receipts
    Column("seq", BigInteger, nullable=False),
    Column("content_hash", String(64), nullable=False),  # of the change numbered `seq`
    Column("deleted", Boolean, nullable=False),
    Column("fields", Text, nullable=False),
    Column("marks", Text, nullable=False),
    Column("conflicts", Text, nullable=False),
    Index("record_order", "tenant", "seq", unique=True),
    Index("record_shift", "tenant", "shift"),
    # News are looked up by these: most records are some other tablet's own, and nobody else has to read past them.
    Index("record_own", "tenant", "device", "seq"),
    Index(
        "record_common", "tenant", "seq", sqlite_where=text("is_private = 0"), postgresql_where=text("NOT is_private")
    ),
)

# Every change that was ever answered, with what became of it: the same change again gets the same answer, and the
# changes of a record, in the order of their numbers, are its history. Rows are added, and altered by a purge alone.
change = Table(
    "change",
    metadata,
    Column("tenant", ForeignKey("tenant.id"), primary_key=True),
    Column("op", String(128), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("seq", BigInteger, nullable=False),  # 0: not applied, by a centre that did not number refusals
    Column("problem", Text),
    Column("record", String(128), nullable=False),
    Column("device", String(64), nullable=False),
    Column("by", String(128), nullable=False),
    Column("body", Text, nullable=False),  # as it came, canonical JSON
    Column("received_at", String(40), nullable=False),
    Column("emptied_hash", String(64)),  # of the body, where it was emptied of what people wrote: `purging.py`
    Index("change_order", "tenant", "seq", unique=True, sqlite_where=text("seq > 0"), postgresql_where=text("seq > 0")),
    Index("change_record", "tenant", "record"),
)

# Refused and handed over changes, whole: nothing a person wrote is thrown away because a machine would not take it.
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
    Column("emptied_hash", String(64)),
)

# Parcels that lost tablets brought: `drop_box.py`. Sealed, for a key that is not here.
brought = Table(
    "brought",
    metadata,
    Column("tenant", ForeignKey("tenant.id"), primary_key=True),
    Column("device", String(64), primary_key=True),
    Column("parcel", String(16), primary_key=True),
    Column("lines", Text, nullable=False),  # "" once it was taken
    Column("public_key", String(128)),  # of the tablet as it was let in when it brought this: it signed it with that
    Column("received_at", String(40), nullable=False),
    Column("taken_at", String(40)),
)

# What was done with the centre: `audit.py`. Triggers, made by the step that made the table, let no row be changed or
# removed; a step that makes the table anew has to make them anew.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("object", String(128), nullable=False),
    Column("result", String(16), nullable=False),
    Column("network", String(64), nullable=False),
    Column("hash", String(64), nullable=False),  # over the hash of the entry before and this entry
)

# What happened at the tablets that no record tells: `tablet_events.py`. Triggers as of `audit`.
tablet_event = Table(
    "tablet_event",
    metadata,
    Column("tenant", ForeignKey("tenant.id"), primary_key=True),
    Column("device", String(64), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # rows of a tablet, in the order they came
    Column("number", BigInteger, nullable=False),  # the tablet's own
    Column("at", String(40), nullable=False),
    Column("clock", BigInteger, nullable=False),
    Column("drift", BigInteger),
    Column("by", String(80), nullable=False),
    Column("event", String(80), nullable=False),
    Column("object", String(80), nullable=False),
    Column("result", String(80), nullable=False),
    Column("before", String(64)),  # the hash that it says it follows, where that is not the row before
    Column("bound", BigInteger),  # the number of the last change that it binds, where they came with it
    Column("hash", String(64), nullable=False),
    Column("received_at", String(40), nullable=False),
    Index("tablet_event_number", "tenant", "device", "number"),
)
