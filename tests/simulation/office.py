"""The centre of a history: the real one on a database in memory, with what the edge in front of it would answer.

It can die just before or just after a commit, be copied, and come back from a copy.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.pool import StaticPool

from sync.client.answers import Answer
from sync.endpoint import database
from sync.endpoint.auth import Chance
from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.endpoint.exchange import Centre
from sync.endpoint.problems import MEDIA_TYPE, ProblemAnswer, Rejected, answer_to, failure, not_enrolled
from sync.errors import BatchTooLarge, SyncError
from sync.protocol import codec
from sync.protocol.compression import inflate
from sync.protocol.messages import MAX_INFLATED_BYTES, PRODUCT_HEADER, PROTOCOL
from sync.protocol.records import Kind
from tests.simulation.making import new_id
from tests.simulation.planting import planted
from tests.sync.making import enrolment
from tests.torture.places import scratch

SHARED = (Kind.SESSION.value, Kind.ATTENDANCE.value)
CURSE = "cursed"  # a text with this in it makes the centre fail, whenever it comes
MOST_BYTES = 6000  # of one request, unpacked; the real limit is a thousand times that, and so are real days


class CentreDied(BaseException):
    """The centre's process is gone at this instant; another one starts."""


class Fallible(Database):
    """A database in memory that can be told to fail at the end of the next transaction."""

    def __init__(self) -> None:
        with planted((database, "create_engine", _engine_in_memory)):
            self._engine = database._sqlite(make_url("sqlite://"), database.BUSY_SECONDS)
        self.has_one_writer = True
        connection: Any = self._engine.raw_connection().driver_connection
        self.raw: sqlite3.Connection = connection
        self.before_commit: BaseException | None = None
        self.after_commit: BaseException | None = None
        self.blank = _blank()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        before, after = self.before_commit, self.after_commit
        self.before_commit = self.after_commit = None
        with super().writing() as connection:
            yield connection
            if before is not None:
                raise before
        if after is not None:
            raise after


def _engine_in_memory(address: URL, **_: object) -> Engine:
    return create_engine(address, hide_parameters=True, poolclass=StaticPool)


def _blank() -> bytes:
    """The tables as the real centre makes them, in a file."""
    with scratch() as folder:
        path = folder / "centre.db"
        Database(f"sqlite:///{path}").close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # no database in memory has a log beside it
            return connection.serialize()


@cache
def _database() -> Fallible:
    """One for all histories of a process: making the tables costs more than a history."""
    return Fallible()


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the centre's table holds it."""

    id: str
    kind: str
    device: str
    centre: str | None
    seq: int
    deleted: int
    fields: str
    conflicts: str


class Office:
    def __init__(self, chance: Random, clock: Callable[[], datetime]) -> None:
        self.database = _database()
        self.database.before_commit = self.database.after_commit = None
        self.database.raw.deserialize(self.database.blank)
        chances = Chance(chance.randrange, lambda: new_id(chance), lambda: f"{chance.getrandbits(256):064x}")
        self.clock, self._chance = clock, chance
        self.centre = Centre(self.database, clock, chances)
        self.centre.prepare()
        self.restored = 0
        self.statuses: Counter[int] = Counter()

    def enrol(self, name: str) -> str:
        """A token for the tablet of this name."""
        enrolled = self.centre.redeem(enrolment(self.centre.issue_code(name), name, "0.1.0"))
        assert enrolled is not None
        return enrolled.token

    def answer(self, token: str, body: bytes, *, is_packed: bool) -> Answer:
        """What the tablet is sent for this request. Raises CentreDied when it was told to die now."""
        return self._said(lambda: self._reply(token, body, is_packed))

    def receipt(self, token: str, shift: str) -> Answer:
        return self._said(lambda: codec.dump_receipt(self.centre.receipt(self._enrolled(token), shift)))

    def _said(self, reply: Callable[[], bytes]) -> Answer:
        """With the status and the heads that the edge would put on it."""
        try:
            status, media, content = 200, "application/json", reply()
        except Exception as error:
            problem = _problem(error)
            status, media, content = problem.status, MEDIA_TYPE, problem.body()
        finally:
            self.database.before_commit = self.database.after_commit = None
        self.statuses[status] += 1
        headers = {"content-type": media, PRODUCT_HEADER.lower(): str(PROTOCOL)}
        return Answer(status, headers, content, self.clock())

    def backup(self) -> bytes:
        return self.database.raw.serialize()

    def restore(self, backup: bytes, *, is_announced: bool) -> None:
        self.database.raw.deserialize(backup)
        self.restored += 1
        if is_announced:
            self.centre.finish_restore()

    def epoch(self) -> str:
        return str(self.database.raw.execute("SELECT epoch FROM tenant").fetchone()[0])

    def seq(self) -> int:
        return int(self.database.raw.execute("SELECT seq FROM tenant").fetchone()[0])

    def records(self) -> dict[str, Row]:
        """Everything it holds, whoever made it."""
        query = "SELECT id, kind, device, centre, seq, deleted, fields, conflicts FROM record"
        return {row[0]: Row(*row) for row in self.database.raw.execute(query)}

    def is_seen(self, row: Row, tablet: str) -> bool:
        """Whether the tablet of this name is told about the record."""
        query = "SELECT id, centres FROM device WHERE name = ?"
        device, centres = self.database.raw.execute(query, (tablet,)).fetchone()
        is_here = not centres or row.centre is None or row.centre in centres.split(",")
        return bool(row.device == device or (row.kind in SHARED and is_here))

    def refused(self) -> set[str]:
        """The records of the changes it would not take, and kept."""
        rows = self.database.raw.execute("SELECT change FROM refused")
        return {str(json.loads(change)["id"]) for (change,) in rows}

    def keeps_refused(self, word: str) -> bool:
        return any(word in change for (change,) in self.database.raw.execute("SELECT change FROM refused"))

    def contents(self) -> list[tuple[object, ...]]:
        """Every row of everything exchanges write, but for when a tablet was last heard."""
        tables = [name for (name,) in self.database.raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = sorted(set(tables) - {"device", "code"})
        return [(name, *row) for name in kept for row in self.database.raw.execute(f"SELECT * FROM {name}")]  # noqa: S608

    def _reply(self, token: str, body: bytes, is_packed: bool) -> bytes:
        device = self._enrolled(token)
        plain = inflate(body, limit=MAX_INFLATED_BYTES) if is_packed else body
        if len(plain) > MOST_BYTES:
            raise BatchTooLarge(by_centre=True)
        request, unread = codec.read_request(plain)
        if CURSE in plain.decode() and self.database.before_commit is None:
            self.database.before_commit = RuntimeError("a fault of the centre's")
        reply = self.centre.exchange(device, request, unread)
        results = tuple(self._chance.sample(reply.results, len(reply.results)))  # nobody promised an order
        return codec.dump_reply(replace(reply, results=results))

    def _enrolled(self, token: str) -> Device:
        device = self.centre.device_of(token)
        if device is None:
            raise not_enrolled()
        return device


def _problem(error: Exception) -> ProblemAnswer:
    match error:
        case Rejected():
            return error.answer
        case SyncError():
            return answer_to(error)
    return failure()
