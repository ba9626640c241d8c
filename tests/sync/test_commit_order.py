"""Many writers at once, and a reader who follows the numbers: it passes over nothing, whatever becomes visible when.

The last test is the mistake this is about, on a real PostgreSQL and judged by the same judge: numbers from a sequence
are given in one order and become visible in another, and a reader who has seen the higher never goes back.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from random import Random

import psycopg

from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.server import open_centre
from sync.errors import CentreBusy
from sync.protocol.messages import SyncReply, SyncRequest
from sync.protocol.records import Change
from tests.sync.making import START, make_id
from tests.sync.places import Place, PostgresqlDatabase, only_postgresql

WRITERS = 4
EXCHANGES = 13  # of each writer
CHANGES = 400  # in each exchange: 20,800 in all
LONGEST_PAUSE_SECONDS = 0.01

Numbered = tuple[int, str]  # a number and what has it
News = Callable[[], list[Numbered]]  # what is new since it was called last


@dataclass(frozen=True)
class Race:
    written: set[str]
    heard: list[Numbered]

    @property
    def lost(self) -> set[str]:
        return self.written - {name for _, name in self.heard}


def run(writers: list[Iterator[list[str]]], news: News) -> Race:
    """All writers at once, and one reader beside them until they are done and nothing more comes."""
    heard: list[Numbered] = []
    came: list[Numbered] = []
    are_done = False
    with ThreadPoolExecutor(len(writers)) as threads:
        writing = [threads.submit(lambda names=names: set(chain.from_iterable(names))) for names in writers]
        while came or not are_done:
            are_done = all(one.done() for one in writing)  # looked at first: what they wrote last is still asked for
            came = news()
            heard += came
    return Race(set().union(*(one.result() for one in writing)), heard)


# the centre


def pausing(random: Random) -> Callable[[], datetime]:
    """The centre asks for the time once it has its number and before it has written: a pause there lets others in."""

    def clock() -> datetime:
        time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
        return START

    return clock


def patiently(centre: Centre, device: Device, request: SyncRequest) -> SyncReply:
    """As a tablet does it: a busy centre is asked again."""
    while True:
        try:
            return centre.exchange(device, request, ())
        except CentreBusy:
            time.sleep(0.05)


def exchanges(centre: Centre, writer: int) -> Iterator[list[str]]:
    cursor = ""
    for exchange in range(EXCHANGES):
        ids = [make_id(exchange * CHANGES + one + 1, series=writer + 1) for one in range(CHANGES)]
        changes = tuple(Change(one, one, "session", 0, "C1", START, {"room": "B2"}) for one in ids)
        request = SyncRequest(cursor, START, 0, 0, changes)
        cursor = patiently(centre, Device(f"writer-{writer}", TENANT), request).cursor
        yield ids


def following(centre: Centre) -> News:
    cursor = ""

    def news() -> list[Numbered]:
        nonlocal cursor
        reply = patiently(centre, Device("reader", TENANT), SyncRequest(cursor, START, 0, 0))
        cursor = reply.cursor
        time.sleep(0.001)  # let the writers have their turn
        return [(record.seq, record.id) for record in reply.changes]

    return news


def test_a_reader_beside_many_writers_hears_every_record_once_and_in_order(place: Place) -> None:
    with ExitStack() as open_centres:
        centres = [
            open_centres.enter_context(closing(open_centre(place.url, clock=pausing(Random(number)))))
            for number in range(WRITERS + 1)
        ]
        race = run([exchanges(centre, writer) for writer, centre in enumerate(centres[1:])], following(centres[0]))

    assert race.lost == set()
    assert [number for number, _ in race.heard] == list(range(1, WRITERS * EXCHANGES * CHANGES + 1))
    assert len(race.written) == WRITERS * EXCHANGES * CHANGES


# the mistake


def insertions(url: str, writer: int) -> Iterator[list[str]]:
    random = Random(writer)
    with psycopg.connect(url) as connection:
        for transaction in range(50):
            name = f"{writer}-{transaction}"
            connection.execute("INSERT INTO naive (name) VALUES (%s)", [name])
            time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
            connection.commit()
            yield [name]


@only_postgresql
def test_numbers_from_a_sequence_lose_rows_which_this_judge_notices(place: Place) -> None:
    assert isinstance(place, PostgresqlDatabase)
    with psycopg.connect(place.url, autocommit=True) as reader:
        reader.execute("CREATE TABLE naive (seq BIGSERIAL PRIMARY KEY, name TEXT NOT NULL)")
        highest = 0

        def news() -> list[Numbered]:
            nonlocal highest
            new = reader.execute("SELECT seq, name FROM naive WHERE seq > %s ORDER BY seq", [highest]).fetchall()
            highest = max([highest, *(number for number, _ in new)])
            return new

        race = run([insertions(place.url, writer) for writer in range(2 * WRITERS)], news)
        (kept,) = reader.execute("SELECT count(*) FROM naive").fetchone() or (0,)

    assert kept == len(race.written) == 2 * WRITERS * 50
    assert race.lost != set()
