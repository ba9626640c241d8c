"""A tablet in one process with the centre: the real engine and the real transport on the real application."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from sync.client.engine import Engine
from sync.client.phase import Phase
from sync.client.transport import HttpTransport
from sync.endpoint import routes, schema
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.storage import Shelf
from sync.protocol.device_keys import DeviceKeys
from sync.protocol.records import Record, Value
from tests.sync.desks import Desk, Kept
from tests.sync.making import Clock, device_keys, enrolment, make_id
from tests.sync.places import Place, SqliteFile

Wire = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Network(httpx.AsyncBaseTransport):
    """A function as the network. Its answers arrive as streams, as they do from a socket."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._wire(request)
        if not response.is_stream_consumed:
            return response
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(response.content))


@dataclass
class Office:
    """The centre, as the tests reach it: over the wire, and by looking into its database."""

    centre: Centre
    clock: Clock
    place: Place
    make_desk: Callable[[int], Desk]
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = routes.build(self.centre)

    @property
    def path(self) -> Path:
        """The file of a centre on SQLite."""
        assert isinstance(self.place, SqliteFile)
        return self.place.path

    async def wire(self, request: httpx.Request) -> httpx.Response:
        """An undisturbed network."""
        return await httpx.ASGITransport(app=self.app).handle_async_request(request)

    def enrolled(self, name: str, series: int) -> "Tablet":
        tablet = Tablet(self, self.make_desk(series), device_keys(series))
        asked = enrolment(self.centre.issue_code(name), name, "0.1.0", tablet.keys)
        tablet.token = asyncio.run(tablet.transport(self.wire).enrol(asked)).token
        return tablet

    def records(self) -> dict[str, Record]:
        """Everything the centre holds, whoever made it."""
        with self.centre.database.reading() as connection:
            ids = connection.execute(select(schema.record.c.id)).scalars().all()
            known = Shelf(connection, Device("", TENANT)).known(ops=(), records=ids)
            return {record_id: kept.held.as_record() for record_id, kept in known.records.items()}

    def rows(self) -> list[tuple[object, ...]]:
        """Every row the exchanges wrote, to compare two states of the whole database."""
        tables = ("tenant", "record", "change", "refused")
        with self.centre.database.reading() as connection:
            found = [tuple(row) for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]  # noqa: S608
        return sorted(found, key=repr)

    def count(self, table: str) -> int:
        with self.centre.database.reading() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608

    def backup(self) -> str:
        """The database as it is now, under a name of its own."""
        return self.place.backup()

    def restore(self, backup: str) -> None:
        self.place.restore(backup)


@dataclass
class Tablet:
    office: Office
    desk: Desk
    keys: DeviceKeys = field(default_factory=device_keys)
    token: str | None = None
    phases: list[Phase] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outbox = self.desk.outbox
        self.clock = self.office.clock

    def save(self, number: int, kind: str = "assist", **fields: Value) -> str:
        self.desk.save(number, kind, at=self.clock(), **fields)
        return make_id(number, series=2)

    def delete(self, number: int, kind: str = "session") -> None:
        self.desk.delete(number, kind)

    def holds(self, number: int) -> Kept:
        found = self.desk.find(number)
        assert found is not None
        return found

    def transport(self, through: Wire) -> HttpTransport:
        wire = Network(through)
        return HttpTransport("https://centre.test", token=lambda: self.token, clock=self.clock, through=wire)

    def engine(self, through: Wire | None = None) -> Engine:
        transport = self.transport(through or self.office.wire)
        return Engine(self.outbox, transport, clock=self.clock, report=self.phases.append)

    def sync(self, through: Wire | None = None, *, shift: str | None = None) -> Phase:
        return asyncio.run(self.engine(through).round(shift=shift))
