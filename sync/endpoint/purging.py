"""`purge` and `erase`: what people wrote in their own words, and the code of a card, goes when its time is over, or
when it is asked for. What is counted stays.

In each change that set such a field it is emptied, on the disk too, and the record is made of its changes again. A
change keeps the hash of what came, so that a tablet that offers it again still gets its first answer, and beside it the
hash of what is left. One more change, of the centre's own, tells the tablets that still hold the record.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, func, not_, or_, select, update

from sync.endpoint import audit, schema
from sync.endpoint.admission import content_hash, weigh
from sync.endpoint.audit import Action, Deed
from sync.endpoint.batch import SET_ASIDE, Kept, Outcome, Settled, Stamp, applied
from sync.endpoint.devices import CENTRE_ITSELF, Device
from sync.endpoint.emptying import PERSONAL, REVISIONS, bare, emptied
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.history import IDS_AT_ONCE, UNREADABLE, Floors, Made, changes_of, replayed
from sync.endpoint.snapshots import paged, snapshot
from sync.endpoint.storage import Counter, Shelf, was_applied
from sync.protocol import card_codes
from sync.protocol.records import Change

CARDS_STAY = timedelta(days=365)
"""At most, however long the other words are kept: the notice beside the field promises it."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is to go, and of which records."""

    fields: tuple[str, ...] = PERSONAL
    before: datetime | None = None  # only of those that nobody has changed since; None: whatever their age
    value: str | None = None  # this one alone; None: whatever stands there

    def goes(self, field: str, value: object) -> bool:
        return field in self.fields and self.value in (None, value)


@dataclass(frozen=True, slots=True)
class Emptied:
    """How much there was to empty."""

    records: int
    set_aside: int
    unsound: tuple[str, ...] = ()  # records that are not what their changes make: `doctor` says more; left as they are


def purge(centre: Centre, before: datetime, *, dry_run: bool = False) -> Emptied:
    """Empty the records that nobody has changed since, and what was set aside before then; the codes of cards go with
    `CARDS_STAY` at the latest. Raises CentreBusy.

    Tablets are told of those alone that no finished backup holds: the others they have let go of long ago.
    """
    change, refused = schema.change, schema.refused
    since = max(before, centre.clock() - CARDS_STAY)
    cards, words = _Errand((card_codes.FIELD,), since), _Errand(before=before)
    changes = _is_old(change.c.received_at, change.c.body, before=before, since=since)
    others = _is_old(refused.c.received_at, refused.c.change, before=before, since=since)
    with snapshot(centre.database) as connection:
        due = {id: errand for errand in (cards, words) for id in _due(connection, errand)}
        if dry_run:
            return Emptied(len(due), len(_set_aside(connection, changes)))
    records, unsound = 0, tuple[str, ...]()
    for errand in (words, cards):
        done, wrong = _each(centre, [id for id, its in due.items() if its is errand], errand)
        records, unsound = records + done, unsound + wrong
    deed = Deed(Action.PURGED, f"before {before:%Y-%m-%d}")
    return Emptied(records, _empty_aside(centre, changes, others, deed), unsound)


def erase(centre: Centre, record_id: str) -> Emptied | None:
    """Empty one record now, whatever its age; None where there is nothing of it. Raises CentreBusy."""
    change, refused = schema.change, schema.refused
    named = refused.c.change.contains(f'"id":"{record_id}"', autoescape=True)
    of_it = (change.c.tenant == TENANT) & (change.c.record == record_id)
    with snapshot(centre.database) as connection:
        ops = connection.execute(select(change.c.op).where(of_it)).scalars().all()
        others = connection.execute(select(refused.c.op).where(refused.c.tenant == TENANT, named)).first()
    if not ops and not others:
        return None
    records, unsound = _each(centre, [record_id], _Errand())
    under_it = refused.c.op.in_(select(change.c.op).where(of_it))
    return Emptied(
        records, _empty_aside(centre, of_it, named | under_it, Deed(Action.ERASED, record_id[:128])), unsound
    )


