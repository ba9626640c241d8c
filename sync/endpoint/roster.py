"""The tablets and what was set aside, as a person looks after them."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sync.endpoint import schema
from sync.endpoint.auth import centres_from_text
from sync.endpoint.database import Database
from sync.protocol.json_reading import parse
from sync.protocol.record_codec import problem_from_json


@dataclass(frozen=True, slots=True)
class Listed:
    """A tablet, and what it said of itself when it last asked."""

    name: str
    id: str
    centres: tuple[str, ...]  # it is told about these; none named = all
    enrolled_at: str
    revoked_at: str | None
    lost_at: str | None
    seen_at: str | None
    waiting: int | None
    attention: int | None
    skew_seconds: int | None  # its clock before (+) or behind (-) the centre's
    app: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A change that was refused or handed over, whole."""

    op: str
    tablet: str
    received_at: str
    problem: str
    field: str | None
    change: object


def listed(database: Database, tenant: str) -> list[Listed]:
    table = schema.device
    with database.reading() as connection:
        rows = connection.execute(select(table).where(table.c.tenant == tenant).order_by(table.c.name)).all()
    return [
        Listed(
            row.name,
            row.id,
            tuple(sorted(centres_from_text(row.centres))),
            row.enrolled_at,
            row.revoked_at,
            row.lost_at,
            row.seen_at,
            row.waiting,
            row.attention,
            row.skew_seconds,
            row.app,
        )
        for row in rows
    ]


def centres_of_tablets(connection: Connection, tenant: str) -> dict[str, frozenset[str]]:
    """The centres each tablet works for, by its id; none named = all."""
    table = schema.device
    rows = connection.execute(select(table.c.id, table.c.centres).where(table.c.tenant == tenant))
    return {row.id: centres_from_text(row.centres) for row in rows}


def kinds_of(database: Database, device: str) -> list[tuple[str, int]]:
    """How many records of each kind a tablet made. It holds those of the last days, and the sessions of its centre."""
    kind = schema.record.c.kind
    made = select(kind, func.count()).where(schema.record.c.device == device, ~schema.record.c.deleted)
    with database.reading() as connection:
        return [(row[0], row[1]) for row in connection.execute(made.group_by(kind).order_by(kind))]


def set_aside(database: Database, tenant: str) -> list[SetAside]:
    """Oldest first."""
    table, device = schema.refused, schema.device
    joined = table.outerjoin(device, device.c.id == table.c.device)
    rows = select(table, device.c.name).select_from(joined).where(table.c.tenant == tenant)
    with database.reading() as connection:
        found = connection.execute(rows.order_by(table.c.received_at, table.c.op, table.c.content_hash)).all()
    told = []
    for row in found:
        problem = problem_from_json(parse(row.problem.encode("ascii")))
        change = parse(row.change.encode("ascii")).value
        told.append(SetAside(row.op, row.name or row.device, row.received_at, problem.type, problem.field, change))
    return told
