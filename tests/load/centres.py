"""What a centre takes, tells and bears: the real process on a real database, tablets with the real way to it."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from sync.client.engine import Engine
from sync.client.phase import Resting
from sync.client.transport import HttpTransport
from sync.endpoint.exchange import Centre
from sync.endpoint.server import open_centre
from sync.protocol import codec
from sync.protocol.messages import MAX_CHANGES, Enrolled, Enrolment, Hello, SyncReply, SyncRequest
from sync.protocol.receipts import Receipt
from sync.protocol.records import Applied, Change
from tests import postgresql
from tests.bench_report import Report
from tests.load.pile import Pile, assists, now
from tests.sync.making import enrolment
from tests.sync.processes import serving

WRITERS, BATCHES = 4, 10  # of MAX_CHANGES each
CROWD, EACH = 60, 200

_CURSOR = re.compile(rb'"cursor":"([^"]*)"')
_MORE = b'"more":true'


@dataclass(frozen=True)
class Load:
    """Of one centre."""

    taken_per_second: float  # records, acknowledged and durable
    told_per_second: float  # records, as bytes on the wire
    answer_p95: float  # seconds from request to answer, in the crowd
    all_green: float  # seconds until the last of the crowd is


def load_reports(repeats: int) -> list[Report]:
    measured = {}
    for name, standing in (("sqlite", _sqlite), ("postgresql", _postgresql)):
        loads = []
        for repeat in range(repeats):
            with standing() as database:
                loads.append(_load(database, Random(repeat)))
        measured[name] = _middle(loads)
    return [
        Report(
            title=f"A centre of one process: {WRITERS} tablets x {BATCHES * MAX_CHANGES} records, then {CROWD} x {EACH}"
            f" at once; median of {repeats}",
            columns=("database", "taken/s", "told/s", "p95 of an answer, s", "all green, s"),
            rows=tuple(
                (name, load.taken_per_second, load.told_per_second, load.answer_p95, load.all_green)
                for name, load in measured.items()
            ),
            figures={
                f"{figure}_{name}": value
                for name, load in measured.items()
                for figure, value in (
                    ("endpoint_rps", load.taken_per_second),
                    ("pull_per_second", load.told_per_second),
                    ("burst_p95_seconds", load.answer_p95),
                    ("burst_green_seconds", load.all_green),
                )
            },
        )
    ]


def _middle(loads: list[Load]) -> Load:
    """The median of each figure by itself."""
    return Load(*(median(column) for column in zip(*map(astuple, loads), strict=True)))


@contextmanager
def _sqlite() -> Iterator[str]:
    with TemporaryDirectory(prefix="acompanya-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'centre.db'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    with postgresql.running(on_disk=True) as server:
        yield server.url(server.create())


def _load(database: str, chance: Random) -> Load:
    with ExitStack() as stack:
        centre = stack.enter_context(closing(open_centre(database)))
        folder = stack.enter_context(TemporaryDirectory(prefix="acompanya-bench-"))
        _, url = stack.enter_context(serving(database, Path(folder) / "port"))
        taken = asyncio.run(_taken(centre, url, chance))
        told = _told(url, _token(centre, "Reader"))
        p95, green = asyncio.run(_crowd(centre, url, chance))
    return Load(taken, told, p95, green)


async def _taken(centre: Centre, url: str, chance: Random) -> float:
    piles = [assists(BATCHES * MAX_CHANGES, chance, kind="session") for _ in range(WRITERS)]
    transports = [_transport(url, _token(centre, f"Writer {number}", sees="elsewhere")) for number in range(WRITERS)]
    begun = time.perf_counter()
    await asyncio.gather(*(map(_all_sent, transports, piles)))
    seconds = time.perf_counter() - begun
    for transport in transports:
        await transport.close()
    return sum(map(len, piles)) / seconds


async def _all_sent(transport: HttpTransport, changes: list[Change]) -> None:
    """In batches of the largest size."""
    cursor = ""
    for start in range(0, len(changes), MAX_CHANGES):
        batch = tuple(changes[start : start + MAX_CHANGES])
        reply = await transport.exchange(SyncRequest(cursor, now(), len(batch), 0, batch))
        assert all(isinstance(result, Applied) for result in reply.results) and len(reply.results) == len(batch)
        cursor = reply.cursor


def _told(url: str, token: str) -> float:
    """News as fast as they can be asked for. They are counted and not read: the tablet's part is not the centre's."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    cursor, records, more = "", 0, True
    with httpx.Client(base_url=url, headers=headers) as http:
        begun = time.perf_counter()
        while more:
            body = codec.dump_request(SyncRequest(cursor, now(), 0, 0))
            answer = http.post("/v1/sync", content=body).raise_for_status().content
            records += answer.count(b'"kind":"session"')
            cursor, more = _CURSOR.findall(answer)[0].decode(), _MORE in answer
        seconds = time.perf_counter() - begun
    assert records == WRITERS * BATCHES * MAX_CHANGES
    return records / seconds


async def _crowd(centre: Centre, url: str, chance: Random) -> tuple[float, float]:
    """The 95th percentile of the time to an answer, and the time until every tablet is green."""
    transports = [_transport(url, _token(centre, f"Tablet {number}", sees="elsewhere")) for number in range(CROWD)]
    piles = [Pile(assists(EACH, chance)) for _ in range(CROWD)]
    # None is new: each has sent something before, and just now. A centre hangs up on those that are silent for long.
    for pile, first in zip(piles, await asyncio.gather(*(_first_of(one, chance) for one in transports)), strict=True):
        pile.hear(first)
    waits: list[float] = []
    engines = [
        Engine(pile, _Timed(transport, waits.append), clock=now, report=lambda _: None)
        for pile, transport in zip(piles, transports, strict=True)
    ]
    begun = time.perf_counter()
    phases = await asyncio.gather(*(engine.round() for engine in engines))
    seconds = time.perf_counter() - begun
    for transport in transports:
        await transport.close()
    assert all(isinstance(phase, Resting) for phase in phases)
    return sorted(waits)[int(len(waits) * 0.95)], seconds


async def _first_of(transport: HttpTransport, chance: Random) -> SyncReply:
    """The cursor after one record: results are for the record, which is in no pile."""
    reply = await transport.exchange(SyncRequest("", now(), 1, 0, tuple(assists(1, chance))))
    return replace(reply, results=())


@dataclass
class _Timed:
    """A way to the centre that says how long each answer took."""

    way: HttpTransport
    took: Callable[[float], None]

    async def exchange(self, request: SyncRequest) -> SyncReply:
        begun = time.perf_counter()
        reply = await self.way.exchange(request)
        self.took(time.perf_counter() - begun)
        return reply

    async def receipt(self, shift: str) -> Receipt:
        return await self.way.receipt(shift)

    async def hello(self) -> Hello:
        return await self.way.hello()

    async def enrol(self, enrolment: Enrolment) -> Enrolled:
        return await self.way.enrol(enrolment)


def _token(centre: Centre, name: str, *, sees: str = "") -> str:
    """Of a new tablet. One that sees another centre is not told what the others write: that is the other figure."""
    enrolled = centre.redeem(enrolment(centre.issue_code(name), name, "bench"))
    assert enrolled is not None
    if sees:
        centre.assign(name, frozenset({sees}))
    return enrolled.token


def _transport(url: str, token: str) -> HttpTransport:
    return HttpTransport(url, token=lambda: token, clock=now)
