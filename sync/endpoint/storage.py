"""Records, outcomes and the counter as rows. Reads and writes whole batches; decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    literal_column,
    not_,
    or_,
    select,
    union_all,
    update,
)

from sync.endpoint import schema
from sync.endpoint.batch import Kept, Known, Outcome, Settled
from sync.endpoint.bulk import insert_all, rows_with
from sync.endpoint.claims import REFERENCE_KINDS
from sync.endpoint.devices import Device
from sync.endpoint.rows import conflicts_to_text, kept_of, marks_to_text, outcome_of, record_of
from sync.protocol.record_codec import canonical, problem_to_json
from sync.protocol.records import Record

PAGE_RECORDS = 500
PAGE_BYTES = 2 << 20


def numbered() -> ColumnElement[bool]:
    """Changes that were given a number. SQLite takes their index only when it is told in so many words."""
    return schema.change.c.seq > literal_column("0")


# Put together once: that takes longer than asking.
_LOCK = (
    update(schema.tenant)
    .where(schema.tenant.c.id == bindparam("tenant"))
    .values(seq=schema.tenant.c.seq)
    .returning(*(schema.tenant.c[name] for name in ("seq", "epoch", "safe", "horizon", "floor", "cursor_key")))
)
_HASHES = select(schema.change.c.seq, schema.change.c.content_hash).where(
    schema.change.c.tenant == bindparam("tenant"),
    numbered(),
    schema.change.c.seq.in_(bindparam("numbers", expanding=True)),
)
_SAID = (
    update(schema.device)
    .where(schema.device.c.id == bindparam("tablet"))
    .values({name: bindparam(name) for name in ("seen_at", "skew_seconds", "waiting", "attention")})
)


@dataclass(frozen=True, slots=True)
class Counter:
    """The last number an organisation has given, the epoch the numbers belong to, and what is known of older ones."""

    seq: int
    epoch: str
    safe: int = 0
    horizon: int = 0
    floor: int = 0
    cursor_key: str = ""  # hex

    @property
    def key(self) -> bytes:
        """What cursors are sealed with."""
        return bytes.fromhex(self.cursor_key)


@dataclass(frozen=True, slots=True)
class Page:
    """What is new after a number, up to and including `upto`, which is the change with this hash."""

    records: tuple[Record, ...]
    more: bool
    upto: int = 0  # 0: the page is empty
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one organisation keeps, inside one transaction, as seen by one device."""

    connection: Connection
    device: Device

    def lock(self) -> Counter:
        """The counter, held until the transaction ends. Must come before anything is read."""
        return Counter(*self.connection.execute(_LOCK, {"tenant": self.tenant}).one())

    def hashes_at(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """The content hashes of the changes with these numbers, of those that there are."""
        rows = self.connection.execute(_HASHES, {"tenant": self.tenant, "numbers": sorted(set(numbers))})
        return {row.seq: row.content_hash for row in rows}

    def known(self, *, ops: Iterable[str], records: Iterable[str]) -> Known:
        return Known(self._outcomes(set(ops)), self._records(set(records)))

    def write(self, settled: Sequence[Settled], known: Known, *, at: datetime) -> None:
        """What was settled, in its order; `known` is what was there before all of it."""
        self._write_records({record: kept for one in settled for record, kept in one.touched.items()}, known.records)
        self._write_outcomes(settled, at)
        for one in settled:
            self._write_refused(one, at)
        counter = update(schema.tenant).where(schema.tenant.c.id == self.tenant).values(seq=settled[-1].seq)
        self.connection.execute(counter)

    def note(self, said: Sequence[Mapping[str, object]]) -> None:
        """What tablets said of themselves, each with its id as `tablet`."""
        self.connection.execute(_SAID, said)

    def news(self, after: int, *, upto: int, but: set[str]) -> Page:
        """What this device may see and was written after `after` and not after `upto`, oldest first, without the
        records in `but`.

        The page ends at the last row read, whatever is left out of it: the counter would skip what did not fit.
        """
        if upto <= after:
            return Page((), more=False)
        place = {"tenant": self.tenant, "after": after, "upto": upto, "most": PAGE_RECORDS + 1}
        found = self.connection.execute(_news_of(self.device), place).all()
        rows = sorted(found, key=lambda row: int(row.seq))[: PAGE_RECORDS + 1]
        fitting = rows[: _fitting(rows)]
        told = tuple(record_of(row) for row in fitting if row.id not in but)
        if not fitting:
            return Page((), more=False)
        return Page(told, len(rows) > len(fitting), fitting[-1].seq, fitting[-1].content_hash)

    def of_shift(self, shift: str) -> tuple[Record, ...]:
        """What this device may see of a shift."""
        table = schema.record
        seen = or_(is_own(self.device), is_common_to(self.device))
        statement = select(table).where(table.c.tenant == self.tenant, table.c.shift == shift, seen)
        return tuple(record_of(row) for row in self.connection.execute(statement))

    @property
    def tenant(self) -> str:
        return self.device.tenant

    def _outcomes(self, ops: set[str]) -> Mapping[str, Outcome]:
        rows = rows_with(self.connection, schema.change.c.op, ops, tenant=self.tenant)
        return {row.op: outcome_of(row._mapping) for row in rows}

    def _records(self, ids: set[str]) -> Mapping[str, Kept]:
        rows = rows_with(self.connection, schema.record.c.id, ids, tenant=self.tenant)
        return {row.id: kept_of(row._mapping) for row in rows}

    def _write_records(self, touched: Mapping[str, Kept], known: Mapping[str, Kept]) -> None:
        made = [self._record_row(kept) for record_id, kept in touched.items() if record_id not in known]
        changed = [kept for record_id, kept in touched.items() if record_id in known]
        insert_all(self.connection, schema.record, made)
        for kept in changed:
            key = (schema.record.c.tenant == self.tenant) & (schema.record.c.id == kept.held.id)
            self.connection.execute(update(schema.record).where(key).values(self._record_row(kept)))

    def _record_row(self, kept: Kept) -> dict[str, object]:
        held = kept.held
        return {
            "tenant": self.tenant,
            "id": held.id,
            "kind": held.kind,
            "is_private": kept.is_private,
            "device": kept.device,
            "centre": kept.centre,
            "shift": kept.shift,
            "seq": held.seq,
            "content_hash": kept.content_hash,
            "deleted": held.deleted,
            "fields": kept.fields or canonical(dict(held.fields)),
            "marks": marks_to_text(held.marks, held.fields),
            "conflicts": conflicts_to_text(held.conflicts),
        }

    def _write_outcomes(self, settled: Iterable[Settled], at: datetime) -> None:
        rows = [
            {
                "tenant": self.tenant,
                "op": outcome.op,
                "content_hash": outcome.content_hash,
                "status": outcome.status,
                "seq": outcome.seq,
                "problem": canonical(problem_to_json(outcome.problem)) if outcome.problem else None,
                "record": outcome.record,
                "device": one.device,
                "by": outcome.by,
                "body": outcome.body,
                "received_at": at.isoformat(),
                "emptied_hash": None,
            }
            for one in settled
            for outcome in one.outcomes.values()
        ]
        insert_all(self.connection, schema.change, rows)

    def _write_refused(self, settled: Settled, at: datetime) -> None:
        """Each refused content once, however often it is offered."""
        table = schema.refused
        ops = {one.op for one in settled.refused}
        if not ops:
            return
        kept_already = select(table.c.op, table.c.content_hash).where(
            table.c.tenant == self.tenant, table.c.op.in_(ops)
        )
        kept = {(row.op, row.content_hash) for row in self.connection.execute(kept_already)}
        new = {(one.op, one.content_hash): one for one in settled.refused if (one.op, one.content_hash) not in kept}
        rows = [
            {
                "tenant": self.tenant,
                "op": one.op,
                "content_hash": one.content_hash,
                "device": settled.device,
                "problem": canonical(problem_to_json(one.problem)),
                "change": one.change,
                "received_at": at.isoformat(),
                "emptied_hash": None,
            }
            for one in new.values()
        ]
        insert_all(self.connection, table, rows)


def was_applied() -> ColumnElement[bool]:
    """Changes that a record was made of. Others have numbers as well, but for those answered by an older centre."""
    return and_(numbered(), schema.change.c.problem.is_(None))


def is_own(device: Device) -> ColumnElement[bool]:
    return schema.record.c.device == device.id


def is_common_to(device: Device) -> ColumnElement[bool]:
    """What others made and a device may be told about: with `is_own` the same rule as `Kept.is_seen_by`, for rows."""
    table = schema.record
    others = and_(not_(table.c.is_private), table.c.device != device.id)
    if not device.centres:
        return others
    here = or_(table.c.centre.is_(None), table.c.centre.in_(sorted(device.centres)))
    return and_(others, or_(table.c.kind.in_(sorted(REFERENCE_KINDS)), here))


@lru_cache(1_000)  # putting it together takes longer than asking
def _news_of(device: Device) -> CompoundSelect[Any]:
    """One more than a page of each kind, by an index of its own: asked for both with one condition, neither database
    takes an index."""
    return union_all(*(select(_between(seen).subquery()) for seen in (is_own(device), is_common_to(device))))


def _between(seen: ColumnElement[bool]) -> Select[Any]:
    table = schema.record
    after, upto = table.c.seq > bindparam("after"), table.c.seq <= bindparam("upto")
    told = (table.c[name] for name in ("id", "kind", "seq", "content_hash", "deleted", "fields", "conflicts"))
    asked = select(*told).where(table.c.tenant == bindparam("tenant"), after, upto, seen)
    return asked.order_by(table.c.seq).limit(bindparam("most", type_=Integer))


def _fitting(rows: Sequence[Row[Any]]) -> int:
    """How many rows one page takes: at least one, however large it is."""
    size = 0
    for count, row in enumerate(rows[:PAGE_RECORDS]):
        size += len(row.fields) + len(row.conflicts)
        if size > PAGE_BYTES and count:
            return count
    return min(len(rows), PAGE_RECORDS)
