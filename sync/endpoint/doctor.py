"""Whether the whole database is sound. Looks, inside one snapshot, and changes nothing; says in words what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, and_, func, or_, select, tuple_

from sync.endpoint import audit, schema, tablet_events
from sync.endpoint.admission import content_hash
from sync.endpoint.batch import SET_ASIDE
from sync.endpoint.database import Database
from sync.endpoint.devices import CENTRE_ITSELF, Device
from sync.endpoint.history import disagreements
from sync.endpoint.snapshots import paged, snapshot
from sync.endpoint.storage import numbered

APPLIED = ("applied", "conflict")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    counter: int
    records: int
    changes: int
    set_aside: int
    harm: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.harm


def examine(database: Database, tenant: str) -> Diagnosis:
    with snapshot(database) as connection:
        harm = tuple(words for look in _LOOKS for words in look(connection, tenant))
        counter = connection.execute(select(schema.tenant.c.seq).where(schema.tenant.c.id == tenant)).scalar_one()
        counts = {table.name: _count(connection, table) for table in (schema.record, schema.change, schema.refused)}
    return Diagnosis(counter, counts["record"], counts["change"], counts["refused"], harm)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _file(connection: Connection, _tenant: str) -> Iterator[str]:
    if connection.dialect.name != "sqlite":
        return  # PostgreSQL has tools of its own for this
    for (words,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if words != "ok":
            yield f"file: {words}"
    for table, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"file: a row of table {table} belongs to nothing"


def _counter(connection: Connection, tenant: str) -> Iterator[str]:
    row = connection.execute(select(schema.tenant).where(schema.tenant.c.id == tenant)).one()
    for table in (schema.record, schema.change):
        highest = connection.execute(select(func.max(table.c.seq)).where(table.c.tenant == tenant)).scalar() or 0
        if highest > row.seq:
            yield f"counter: it stands at {row.seq}, and table {table.name} has number {highest}"
    for name in ("safe", "horizon", "floor"):
        if not 0 <= row._mapping[name] <= row.seq:
            yield f"counter: {name} is {row._mapping[name]}, and the counter stands at {row.seq}"


def _numbers(connection: Connection, tenant: str) -> Iterator[str]:
    for table in (schema.record, schema.change):
        twice = select(table.c.seq).where(table.c.tenant == tenant, table.c.seq > 0).group_by(table.c.seq)
        for (seq,) in connection.execute(twice.having(func.count() > 1)):
            yield f"table {table.name}: number {seq} was given twice"


def _outcomes(connection: Connection, tenant: str) -> Iterator[str]:
    """Every answer has what belongs to it: a number when applied; a problem and the change itself when not."""
    change, refused = schema.change, schema.refused
    same = and_(
        refused.c.tenant == tenant, refused.c.op == change.c.op, refused.c.content_hash == change.c.content_hash
    )
    is_kept = select(refused.c.op).where(same).exists()
    is_whole = or_(
        and_(change.c.status.in_(APPLIED), numbered(), change.c.problem.is_(None)),
        and_(change.c.status.in_(SET_ASIDE), change.c.problem.is_not(None), is_kept),
    )
    torn = select(change.c.op).where(change.c.tenant == tenant, ~is_whole)
    yield from (f"change {row.op}: its answer is not complete" for row in connection.execute(torn))


def _contents(connection: Connection, tenant: str) -> Iterator[str]:
    """Each kept change is still what was hashed when it came, or when it was emptied."""
    yield from _not_what_came(connection, tenant, schema.change.c.body)
    yield from _not_what_came(connection, tenant, schema.refused.c.change)


def _not_what_came(connection: Connection, tenant: str, body: Column[str]) -> Iterator[str]:
    columns = body.table.c
    key = tuple_(columns.op, columns.content_hash)
    rows = (
        select(columns.op, columns.content_hash, columns.emptied_hash, body.label("body"))
        .where(columns.tenant == tenant)
        .order_by(columns.op, columns.content_hash)
    )
    pages = paged(connection, lambda after: rows.where(key > after), lambda row: (row.op, row.content_hash), ("", ""))
    for row in (row for page in pages for row in page):
        if not row.body.isascii() or content_hash(row.body) != (row.emptied_hash or row.content_hash):
            yield f"change {row.op}: what table {body.table.name} keeps of it is not what came"


def _devices(connection: Connection, tenant: str) -> Iterator[str]:
    device, record = schema.device, schema.record
    for row in connection.execute(select(device).where(device.c.tenant == tenant)):
        if min(row.waiting or 0, row.attention or 0) < 0:
            yield f"tablet {row.id}: fewer than no records wait"
        if row.seen_at is None and row.waiting is not None:
            yield f"tablet {row.id}: it reported and was never seen"
    is_known = select(device.c.id).where(device.c.tenant == tenant, device.c.id == record.c.device).exists()
    makers = select(record.c.device).where(record.c.tenant == tenant, record.c.device != CENTRE_ITSELF, ~is_known)
    yield from (
        f"tablet {row.device}: it made records and is not known" for row in connection.execute(makers.distinct())
    )


def _audit(connection: Connection, _tenant: str) -> Iterator[str]:
    """That nobody went around the triggers."""
    yield from audit.breaks(connection)


def _tablet_events(connection: Connection, tenant: str) -> Iterator[str]:
    """Nor around those of what happened at the tablets. What a tablet itself told wrong is no harm to a database."""
    device = schema.device
    for (one,) in connection.execute(select(device.c.id).where(device.c.tenant == tenant)).all():
        yield from (f"tablet {one}: {words}" for words in tablet_events.damage(connection, Device(one, tenant)))


_LOOKS: tuple[Callable[[Connection, str], Iterator[str]], ...] = (
    _file,
    _counter,
    _numbers,
    _outcomes,
    _contents,
    _devices,
    disagreements,
    _audit,
    _tablet_events,
)