def erase_card(centre: Centre, code: str) -> Emptied | None:
    """Drop the code of a card from every record that holds it or held it; whatever else they say stays. What was set
    aside and speaks of it, in whatever writing, is emptied whole. None where nothing does. Raises CentreBusy."""
    change, refused = schema.change, schema.refused
    errand = _Errand((card_codes.FIELD,), value=code)
    changes, others = (_as_meant(text).contains(code) for text in (change.c.body, refused.c.change))
    with snapshot(centre.database) as connection:
        ids = list(_holding(connection, code, errand))
        is_aside = _set_aside(connection, changes) or _came_under_a_used_number(connection, others)
    if not ids and not is_aside:
        return None
    records, unsound = _each(centre, ids, errand)
    # The code itself is for no log: it would tell whose card was erased.
    return Emptied(records, _empty_aside(centre, changes, others, Deed(Action.ERASED, "a card")), unsound)


def _each(centre: Centre, ids: Sequence[str], errand: _Errand) -> tuple[int, tuple[str, ...]]:
    """How many records were emptied, and which could not be."""
    records, unsound = 0, list[str]()
    for start in range(0, len(ids), IDS_AT_ONCE):
        with centre.database.writing() as connection:
            done, wrong = _empty_records(connection, centre, ids[start : start + IDS_AT_ONCE], errand)
        records, unsound = records + done, unsound + wrong
    return records, tuple(unsound)


def _empty_aside(centre: Centre, changes: ColumnElement[bool], refused: ColumnElement[bool], deed: Deed) -> int:
    """What was set aside, and what came under a number that was used before. How many changes it was."""
    with centre.database.writing() as connection:
        _leave_no_trace(connection)
        aside = _set_aside(connection, changes)
        _write_bodies(connection, {row.op: bare(row.body) for row in aside})
        whole = _came_under_a_used_number(connection, refused)
        _write_refused(connection, whole)
        audit.add(connection, deed, at=centre.clock())
    return len({row.op for row in [*aside, *whole]})


def _is_old(
    received_at: ColumnElement[str], text: ColumnElement[str], *, before: datetime, since: datetime
) -> ColumnElement[bool]:
    """Of what was set aside: what came before then, and where it says the code of a card, before another time."""
    says_a_card = text.contains(f'"{card_codes.FIELD}"', autoescape=True)
    return or_(received_at < before.isoformat(), and_(received_at < since.isoformat(), says_a_card))


def _due(connection: Connection, errand: _Errand) -> Iterator[str]:
    """Records that have something to empty, and which nobody has changed since. Once each. What the centre wrote
    itself, such as that a card was erased, makes no record younger."""
    change = schema.change
    assert errand.before is not None, "a purge is of what is old"
    before = errand.before.isoformat()
    ours = (change.c.tenant == TENANT, was_applied())
    old = select(change).where(*ours, change.c.received_at < before, _may_say(errand.fields, change.c.body))
    in_order = old.order_by(change.c.seq)
    seen: set[str] = set()
    for page in paged(connection, lambda after: in_order.where(change.c.seq > after), lambda row: row.seq, 0):
        found = {row.record for row in page if row.record not in seen and emptied(row.body, errand.goes) is not None}
        seen |= found
        last = select(change.c.record).where(*ours, change.c.record.in_(found)).group_by(change.c.record)
        of_others = func.max(case((change.c.device != CENTRE_ITSELF, change.c.received_at)))
        is_old = func.coalesce(of_others, func.max(change.c.received_at)) < before
        yield from connection.execute(last.having(is_old)).scalars().all() if found else ()


