"""`purge` and `erase`: what people wrote in their own words goes when its time is over, or when it is asked for. What
is counted stays.

In each change that set such a field it is emptied, on the disk too, and the record is made of its changes again. A
change keeps the hash of what came, so that a tablet that offers it again still gets its first answer, and beside it the
hash of what is left. One more change, of the centre's own, tells the tablets that still hold the record.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, or_, select, update

from sync.endpoint import audit, schema
from sync.endpoint.admission import NOTES, content_hash, weigh
from sync.endpoint.audit import Action, Deed
from sync.endpoint.batch import Kept, Outcome, Settled, Stamp, applied
from sync.endpoint.devices import CENTRE_ITSELF, Device
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.history import IDS_AT_ONCE, UNREADABLE, Floors, Made, changes_of, replayed
from sync.endpoint.snapshots import paged
from sync.endpoint.storage import Counter, Shelf, was_applied
from sync.protocol.record_codec import canonical
from sync.protocol.records import Change

PERSONAL = tuple(sorted({*NOTES, "age_band", "gender"}))
"""The fields that go: free texts, and what was seen of a person."""

SET_ASIDE = ("refused", "handed_over")
_TELLS_NOTHING = ("op", "id", "kind", "by", "at", "base", "delete")  # of a change that was set aside: all that stays


@dataclass(frozen=True, slots=True)
class Emptied:
    """How much there was to empty."""

    records: int
    set_aside: int
    unsound: tuple[str, ...] = ()  # records that are not what their changes make: `doctor` says more; left as they are


def purge(centre: Centre, before: datetime, *, dry_run: bool = False) -> Emptied:
    """Empty the records that nobody has changed since, and what was set aside before then. Raises CentreBusy."""
    with centre.database.reading() as connection:
        ids = list(_due(connection, before))
    old = schema.change.c.received_at < before.isoformat()
    if dry_run:
        with centre.database.reading() as connection:
            return Emptied(len(ids), len(_set_aside(connection, old)))
    return _empty(centre, ids, old, Deed(Action.PURGED, f"before {before:%Y-%m-%d}"))


def erase(centre: Centre, record_id: str) -> Emptied | None:
    """Empty one record now, whatever its age; None where there is nothing of it. Raises CentreBusy."""
    of_it = schema.change.c.record == record_id
    with centre.database.reading() as connection:
        found = connection.execute(select(schema.change.c.op).where(schema.change.c.tenant == TENANT, of_it)).first()
    return _empty(centre, [record_id], of_it, Deed(Action.ERASED, record_id)) if found else None


def emptied(body: str) -> str | None:
    """A change, canonical, without what people wrote; None where it says nothing of the kind."""
    change = json.loads(body)
    said = change.get("set") if isinstance(change, dict) else None
    if not isinstance(said, dict):
        return None
    names = [name for name in PERSONAL if said.get(name) is not None]
    return canonical({**change, "set": {**said, **dict.fromkeys(names)}}) if names else None


def _empty(centre: Centre, ids: Sequence[str], set_aside: ColumnElement[bool], deed: Deed) -> Emptied:
    records, unsound = 0, list[str]()
    for start in range(0, len(ids), IDS_AT_ONCE):
        with centre.database.writing() as connection:
            wrong = _empty_records(connection, centre, ids[start : start + IDS_AT_ONCE])
        unsound += wrong
        records += len(ids[start : start + IDS_AT_ONCE]) - len(wrong)
    with centre.database.writing() as connection:
        _leave_no_trace(connection)
        others = _set_aside(connection, set_aside)
        _write_bodies(connection, {row.op: _bare(row.body) for row in others})
        _write_refused(connection, [row.op for row in others])
        audit.add(connection, deed, at=centre.clock())
    return Emptied(records, len(others), tuple(unsound))


def _due(connection: Connection, before: datetime) -> Iterator[str]:
    """Records whose last change is older, and that have something to empty. Once each."""
    change = schema.change
    last = (
        select(change.c.record)
        .where(change.c.tenant == TENANT, was_applied())
        .group_by(change.c.record)
        .having(func.max(change.c.received_at) < before.isoformat())
    )
    says = or_(*(change.c.body.contains(f'"{name}":', autoescape=True) for name in PERSONAL))
    found = (
        select(change.c.record, change.c.body, change.c.seq)
        .where(change.c.tenant == TENANT, was_applied(), change.c.emptied_hash.is_(None), says)
        .where(change.c.record.in_(last))
        .order_by(change.c.seq)
    )
    seen: set[str] = set()
    for page in paged(connection, lambda after: found.where(change.c.seq > after), lambda row: row.seq, 0):
        for row in page:
            if row.record not in seen and emptied(row.body) is not None:
                seen.add(row.record)
                yield row.record


def _empty_records(connection: Connection, centre: Centre, ids: Iterable[str]) -> list[str]:
    """In one transaction. Those that are not what their changes make are left, and returned."""
    _leave_no_trace(connection)
    device, now = Device(CENTRE_ITSELF, TENANT), centre.clock()
    shelf = Shelf(connection, device)
    counter, floors = shelf.lock(), Floors(connection, TENANT)
    known, made = shelf.known(ops=(), records=ids), changes_of(connection, TENANT, ids)
    settled, bodies, unsound = Settled(counter.seq, device.id), dict[str, str](), list[str]()
    for id in ids:
        kept, rows = known.records.get(id), made.get(id, [])
        try:
            those = floors.explaining(rows, kept) if kept else None
        except UNREADABLE:
            those = None
        if kept is None or those is None:
            unsound.append(id)
            continue
        left = {row.op: text for row in rows if (text := emptied(row.body)) is not None}
        again = replayed([_made(row, left) for row in rows], those)
        assert again is not None  # it was made of these
        bodies |= left
        settled.touched[id] = _told(settled, again, kept, counter, centre.chance.new_id(), now)
    if settled.touched:
        shelf.write([settled], known, at=now)
        _write_bodies(connection, bodies)
    return unsound


def _told(settled: Settled, again: Kept, before: Kept, counter: Counter, op: str, now: datetime) -> Kept:
    """With the change by which tablets hear of it, where they were told anything of what went."""
    held = before.held
    there = [name for name in PERSONAL if held.fields.get(name) is not None]
    beside = any(each.field in PERSONAL for each in held.conflicts)
    if held.deleted or not (there or beside):
        return again
    weighed = weigh(Change(op, held.id, held.kind, held.seq, CENTRE_ITSELF, now, dict.fromkeys(there)))
    settled.seq += 1
    stamp = Stamp(CENTRE_ITSELF, settled.seq, weighed.content_hash, counter.floor)
    after, _ = applied(again, weighed.change, stamp)
    settled.outcomes[op] = Outcome(
        op, weighed.content_hash, "applied", settled.seq, None, held.id, CENTRE_ITSELF, weighed.text
    )
    return after


def _made(row: Row[Any], left: Mapping[str, str]) -> Made:
    return Made(row.seq, row.device, row.content_hash, left.get(row.op, row.body))


def _set_aside(connection: Connection, chosen: ColumnElement[bool]) -> list[Row[Any]]:
    table = schema.change
    aside = (table.c.tenant == TENANT, table.c.status.in_(SET_ASIDE), table.c.emptied_hash.is_(None))
    return list(connection.execute(select(table.c.op, table.c.body).where(*aside, chosen)))


def _bare(body: str) -> str:
    """Of a change that was set aside: often it was for what its words said, so none of them stays."""
    change = json.loads(body)
    said = change if isinstance(change, dict) else {}
    return canonical({name: said[name] for name in _TELLS_NOTHING if name in said})


def _write_bodies(connection: Connection, bodies: Mapping[str, str]) -> None:
    table = schema.change
    this = (table.c.tenant == TENANT) & (table.c.op == bindparam("this"))
    statement = update(table).where(this).values(body=bindparam("text"), emptied_hash=bindparam("hashed"))
    rows = [{"this": op, "text": text, "hashed": content_hash(text)} for op, text in bodies.items()]
    if rows:
        connection.execute(statement, rows)


def _write_refused(connection: Connection, ops: Sequence[str]) -> None:
    table = schema.refused
    for start in range(0, len(ops), IDS_AT_ONCE):
        these = (table.c.tenant == TENANT) & table.c.op.in_(ops[start : start + IDS_AT_ONCE])
        for row in list(connection.execute(select(table).where(these))):
            text = _bare(row.change)
            this = these & (table.c.op == row.op) & (table.c.content_hash == row.content_hash)
            connection.execute(update(table).where(this).values(change=text, emptied_hash=content_hash(text)))


def _leave_no_trace(connection: Connection) -> None:
    """SQLite then writes zeros over what it lets go of. PostgreSQL does so by its own vacuum, in its own time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
