"""What happened at the tablets that no record tells, as they sent it: rows in a row for each tablet, only added to.

Whatever a tablet tells is taken, or its records would have to wait: what does not follow what it told before is kept
beside with the hash that it says it follows, and `tablet-events` names the place. Anything that a tablet says of itself
can be made up by whoever has its key; what is here cannot be taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from sync.endpoint import schema
from sync.endpoint.bulk import insert_all
from sync.endpoint.devices import Device
from sync.endpoint.snapshots import paged
from sync.endpoint.storage import numbered
from sync.protocol.trail import FIRST, SEALED, Entry, Trail, digest_of_hashes, hash_of, hashes_of


@dataclass(frozen=True, slots=True)
class Head:
    """The last row there is of a tablet."""

    place: int = 0  # rows are counted for each tablet; its own numbers may come twice
    number: int = 0
    hash: str = FIRST

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Told:
    """One row that is to be."""

    place: int
    entry: Entry
    hash: str
    before: str | None = None  # what it says it follows, where that is not the row before


def follow(head: Head, trail: Trail, known: str | None) -> list[Told]:
    """What is new of a trail. `known` is the hash of its last number, where that is here already: the same trail again
    is nothing new."""
    if known == trail.hash:
        return []
    hashes = [*hashes_of(trail.before, trail.entries)]
    hashes[-1] = trail.hash  # as the tablet keeps it: where an entry was changed there, this is another
    meets = dict(zip(range(trail.first - 1, trail.last), (trail.before, *hashes[:-1]), strict=True))
    follows = meets.get(head.number) == head.hash
    new = [pair for pair in zip(trail.entries, hashes, strict=True) if not follows or pair[0].number > head.number]
    rows = [Told(head.place + place, entry, hashed) for place, (entry, hashed) in enumerate(new, start=1)]
    return rows if follows else [replace(rows[0], before=trail.before), *rows[1:]]


@dataclass(frozen=True, slots=True)
class Brought:
    """The changes that came with a trail and were new, by `op` and content hash, and the number of the last."""

    upto: int
    changes: tuple[tuple[str, str], ...] = ()

    def bound_by(self, entry: Entry) -> int | None:
        """The number of the last of them, if they are what the entry binds."""
        if entry.event != SEALED or not self.changes or entry.result != str(len(self.changes)):
            return None
        return self.upto if entry.object == digest_of_hashes(self.changes) else None


def take(connection: Connection, device: Device, trail: Trail, brought: Brought, *, at: datetime) -> None:
    """Write what is new of it."""
    head = head_of(connection, device)
    known = _hash_at(connection, device, trail.last) if trail.last <= head.number else None
    new = follow(head, trail, known)
    bounds = [brought.bound_by(told.entry) for told in new]
    first = next((place for place, bound in enumerate(bounds) if bound), None)  # the same changes are bound once
    rows = [_row(device, told, bounds[place] if place == first else None, at) for place, told in enumerate(new)]
    insert_all(connection, schema.tablet_event, rows)


def head_of(connection: Connection, device: Device) -> Head:
    table = schema.tablet_event
    last = _of(device).order_by(table.c.place.desc()).limit(1)
    row = connection.execute(last).first()
    return Head(row.place, row.number, row.hash) if row else Head()


def entries(connection: Connection, device: Device) -> Iterator[Row[Any]]:
    """In the order in which they came."""
    place, found = schema.tablet_event.c.place, _of(device).order_by(schema.tablet_event.c.place)
    pages = paged(connection, lambda after: found.where(place > after), lambda row: row.place, 0)
    return (row for page in pages for row in page)


@dataclass(slots=True)
class Reader:
    """Goes through the rows of one tablet, and says of each what does not hold."""

    last: Head = Head()
    firsts: tuple[str, ...] = ()  # the hashes of the first entries: more than one where the tablet began anew

    def harm(self, row: Row[Any]) -> str | None:
        last, self.last = self.last, Head(row.place, row.number, row.hash)
        follows = row.before is None
        if row.place != last.place + 1:
            return f"the rows before entry {row.number} were taken out"
        if follows and row.number != last.number + 1:
            return f"entry {row.number} does not come after {last.number}"
        if row.hash != hash_of(last.hash if follows else row.before, _entry(row)):
            return f"entry {row.number} is not what was written, or one that came with it is not"
        is_first = self._begins(row)
        return None if follows or is_first else _gap(last.number, row.number)

    @property
    def has_begun_anew(self) -> bool:
        """It was set up anew, or its store was lost or exchanged."""
        return len(self.firsts) > 1

    def _begins(self, row: Row[Any]) -> bool:
        if row.number != 1 or row.before not in (None, FIRST) or row.hash in self.firsts:
            return False
        self.firsts = (*self.firsts, row.hash)
        return True


def sealing_harm(connection: Connection, row: Row[Any]) -> str | None:
    """Of an entry whose changes came with it: whether they are what the tablet sealed."""
    if row.bound is None:
        return None
    change, count = schema.change, int(row.result) if row.result.isdecimal() else 0
    numbers = (change.c.seq > row.bound - count, change.c.seq <= row.bound, numbered())
    found = select(change.c.op, change.c.content_hash).where(change.c.tenant == row.tenant, *numbers)
    pairs = [(each.op, each.content_hash) for each in connection.execute(found)]
    if digest_of_hashes(pairs) == row.object:
        return None
    return f"entry {row.number} binds {count} changes up to number {row.bound}, and they are not what was sealed"


def damage(connection: Connection, device: Device) -> Iterator[str]:
    """What no tablet can have caused: rows that are gone, changes that are not what it sealed."""
    place = 0
    for row in entries(connection, device):
        if row.place != place + 1:
            yield f"the rows before entry {row.number} were taken out"
        elif words := sealing_harm(connection, row):
            yield words
        place = row.place


def _gap(last: int, number: int) -> str:
    if number > last + 1:
        return f"the entries after number {last} and before {number} never came"
    return f"entry {number} was told again, and not as before: what it had told from there to {last} is above"


def _of(device: Device) -> Select[Any]:
    table = schema.tablet_event
    return select(table).where(table.c.tenant == device.tenant, table.c.device == device.id)


def _hash_at(connection: Connection, device: Device, number: int) -> str | None:
    table = schema.tablet_event
    found = _of(device).where(table.c.number == number).order_by(table.c.place.desc()).limit(1)
    row = connection.execute(found).first()
    return str(row.hash) if row else None


def _row(device: Device, told: Told, bound: int | None, at: datetime) -> dict[str, object]:
    entry = told.entry
    return {
        "tenant": device.tenant,
        "device": device.id,
        "place": told.place,
        "number": entry.number,
        "at": entry.at.isoformat(),
        "clock": entry.clock,
        "drift": entry.drift,
        "by": entry.by,
        "event": entry.event,
        "object": entry.object,
        "result": entry.result,
        "before": told.before,
        "bound": bound,
        "hash": told.hash,
        "received_at": at.isoformat(),
    }


def _entry(row: Row[Any]) -> Entry:
    at = datetime.fromisoformat(row.at)
    return Entry(row.number, at, row.clock, row.event, row.drift, row.by, row.object, row.result)
