"""The drop box: what a tablet that was given up for lost still brings. Tablets only write to it, and the centre cannot
look inside either: parcels lie there as they came until a person takes them with the private key
(`hand-over --brought`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from sync.endpoint import audit, schema
from sync.endpoint.audit import Action, Deed
from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.endpoint.problems import box_full, no_parcel
from sync.errors import MalformedMessage
from sync.protocol.parcels import missing, read_line

MOST_PARCELS = 100  # of one tablet: whoever found it must not fill the centre's disk

_ROW = schema.brought.c


@dataclass(frozen=True, slots=True)
class Brought:
    """A parcel that lies in the box, or did: what was taken leaves nothing but this."""

    parcel: str
    tablet: str
    device: str
    received_at: str
    taken_at: str | None
    lines: tuple[str, ...]


def bring(database: Database, device: Device, lines: Sequence[str], *, now: datetime) -> str:
    """Put a parcel in the box, and return its name. The same again changes nothing. Raises Rejected for what are
    not all the lines of one parcel and when the box is full, CentreBusy."""
    parcel = _whole(lines)
    with database.writing() as connection:
        if not _is_there(connection, device, parcel):
            if _number_of(connection, device) >= MOST_PARCELS:
                raise box_full(MOST_PARCELS)
            row = {"tenant": device.tenant, "parcel": parcel, "device": device.id, "lines": "\n".join(lines)}
            connection.execute(insert(schema.brought), row | {"received_at": now.isoformat(), "taken_at": None})
            audit.add(connection, Deed(Action.PARCEL_BROUGHT, parcel, actor=device.id), at=now)
    return parcel


def brought(database: Database, tenant: str) -> list[Brought]:
    """Everything that was ever brought, oldest first."""
    device = schema.device
    joined = schema.brought.join(device, device.c.id == _ROW.device)
    asked = select(schema.brought, device.c.name).select_from(joined).where(_ROW.tenant == tenant)
    with database.reading() as connection:
        rows = connection.execute(asked.order_by(_ROW.received_at, _ROW.parcel)).all()
    return [
        Brought(row.parcel, row.name, row.device, row.received_at, row.taken_at, tuple(row.lines.splitlines()))
        for row in rows
    ]


def empty(database: Database, one: Brought, *, now: datetime) -> None:
    """After it was taken: its changes are records now, and the parcel is not kept beside them."""
    with database.writing() as connection:
        named = (_ROW.device == one.device) & (_ROW.parcel == one.parcel)
        connection.execute(update(schema.brought).where(named).values(lines="", taken_at=now.isoformat()))


def _whole(lines: Sequence[str]) -> str:
    try:
        read = list(map(read_line, lines))
    except MalformedMessage:
        raise no_parcel() from None
    if len({(line.key, line.parcel, line.of) for line in read}) != 1 or missing(read):
        raise no_parcel()
    return read[0].parcel


def _is_there(connection: Connection, device: Device, parcel: str) -> bool:
    return (
        connection.execute(select(_ROW.parcel).where(_ROW.device == device.id, _ROW.parcel == parcel)).first()
        is not None
    )


def _number_of(connection: Connection, device: Device) -> int:
    return int(connection.execute(select(func.count()).where(_ROW.device == device.id)).scalar_one())
