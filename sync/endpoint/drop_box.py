"""The drop box: what a tablet that was given up for lost still brings. Tablets only write to it, and the centre cannot
look inside either: parcels lie there as they came until a person takes them with the private key
(`hand-over --brought`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, LargeBinary, cast, func, insert, select, update

from sync.endpoint import audit, schema
from sync.endpoint.audit import Action, Deed
from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.endpoint.problems import box_full, no_parcel
from sync.errors import MalformedMessage
from sync.protocol.parcels import missing, read_line

# Of one tablet: whoever found it must not fill the centre's disk.
MOST_PARCELS = 100  # that were ever brought: 50,000 changes
MOST_BYTES = 64 << 20  # that nobody has taken yet: three times what so many changes with long notes take

_ROW = schema.brought.c


@dataclass(frozen=True, slots=True)
class Sealed:
    """All the lines of one parcel, each once."""

    parcel: str
    lines: str  # with line ends between


@dataclass(frozen=True, slots=True)
class Brought:
    """A parcel that lies in the box, or did: what was taken leaves nothing but this."""

    parcel: str
    tablet: str
    device: str
    received_at: str
    taken_at: str | None
    public_key: str | None  # of the keys the tablet had then


def whole(lines: Sequence[str]) -> Sealed:
    """Pure. Raises Rejected for what are not all the lines of one parcel, each once."""
    try:
        read = list(map(read_line, lines))
    except MalformedMessage:
        raise no_parcel() from None
    if len({(line.key, line.parcel, line.of) for line in read}) != 1 or missing(read) or len(read) != read[0].of:
        raise no_parcel()
    return Sealed(read[0].parcel, "\n".join(lines))


def look_at(database: Database, device: Device, lines: Sequence[str]) -> Sealed:
    """The parcel, where the box has room for it: all that takes long, before everybody else has to wait for it. Of
    several at a time each may find the last room. Raises Rejected, CentreBusy."""
    sealed = whole(lines)
    with database.reading() as connection:
        has_room = _bytes_of(connection, device) + len(sealed.lines) <= MOST_BYTES
        if not has_room and not _is_there(connection, device, sealed.parcel):
            raise box_full(MOST_BYTES, "bytes")
    return sealed


def bring(database: Database, device: Device, sealed: Sealed, *, now: datetime) -> str:
    """Put a parcel in the box, and return its name. The same again changes nothing. Raises Rejected when the box is
    full, CentreBusy."""
    with database.writing() as connection:
        if not _is_there(connection, device, sealed.parcel):
            if _number_of(connection, device) >= MOST_PARCELS:
                raise box_full(MOST_PARCELS, "parcels")
            row = {"tenant": device.tenant, "parcel": sealed.parcel, "device": device.id, "lines": sealed.lines}
            noted = {"public_key": _public_key_of(connection, device), "received_at": now.isoformat()}
            connection.execute(insert(schema.brought), {**row, **noted, "taken_at": None})
            audit.add(connection, Deed(Action.PARCEL_BROUGHT, sealed.parcel, actor=device.id), at=now)
    return sealed.parcel


def brought(database: Database, tenant: str) -> list[Brought]:
    """Everything that was ever brought, oldest first. What is in it is read one by one: `lines_of`."""
    device = schema.device
    columns = (_ROW.parcel, device.c.name, _ROW.device, _ROW.received_at, _ROW.taken_at, _ROW.public_key)
    joined = schema.brought.join(device, device.c.id == _ROW.device)
    asked = select(*columns).select_from(joined).where(_ROW.tenant == tenant)
    with database.reading() as connection:
        rows = connection.execute(asked.order_by(_ROW.received_at, _ROW.parcel)).all()
    return [Brought(*row) for row in rows]


def lines_of(database: Database, one: Brought) -> str:
    """The lines of a parcel; nothing once it was taken."""
    asked = select(_ROW.lines).where(_ROW.device == one.device, _ROW.parcel == one.parcel)
    with database.reading() as connection:
        return str(connection.execute(asked).scalar_one())


def empty(database: Database, one: Brought, *, now: datetime) -> None:
    """After it was taken: its changes are records now, and the parcel is not kept beside them."""
    with database.writing() as connection:
        named = (_ROW.device == one.device) & (_ROW.parcel == one.parcel)
        connection.execute(update(schema.brought).where(named).values(lines="", taken_at=now.isoformat()))


def _is_there(connection: Connection, device: Device, parcel: str) -> bool:
    return (
        connection.execute(select(_ROW.parcel).where(_ROW.device == device.id, _ROW.parcel == parcel)).first()
        is not None
    )


def _public_key_of(connection: Connection, device: Device) -> str | None:
    """Noted with each parcel: a tablet that is found again and let in anew makes other keys."""
    found = connection.execute(select(schema.device.c.public_key).where(schema.device.c.id == device.id))
    return found.scalar_one_or_none()


def _number_of(connection: Connection, device: Device) -> int:
    return int(connection.execute(select(func.count()).where(_ROW.device == device.id)).scalar_one())


def _bytes_of(connection: Connection, device: Device) -> int:
    """As bytes: SQLite has to read a text to say how many characters it has."""
    size = func.sum(func.length(cast(_ROW.lines, LargeBinary)))
    return int(connection.execute(select(func.coalesce(size, 0)).where(_ROW.device == device.id)).scalar_one())
