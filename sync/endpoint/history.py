"""Whether the records are what their history makes of them: every change of every record, merged again in its order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sync.endpoint import schema
from sync.endpoint.batch import Kept, Stamp, applied
from sync.endpoint.devices import Device
from sync.endpoint.exchange import RESTORE_JUMP
from sync.endpoint.snapshots import paged
from sync.endpoint.storage import Shelf, numbered, was_applied
from sync.errors import MalformedMessage
from sync.protocol.codec import load_change
from sync.protocol.record_codec import canonical, record_to_json

IDS_AT_ONCE = 500

Rows = Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """What there is to know of a change that a record was made of."""

    seq: int
    device: str
    content_hash: str
    body: str


# What reading a row raises that nobody of ours wrote.
UNREADABLE = (MalformedMessage, ValueError, TypeError, KeyError, AttributeError)


def disagreements(connection: Connection, tenant: str) -> Iterator[str]:
    """What is wrong, in words that name records and numbers and no content."""
    yield from _gaps(connection, tenant)
    yield from _without_record(connection, tenant)
    floors = Floors(connection, tenant)
    shelf = Shelf(connection, Device("", tenant))
    for ids in _ids(connection, tenant):
        try:
            held = shelf.known(ops=(), records=ids).records
        except UNREADABLE:
            yield from _unreadable(shelf, ids)
            continue
        made = changes_of(connection, tenant, ids)
        yield from (
            words for record_id in ids if (words := _disagreement(held[record_id], made.get(record_id, ()), floors))
        )


class Floors:
    """Below which numbers a base told nothing, for each time between two restores.

    Only the last such number is kept. Whether an earlier restore raised it is not, but an assignment that explains all
    records up to now goes first, so the records themselves say which it was.
    """

    def __init__(self, connection: Connection, tenant: str) -> None:
        last = connection.execute(select(schema.tenant.c.floor).where(schema.tenant.c.id == tenant)).scalar_one()
        starts = [start for _, start in _jumps(connection, tenant, at_least=RESTORE_JUMP) if start < last]
        self._possible = [(*some, last) for some in _subsets(starts)]

    def explaining(self, made: Rows, held: Kept) -> tuple[int, ...] | None:
        """With which of them the changes make exactly this record; None with none. Raises MalformedMessage."""
        for floors in self._possible:
            if _is_exactly(replayed(made, floors), held):
                self._possible.remove(floors)
                self._possible.insert(0, floors)
                return floors
        return None


def replayed(made: Sequence[Made | Row[Any]], floors: Sequence[int]) -> Kept | None:
    """The record that these changes make, in the order of their numbers. Raises MalformedMessage."""
    kept: Kept | None = None
    for row in made:
        floor = max((one for one in floors if one < row.seq), default=0)
        kept, _ = applied(kept, load_change(row.body), Stamp(row.device, row.seq, row.content_hash, floor))
    return kept


def _is_exactly(made: Kept | None, held: Kept) -> bool:
    """Python takes True for 1; the text of a record does not."""
    return made == held and made is not None and _text(made) == _text(held)


def _text(kept: Kept) -> str:
    return canonical(record_to_json(kept.held.as_record()))


def changes_of(connection: Connection, tenant: str, ids: Iterable[str]) -> Mapping[str, Rows]:
    table = schema.change
    asked = select(table).where(table.c.tenant == tenant, table.c.record.in_(list(ids)), was_applied())
    rows = sorted(connection.execute(asked), key=lambda row: (row.record, row.seq))
    return {record_id: list(made) for record_id, made in groupby(rows, key=lambda row: row.record)}


def _disagreement(held: Kept, made: Rows, floors: Floors) -> str | None:
    record = held.held
    if not made or made[-1].seq != record.seq:
        return f"record {record.id}: its number {record.seq} is not the one of its last change"
    try:
        is_explained = floors.explaining(made, held) is not None
    except UNREADABLE:
        return f"record {record.id}: a change of it cannot be read"
    return None if is_explained else f"record {record.id}: it is not what its {len(made)} changes make"


def _gaps(connection: Connection, tenant: str) -> Iterator[str]:
    """Numbers are given one after the other; only a restore leaves some out, and then very many."""
    for before, after in _jumps(connection, tenant, at_least=1):
        if after - before < RESTORE_JUMP:
            yield f"history: the changes after number {before} and up to {after} are missing"


def _jumps(connection: Connection, tenant: str, *, at_least: int) -> list[tuple[int, int]]:
    """Where numbers were left out: the last before, and the last of those left out."""
    table = schema.change
    before = func.lag(table.c.seq, 1, 0).over(order_by=table.c.seq)
    pairs = select(table.c.seq, before.label("before")).where(table.c.tenant == tenant, numbered()).subquery()
    found = select(pairs.c.before, pairs.c.seq - 1).where(pairs.c.seq - 1 - pairs.c.before >= at_least)
    return [(int(last), int(left_out)) for last, left_out in connection.execute(found.order_by(pairs.c.seq))]


def _without_record(connection: Connection, tenant: str) -> Iterator[str]:
    change, record = schema.change, schema.record
    here = select(record.c.id).where(record.c.tenant == tenant, record.c.id == change.c.record).exists()
    lost = select(change.c.record).where(change.c.tenant == tenant, was_applied(), ~here).distinct()
    yield from (f"record {row.record}: it has changes and is not there" for row in connection.execute(lost))


def _ids(connection: Connection, tenant: str) -> Iterator[list[str]]:
    table = schema.record
    ids = select(table.c.id).where(table.c.tenant == tenant).order_by(table.c.id)
    for page in paged(connection, lambda after: ids.where(table.c.id > after), lambda row: row.id, ""):
        for start in range(0, len(page), IDS_AT_ONCE):
            yield [row.id for row in page[start : start + IDS_AT_ONCE]]


def _unreadable(shelf: Shelf, ids: Iterable[str]) -> Iterator[str]:
    for record_id in ids:
        try:
            shelf.known(ops=(), records=[record_id])
        except UNREADABLE:
            yield f"record {record_id}: it cannot be read"


def _subsets(values: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Of none first, of all last."""
    for chosen in range(1 << len(values)):
        yield tuple(value for at, value in enumerate(values) if chosen >> at & 1)