def _may_say(fields: Sequence[str], body: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a change may say something in one of these fields; one that was emptied before may as well: where a card
    alone was erased, its note stayed."""

    def holds(text: str) -> ColumnElement[bool]:
        return body.contains(text, autoescape=True)

    said = (and_(holds(f'"{name}":'), not_(holds(f'"{name}":null'))) for name in fields)
    before = (holds(f'\\"{name}\\":') for name in fields)  # in what was corrected: a text in a text
    return or_(*said, *before, and_(schema.change.c.emptied_hash.is_(None), holds(f'"{REVISIONS}":')))


def _holding(connection: Connection, code: str, errand: _Errand) -> Iterator[str]:
    """Records of which some change says the code of this card. Once each."""
    change = schema.change
    in_order = (
        select(change)
        .where(change.c.tenant == TENANT, was_applied(), change.c.body.contains(code))
        .order_by(change.c.seq)
    )
    seen: set[str] = set()
    for page in paged(connection, lambda after: in_order.where(change.c.seq > after), lambda row: row.seq, 0):
        found = dict.fromkeys(row.record for row in page if emptied(row.body, errand.goes) is not None)
        yield from (record for record in found if record not in seen)
        seen |= found.keys()


def _as_meant(text: ColumnElement[str]) -> ColumnElement[str]:
    """Nearly as `code_letters` reads it, in SQL: what was refused may hold one with dashes, blanks, small letters."""
    read: ColumnElement[str] = func.upper(text)
    for written, meant in (("-", ""), (" ", ""), ("O", "0"), ("I", "1"), ("L", "1")):
        read = func.replace(read, written, meant)
    return read


def _empty_records(
    connection: Connection, centre: Centre, ids: Sequence[str], errand: _Errand
) -> tuple[int, list[str]]:
    """In one transaction. Those that somebody has changed meanwhile are left, and those that are not what their changes
    make, which are returned."""
    _leave_no_trace(connection)
    now, settling, before = centre.clock(), Device(CENTRE_ITSELF, TENANT), errand.before
    shelf = Shelf(connection, settling)
    counter, floors = shelf.lock(), Floors(connection, TENANT)
    known, made = shelf.known(ops=(), records=ids), changes_of(connection, TENANT, ids)
    settled, bodies, unsound = Settled(counter.seq, settling.id), dict[str, str](), list[str]()
    for id in ids:
        kept, rows = known.records.get(id), made.get(id, [])
        of_others = [row for row in rows if row.device != CENTRE_ITSELF] or rows
        is_young = before is not None and any(row.received_at >= before.isoformat() for row in of_others)
        if is_young or (kept is None and not rows):
            continue
        left = {row.op: text for row in rows if (text := emptied(row.body, errand.goes)) is not None}
        again = _again(kept, rows, floors, left) if kept else None
        if kept is None or again is None:
            unsound.append(id)
            continue
        bodies |= left
        is_told = before is None or kept.held.seq > counter.safe
        op = centre.chance.new_id()
        settled.touched[id] = _told(settled, again, kept, counter, op, now) if is_told else again
    if settled.touched:
        shelf.write([settled], known, at=now)
        _write_bodies(connection, bodies)
    return len(settled.touched), unsound


def _again(kept: Kept, rows: Sequence[Row[Any]], floors: Floors, left: Mapping[str, str]) -> Kept | None:
    """The record, made of its changes of which only so much is `left`. None when it is not what they make, so that
    nobody could tell what it would be without."""
    try:
        those = floors.explaining(rows, kept)
    except UNREADABLE:
        return None
    if those is None:
        return None
    return replayed([_made(row, left) for row in rows], those)


def _told(settled: Settled, again: Kept, before: Kept, counter: Counter, op: str, now: datetime) -> Kept:
    """With the change by which tablets hear of it, where they were told anything of what went."""
    held = before.held
    gone = {name: again.held.fields.get(name) for name in (*PERSONAL, REVISIONS) if name in held.fields}
    gone = {name: value for name, value in gone.items() if held.fields[name] != value}
    if not gone and again.held.conflicts == held.conflicts:
        return again
    weighed = weigh(Change(op, held.id, held.kind, held.seq, CENTRE_ITSELF, now, gone))
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


def _came_under_a_used_number(connection: Connection, chosen: ColumnElement[bool]) -> list[Row[Any]]:
    table = schema.refused
    those = (table.c.tenant == TENANT, table.c.emptied_hash.is_(None), chosen)
    return list(connection.execute(select(table.c.op, table.c.content_hash, table.c.change).where(*those)))


def _write_bodies(connection: Connection, bodies: Mapping[str, str]) -> None:
    table = schema.change
    this = (table.c.tenant == TENANT) & (table.c.op == bindparam("this"))
    statement = update(table).where(this).values(body=bindparam("text"), emptied_hash=bindparam("hashed"))
    rows = [{"this": op, "text": text, "hashed": content_hash(text)} for op, text in bodies.items()]
    if rows:
        connection.execute(statement, rows)


def _write_refused(connection: Connection, rows: Iterable[Any]) -> None:
    table = schema.refused
    this = (
        (table.c.tenant == TENANT) & (table.c.op == bindparam("this")) & (table.c.content_hash == bindparam("hashed"))
    )
    statement = update(table).where(this).values(change=bindparam("text"), emptied_hash=bindparam("now"))
    left = [(row, bare(row.change)) for row in rows]
    if left:
        values = [
            {"this": row.op, "hashed": row.content_hash, "text": text, "now": content_hash(text)} for row, text in left
        ]
        connection.execute(statement, values)


def _leave_no_trace(connection: Connection) -> None:
    """SQLite then writes zeros over what it lets go of. PostgreSQL does so by its own vacuum, in its own time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
