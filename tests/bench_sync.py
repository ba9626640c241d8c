"""Sending a day's records: rounds of batches beside one request for each record, to the same centre in one run."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx

from sync.client.engine import Engine
from sync.client.transport import HttpTransport
from sync.endpoint.exchange import Centre
from sync.endpoint.server import open_centre, running
from sync.protocol.messages import Enrolment, SyncReply, SyncRequest
from sync.protocol.records import Applied, Change, Fields
from tests.bench_report import Report

RECORDS = 500
FIELDS: Fields = {
    "procedure": "idcat-mobil",
    "centre": "library-north",
    "outcome": "completed",
    "minutes": 25,
    "autonomy": "guided",
    "language": "ca",
    "step.identity": True,
    "step.form": True,
    "step.receipt": False,
    "note": "came back for the second form, will finish alone",
}


@dataclass(frozen=True)
class Counts:
    waiting: int
    review: int = 0


class Pile:
    """Changes in memory: what is measured is the exchange, not the tablet's disk."""

    def __init__(self, changes: list[Change]) -> None:
        self._changes = {change.op: change for change in changes}
        self._cursor = ""

    def counts(self) -> Counts:
        return Counts(len(self._changes))

    def cursor(self) -> str:
        return self._cursor

    def seal(self, limit: int) -> tuple[Change, ...]:
        return tuple(self._changes.values())[:limit]

    def hear(self, reply: SyncReply) -> None:
        for result in reply.results:
            assert isinstance(result, Applied)
            del self._changes[result.op]
        self._cursor = reply.cursor

    def restart(self) -> None:
        raise AssertionError("nobody restores a centre here")


class Meter(httpx.AsyncBaseTransport):
    """Counts what passes: heads and bodies as they travel, without TLS and TCP."""

    def __init__(self) -> None:
        self._network = httpx.AsyncHTTPTransport()
        self.requests = self.up = self.down = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        line = f"{request.method} {request.url.raw_path.decode()} HTTP/1.1\r\n"
        self.up += len(line) + _head(request.headers) + len(await request.aread())
        response = await self._network.handle_async_request(request)
        body = b"".join([piece async for piece in response.aiter_raw()])
        self.down += len("HTTP/1.1 200 OK\r\n") + _head(response.headers) + len(body)
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

    async def aclose(self) -> None:
        await self._network.aclose()


@dataclass(frozen=True)
class Cost:
    requests: int
    up: int
    down: int
    seconds: float


def run(repeats: int) -> Report:
    with _centre() as (centre, url):
        batches = _median([asyncio.run(_in_rounds(url, _token(centre, url))) for _ in range(repeats)])
        singles = _median([asyncio.run(_one_by_one(url, _token(centre, url))) for _ in range(repeats)])
        idle = asyncio.run(_idle(url, _token(centre, url)))
    return Report(
        title=f"{RECORDS} pending records to a centre on this machine (SQLite, durable), median of {repeats}",
        columns=("how", "requests", "kB up", "kB down", "seconds"),
        rows=(
            _row("rounds of batches, gzip", batches),
            _row("one request for each record", singles),
            _row("nothing to send, nothing new", idle),
        ),
        figures={
            "seconds_500": batches.seconds,
            "requests_500": batches.requests,
            "kb_up_500": batches.up / 1000,
            "speedup_500": singles.seconds / batches.seconds,
            "saved_up_500": singles.up / batches.up,
            "idle_bytes": idle.up + idle.down,
        },
    )


async def _in_rounds(url: str, token: str) -> Cost:
    meter, pile = Meter(), Pile(_changes())
    transport = _transport(url, token, meter)
    engine = Engine(pile, transport, clock=_now, report=lambda _: None)
    begun = time.perf_counter()
    await engine.round()
    seconds = time.perf_counter() - begun
    await transport.close()
    assert not pile.counts().waiting
    return Cost(meter.requests, meter.up, meter.down, seconds)


async def _one_by_one(url: str, token: str) -> Cost:
    """The same transport, kept alive: the difference is the batch alone."""
    meter, cursor, changes = Meter(), "", _changes()
    transport = _transport(url, token, meter)
    begun = time.perf_counter()
    for done, change in enumerate(changes):
        reply = await transport.exchange(SyncRequest(cursor, _now(), len(changes) - done, 0, (change,)))
        cursor = reply.cursor
    seconds = time.perf_counter() - begun
    await transport.close()
    return Cost(meter.requests, meter.up, meter.down, seconds)


async def _idle(url: str, token: str) -> Cost:
    meter = Meter()
    transport = _transport(url, token, meter)
    cursor = (await transport.exchange(SyncRequest("", _now(), 0, 0))).cursor
    before = _so_far(meter)
    begun = time.perf_counter()
    await transport.exchange(SyncRequest(cursor, _now(), 0, 0))
    seconds = time.perf_counter() - begun
    await transport.close()
    return replace(before, requests=1, up=meter.up - before.up, down=meter.down - before.down, seconds=seconds)


def _so_far(meter: Meter) -> Cost:
    return Cost(meter.requests, meter.up, meter.down, 0.0)


@contextmanager
def _centre() -> Iterator[tuple[Centre, str]]:
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'centre.db'}"
        with closing(open_centre(database)) as centre, running(centre) as url:
            yield centre, url


def _token(centre: Centre, url: str) -> str:
    """A tablet of its own for each measurement, so that none hears another's news."""

    async def enrolled() -> str:
        transport = _transport(url, "", Meter())
        code = centre.issue_code(f"Tablet {uuid4()}")
        token = (await transport.enrol(Enrolment(code, "Tablet", "bench"))).token
        await transport.close()
        return token

    return asyncio.run(enrolled())


def _transport(url: str, token: str, meter: Meter) -> HttpTransport:
    return HttpTransport(url, token=lambda: token, clock=_now, through=meter)


def _changes() -> list[Change]:
    return [Change(str(uuid4()), str(uuid4()), "assist", 0, "C1", _now(), FIELDS) for _ in range(RECORDS)]


def _median(costs: list[Cost]) -> Cost:
    middle = sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]
    return replace(middle, seconds=median(cost.seconds for cost in costs))


def _row(how: str, cost: Cost) -> tuple[object, ...]:
    return how, cost.requests, round(cost.up / 1000, 1), round(cost.down / 1000, 1), cost.seconds


def _head(headers: httpx.Headers) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers.raw) + 2


def _now() -> datetime:
    return datetime.now(UTC)
