"""A tablet that can send: the real services, store, engine and wire, to a centre in the same process."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from secrets import token_bytes

import httpx

from app.services.pairing import Pairing
from sync.client.engine import Engine
from sync.client.phase import Phase, Resting
from sync.client.transport import HttpTransport
from sync.protocol.records import Kind, Record
from tests.app.tablets import Tablet
from tests.sync.tablets import Network, Office, Wire

URL = "https://centre.test"


@dataclass
class Connected:
    """A tablet that knows where the centre is. `wire` may be changed at any time, as networks do."""

    tablet: Tablet
    wire: Wire
    code: str | None = None
    url: str | None = URL  # None: as kept from the pairing

    def __post_init__(self) -> None:
        clock = self.tablet.time
        self.pairing = Pairing(
            self.tablet.store, url=self.url, code=self.code, clock=clock, random=token_bytes, version="0.1.0"
        )
        through = Network(self._through)
        transport = HttpTransport(URL, token=lambda: self.pairing.token, clock=clock, through=through)
        engine = Engine(self.tablet.store, transport, clock=clock, report=self.tablet.syncing.report)
        self.tablet.syncing.use(engine, partial(self.pairing.complete, transport))

    async def _through(self, request: httpx.Request) -> httpx.Response:
        return await self.wire(request)

    async def send(self) -> Phase | None:
        return await self.tablet.syncing.send_now()


async def paired(connect: Callable[[], Connected]) -> Connected:
    desk = connect()
    assert isinstance(await desk.send(), Resting)
    return desk


def standing(tablet: Tablet) -> dict[str, dict[str, object]]:
    return {each.id: dict(each.fields) for each in tablet.store.records() if not each.deleted}


def at_centre(office: Office) -> dict[str, dict[str, object]]:
    return {id: dict(record.fields) for id, record in office.records().items() if not record.deleted}


def of_kind(office: Office, kind: Kind) -> list[Record]:
    return [each for each in office.records().values() if each.kind == kind and not each.deleted]
