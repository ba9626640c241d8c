"""What was done with the centre that is not the tablets' work: who was let in or taken out, what left, what came back.

Entries are only added: the database refuses to change or remove one, and each holds the hash of the one before, so
whoever gets around the database is found. Whoever may rewrite the whole table can rewrite the chain as well: keep the
last number and hash elsewhere (`audit` prints them, the log has every one), and `audit --expect` compares.

No entry holds anything of a person: tablets have ids, commands on the centre's own machine are all "centre", and of an
address only the network is kept.
"""

import ipaddress
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection, Row, insert, select

from sync.endpoint import schema
from sync.endpoint.devices import CENTRE_ITSELF
from sync.endpoint.logs import say
from sync.endpoint.snapshots import paged
from sync.protocol.record_codec import canonical

# Any number, the same for everybody: whoever has it adds the next entry.
AUDIT_LOCK = 8471
BELOW_ALL = -(1 << 63)  # numbers begin at 1: one that somebody else put in may stand before
NOBODY = "nobody"  # who did it, where nobody was let in
FIRST = "0" * 64  # the hash before the first entry

_NETWORKS = {4: 24, 6: 48}

_log = logging.getLogger(__name__)


class Action(StrEnum):
    CODE_MADE = "code-made"
    ENROLLED = "enrolled"
    ENROLMENT_REFUSED = "enrolment-refused"
    REVOKED = "revoked"
    LOST = "lost"
    PARCEL_BROUGHT = "parcel-brought"
    UNLOCK_ANSWERED = "unlock-answered"
    ASSIGNED = "assigned"
    EXPORTED = "exported"
    SET_ASIDE_READ = "set-aside-read"
    RESTORED = "restored"
    RESTORE_NOTICED = "restore-noticed"
    BACKED_UP = "backed-up"
    IMPORTED = "imported"
    HAND_OVER_TAKEN = "hand-over-taken"
    KEY_MADE = "key-made"
    PURGED = "purged"
    ERASED = "erased"


class Result(StrEnum):
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    BROKEN_OFF = "broken-off"


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, to what (an id, a number, a mark; never a name), and what came of it."""

    action: Action
    object: str = ""
    result: Result = Result.DONE
    actor: str = CENTRE_ITSELF
    network: str = ""  # where it came from, as far as it is kept


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain so far."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def add(connection: Connection, deed: Deed, *, at: datetime) -> None:
    """The next entry, in the transaction of the deed itself. Should be the last thing written in it: whoever holds the
    end of the chain then waits for nobody. A restore that is noticed goes on to take what the tablets bring: should it
    meet somebody who revokes one of them in that moment, PostgreSQL breaks one of the two off, who may try again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({AUDIT_LOCK})")
    head = head_of(connection)
    entry = {
        "number": head.number + 1,
        "at": at.isoformat(),
        "actor": deed.actor,
        "action": deed.action.value,
        "object": deed.object,
        "result": deed.result.value,
        "network": deed.network,
    }
    hashed = _hash(head.hash, entry)
    connection.execute(insert(schema.audit), {**entry, "hash": hashed})
    say(_log, logging.INFO, "audit", number=head.number + 1, action=deed.action.value, hash=hashed)


def head_of(connection: Connection) -> Head:
    table = schema.audit
    row = connection.execute(select(table.c.number, table.c.hash).order_by(table.c.number.desc()).limit(1)).first()
    return Head(int(row.number), str(row.hash)) if row else Head(0, FIRST)


def entries(connection: Connection) -> Iterator[Row[tuple[object, ...]]]:
    """Oldest first."""
    table = schema.audit
    found = select(table).order_by(table.c.number)
    pages = paged(connection, lambda after: found.where(table.c.number > after), lambda row: row.number, BELOW_ALL)
    return (row for page in pages for row in page)


def breaks(connection: Connection, expected: Head | None = None) -> Iterator[str]:
    """Every place at which the chain does not hold, in words. `expected` was written down elsewhere before."""
    number, before = 0, FIRST
    is_found = expected is None
    for row in entries(connection):
        if row.number != number + 1:
            yield f"audit: the entries after number {number} and before {row.number} are missing"
        elif row.hash != _hash(before, {name: getattr(row, name) for name in _HASHED}):
            yield f"audit: entry {row.number} is not what was written, or the one before it is not"
        is_found = is_found or (expected is not None and (row.number, row.hash) == (expected.number, expected.hash))
        number, before = row.number, row.hash
    if not is_found and expected is not None:
        yield f"audit: entry {expected.number} is not there with the hash that was written down"


def network_kept(address: str) -> str:
    """What is kept of an address: enough to see that many tries came from one place, too little to say whose."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, _NETWORKS[found.version]), strict=False))


_HASHED = ("number", "at", "actor", "action", "object", "result", "network")


def _hash(before: str, entry: dict[str, object]) -> str:
    return sha256(canonical([before, *(entry[name] for name in _HASHED)]).encode("ascii")).hexdigest()
