"""How long saving, finding and opening take, beside SQLite (WAL, synchronous=FULL) and TinyDB as it comes.

Interleaved: each turn measures every store once, so that what the machine does meanwhile falls on all alike. All keep
the same documents and hand out the same records. TinyDB as it comes is left out at 10,000: a save takes a third of a
second there.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Protocol

from tinydb import TinyDB
from tinydb.table import Document

from app.store import Edit, Store, Write
from app.store.documents import document_of, record_of
from app.store.transitions import edited
from tests.bench_report import Report

SIZES = (100, 1_000, 10_000)
TINYDB_UP_TO = 1_000
SAVES, GETS = 20, 200  # in one turn
FIELDS = {"procedure": "sp-padro", "outcome": "completed", "note": "x" * 140} | {f"step.s{n}": "done" for n in range(8)}
START = datetime(2026, 3, 4, tzinfo=UTC)

Times = dict[tuple[str, str, int], list[float]]  # (store, what, size) -> milliseconds


class Peer(Protocol):
    """A store under measurement. `save` returns when the record survives a power cut."""

    def fill(self, size: int) -> None: ...
    def save(self, number: int, minutes: int) -> None: ...
    def get(self, number: int) -> object: ...
    def reopen(self) -> None: ...
    def close(self) -> None: ...


def _edit(number: int, minutes: int) -> Edit:
    return Edit(f"r{number}", "assist", "C1", START, {**FIELDS, "active_minutes": minutes})


def _document(number: int, minutes: int) -> Mapping[str, object]:
    """What ours writes for such a record, for the others to write too."""
    record = edited(None, _edit(number, minutes))
    return document_of(record) if record else {}


class Ours:
    def __init__(self, folder: Path) -> None:
        self._folder, ids = folder, count()
        self._open = lambda: Store.open(folder, new_id=lambda: f"op-{next(ids)}")
        self._store = self._open()

    def fill(self, size: int) -> None:
        self._store.write(Write(edits=tuple(_edit(number, 0) for number in range(size))))

    def save(self, number: int, minutes: int) -> None:
        self._store.write(Write(edits=(_edit(number, minutes),)))

    def get(self, number: int) -> object:
        return self._store.record(f"r{number}")

    def reopen(self) -> None:
        self._store.close()
        self._store = self._open()

    def close(self) -> None:
        self._store.close()


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "store.sqlite"
        self._connection = self._connected()
        self._connection.execute("CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, body TEXT NOT NULL)")

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def fill(self, size: int) -> None:
        self._connection.execute("BEGIN")
        for number in range(size):
            self.save(number, 0)
        self._connection.execute("COMMIT")

    def save(self, number: int, minutes: int) -> None:
        row = (f"r{number}", json.dumps(_document(number, minutes)))
        self._connection.execute("INSERT OR REPLACE INTO record VALUES (?, ?)", row)

    def get(self, number: int) -> object:
        found = self._connection.execute("SELECT body FROM record WHERE id = ?", (f"r{number}",)).fetchone()
        return record_of(f"r{number}", json.loads(found[0]))

    def reopen(self) -> None:
        """Opened as an app would: with everything read into memory, as its screens need it."""
        self._connection.close()
        self._connection = self._connected()
        rows = self._connection.execute("SELECT id, body FROM record").fetchall()
        self._loaded = {record_id: json.loads(body) for record_id, body in rows}

    def close(self) -> None:
        self._connection.close()


class PlainTinyDb:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "store.json"
        self._database = TinyDB(self._path)

    def fill(self, size: int) -> None:
        self._database.insert_multiple(Document(_document(number, 0), doc_id=number + 1) for number in range(size))

    def save(self, number: int, minutes: int) -> None:
        self._database.upsert(Document(_document(number, minutes), doc_id=number + 1))

    def get(self, number: int) -> object:
        found = self._database.get(doc_id=number + 1)
        return found and record_of(f"r{number}", found)

    def reopen(self) -> None:
        self._database.close()
        self._database = TinyDB(self._path)
        len(self._database)  # it reads when it is first asked

    def close(self) -> None:
        self._database.close()


PEERS: dict[str, Callable[[Path], Peer]] = {"ours": Ours, "sqlite": Sqlite, "tinydb": PlainTinyDb}


def run(repeats: int) -> Report:
    times: Times = {}
    with TemporaryDirectory() as folder:
        stores = {(name, size): _filled(name, size, Path(folder)) for size in SIZES for name in _names(size)}
        for turn in range(repeats):
            for (name, size), store in stores.items():
                _measure(name, size, store, turn, times)
        for store in stores.values():
            store.close()
    rows = tuple((f"{name}, {size:,} records", *_shown(times, name, size)) for size in SIZES for name in _names(size))
    columns = ("", "save ms", "get ms", "open ms")
    return Report("Store: a durable save, a record by id, opening (medians)", columns, rows, _figures(times))


def _names(size: int) -> list[str]:
    return [name for name in PEERS if name != "tinydb" or size <= TINYDB_UP_TO]


def _filled(name: str, size: int, folder: Path) -> Peer:
    own = folder / f"{name}-{size}"
    own.mkdir()
    store = PEERS[name](own)
    store.fill(size)
    return store


def _measure(name: str, size: int, store: Peer, turn: int, times: Times) -> None:
    step = size // SAVES

    def timed(what: str, action: Callable[[], object]) -> None:
        started = perf_counter()
        action()
        times.setdefault((name, what, size), []).append(1000 * (perf_counter() - started))

    timed("open", store.reopen)
    for number in range(GETS):
        timed("get", lambda place=(number * 7919) % size: store.get(place))  # type: ignore[misc]
    for number in range(SAVES):
        timed("save", lambda place=number * step: store.save(place, turn + 1))  # type: ignore[misc]


def _shown(times: Times, name: str, size: int) -> tuple[float, float, float]:
    save, get, opening = (median(times[name, what, size]) for what in ("save", "get", "open"))
    return save, get, opening


def _figures(times: Times) -> dict[str, float]:
    """Ratios above 1: how many times faster than the peer. `save_flat`: 10,000 records against 100, 1 is flat."""

    def ratio(what: str, size: int, peer: str) -> float:
        return median(times[peer, what, size]) / median(times["ours", what, size])

    ours_save = {size: median(times["ours", "save", size]) for size in SIZES}
    return {
        "save_ms_10k": ours_save[10_000],
        "save_flat": ours_save[10_000] / ours_save[100],
        "save_ratio_100": ratio("save", 100, "sqlite"),
        "save_ratio_1k": ratio("save", 1_000, "sqlite"),
        "save_ratio_10k": ratio("save", 10_000, "sqlite"),
        "save_ratio_tinydb_1k": ratio("save", 1_000, "tinydb"),
        "get_ratio_10k": ratio("get", 10_000, "sqlite"),
        "open_ms_10k": median(times["ours", "open", 10_000]),
        "open_ratio_10k": ratio("open", 10_000, "sqlite"),
    }
