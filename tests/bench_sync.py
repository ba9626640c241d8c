"""Sync: a day's records over a slow link beside one request for each; and what a centre takes, tells and bears."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sync.client.engine import Engine
from sync.client.phase import Resting
from sync.client.transport import HttpTransport
from sync.endpoint.exchange import Centre
from sync.endpoint.limits import Limits, Rule
from sync.endpoint.server import open_centre, running
from sync.protocol.messages import SyncRequest
from tests.bench_report import Report
from tests.load.centres import load_reports
from tests.load.link import SLOW, Link, Speed
from tests.load.pile import Pile, assists, day, now
from tests.sync.making import enrolment

RECORDS = 1000
EVENTS = 60  # that no record tells: about what a tablet notes in a day
CUT_RECORDS = 5000  # enough for the link to be cut more than once
CUT_SECONDS = 20.0


@dataclass(frozen=True)
class Cost:
    requests: int
    up: int
    down: int
    seconds: float  # of the link, and of the two ends at work


def run(repeats: int) -> list[Report]:
    chance = Random(1)  # goes on from one measurement to the next: no id is used twice
    with _centre() as (centre, url):
        batches = _middle([asyncio.run(_in_rounds(url, _token(centre, url), chance)) for _ in range(repeats)])
        singles = asyncio.run(_one_by_one(url, _token(centre, url), chance))
        idle = asyncio.run(_idle(url, _token(centre, url), chance))
        cut, cuts, twice = asyncio.run(_with_cuts(url, _token(centre, url), chance))
    link = Report(
        title=f"{RECORDS} pending records over 128 kbit/s up, 512 down, 300 ms round trip; rounds: median of {repeats}",
        columns=("how", "requests", "kB up", "kB down", "seconds"),
        rows=(
            _row("rounds of batches, gzip", batches),
            _row("one request for each record", singles),
            _row("nothing to send, nothing new", idle),
            _row(f"{CUT_RECORDS} records, cut every {CUT_SECONDS:.0f} s ({cuts} times)", cut),
        ),
        figures={
            "seconds_1000": batches.seconds,
            "requests_1000": batches.requests,
            "kb_up_1000": batches.up / 1000,
            "speedup_1000": singles.seconds / batches.seconds,
            "saved_up_1000": singles.up / batches.up,
            "idle_bytes": idle.up + idle.down,
            "cuts": cuts,
            "batches_twice_per_cut": twice,
        },
    )
    return [link, *load_reports(repeats)]


async def _in_rounds(url: str, token: str, chance: Random) -> Cost:
    link, pile = Link(SLOW), Pile(assists(RECORDS, chance), day(EVENTS, chance))
    seconds = await _until_agreed(pile, link, url, token)
    return _cost(link, seconds)


async def _with_cuts(url: str, token: str, chance: Random) -> tuple[Cost, int, float]:
    """The cost, how often the link was cut, and how many batches of the largest size went twice for each cut."""
    link, pile = Link(SLOW, cut_every=CUT_SECONDS), Pile(assists(CUT_RECORDS, chance))
    before = pile.counts().waiting
    seconds = await _until_agreed(pile, link, url, token)
    return _cost(link, seconds), link.cuts, (pile.offers - before) / 500 / max(link.cuts, 1)


async def _until_agreed(pile: Pile, link: Link, url: str, token: str) -> float:
    """Round after round, as the app does it; the pauses between them are not counted. The seconds of work here."""
    transport = _transport(url, token, link)
    engine = Engine(pile, transport, clock=now, report=lambda _: None)
    begun = time.perf_counter()
    while not isinstance(await engine.round(), Resting):
        assert link.cuts, "nothing but a cut may end a round here"
    seconds = time.perf_counter() - begun
    await transport.close()
    assert not pile.counts().waiting
    return seconds


async def _one_by_one(url: str, token: str, chance: Random) -> Cost:
    """The same transport, kept alive: the difference is the batch alone."""
    link, cursor, changes = Link(SLOW), "", assists(RECORDS, chance)
    transport = _transport(url, token, link)
    begun = time.perf_counter()
    for done, change in enumerate(changes):
        reply = await transport.exchange(SyncRequest(cursor, now(), len(changes) - done, 0, (change,)))
        cursor = reply.cursor
    seconds = time.perf_counter() - begun
    await transport.close()
    return _cost(link, seconds)


async def _idle(url: str, token: str, chance: Random) -> Cost:
    link = Link(SLOW)
    transport = _transport(url, token, link)
    (change,) = assists(1, chance)
    cursor = (await transport.exchange(SyncRequest("", now(), 1, 0, (change,)))).cursor
    before = _cost(link, 0.0)
    begun = time.perf_counter()
    await transport.exchange(SyncRequest(cursor, now(), 0, 0))
    seconds = time.perf_counter() - begun
    await transport.close()
    return Cost(1, link.up - before.up, link.down - before.down, link.seconds - before.seconds + seconds)


def _cost(link: Link, seconds: float) -> Cost:
    return Cost(link.requests, link.up, link.down, link.seconds + seconds)


@contextmanager
def _centre() -> Iterator[tuple[Centre, str]]:
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'centre.db'}"
        with closing(open_centre(database)) as centre:
            # One request for each record is more than a tablet may ask at once: the peer is not made to wait for that.
            often = Limits(centre.clock, tablet=Rule(most=10 * RECORDS, per_second=0.5))
            with running(centre, limits=often) as url:
                yield centre, url


def _token(centre: Centre, url: str) -> str:
    """A tablet of its own for each measurement, so that none hears another's news."""

    async def enrolled() -> str:
        transport = _transport(url, "", Link(Speed()))
        code = centre.issue_code(f"Tablet {time.monotonic_ns()}")
        token = (await transport.enrol(enrolment(code, "Tablet", "bench"))).token
        await transport.close()
        return token

    return asyncio.run(enrolled())


def _transport(url: str, token: str, link: Link) -> HttpTransport:
    return HttpTransport(url, token=lambda: token, clock=now, through=link)


def _middle(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]


def _row(how: str, cost: Cost) -> tuple[object, ...]:
    return how, cost.requests, round(cost.up / 1000, 1), round(cost.down / 1000, 1), cost.seconds
