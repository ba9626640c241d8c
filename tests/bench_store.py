"""How long saving, finding and opening take, beside SQLite (WAL, synchronous=FULL) and TinyDB as it comes.

All keep the same documents. What is compared, each figure a median over all turns:

save   one record changed, until it survives a power cut. Ours decides, encodes and appends (`Store.write`); the others
       are given the document that makes. (TinyDB as it comes does not sync: it is measured as it is.)
get    one document by its id, parsed: `table.get(doc_id=...)` of TinyDB's own API, for SQLite a SELECT by primary key
       and `json.loads`.
open   from closed to every document in memory, as the screens need them; SQLite reads and parses all its rows.
pause  the longest save among those made while 10,000 records are being compacted; the median of the turns, and the
       worst. `save_worst_ms_10k` is the longest when nothing else happens: what the disk alone does.
memory what a process grows by that opens 10,000 records and reads them all, above one with an empty store.

Interleaved: each save of a store comes right after one of a peer, of every size in turn, so that what the machine does
meanwhile falls on all alike. TinyDB as it comes is left out at 100,000, where one save takes seconds, and sealed where
it says no more.
"""

import gc
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter
from typing import Any, Protocol

from tinydb import TinyDB
from tinydb.table import Document

from app.store import Edit, Sealed, Store, Write
from app.store.documents import document_of
from app.store.lines import CHECKSUM, Codec
from app.store.transitions import edited
from tests.bench_report import Report

SIZES = (100, 1_000, 10_000, 100_000)
UP_TO = {"tinydb": 10_000, "sealed": 10_000}
SLOW_FROM = {"tinydb": 1_000}  # from here on, few saves in one turn
SAVES, FEW, GETS = 40, 3, 200  # in one turn
FIELDS = {"procedure": "sp-padro", "outcome": "completed", "note": "x" * 140} | {f"step.s{n}": "done" for n in range(8)}
START = datetime(2026, 3, 4, tzinfo=UTC)
ROOT = Path(__file__).parents[1]

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
    def __init__(self, folder: Path, codec: Codec = CHECKSUM) -> None:
        ids = count()
        self._open = lambda: Store.open(folder, new_id=lambda: f"op-{next(ids)}", codec=codec)
        self.store = self._open()

    def fill(self, size: int) -> None:
        self.store.write(Write(edits=tuple(_edit(number, 0) for number in range(size))))
        self.store.compact()  # a line for each record, as if each had been saved by itself

    def save(self, number: int, minutes: int) -> None:
        self.store.write(Write(edits=(_edit(number, minutes),)))

    def get(self, number: int) -> object:
        table: Any = self.store._table("records")
        return table.get(doc_id=f"r{number}")

    def reopen(self) -> None:
        self.store.close()
        self.store = self._open()

    def close(self) -> None:
        self.store.close()


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
        return json.loads(found[0])

    def reopen(self) -> None:
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
        return self._database.get(doc_id=number + 1)

    def reopen(self) -> None:
        self._database.close()
        self._database = TinyDB(self._path)
        self._loaded = self._database.all()  # it reads when it is first asked

    def close(self) -> None:
        self._database.close()


PEERS: dict[str, Callable[[Path], Peer]] = {
    "ours": Ours,
    "sealed": lambda folder: Ours(folder, Sealed(bytes(32))),
    "sqlite": Sqlite,
    "tinydb": PlainTinyDb,
}


def run(repeats: int) -> list[Report]:
    times: Times = {}
    with TemporaryDirectory() as folder:
        stores = {(name, size): _filled(name, size, Path(folder)) for size in SIZES for name in _names(size)}
        gc.freeze()  # as the app does when it has opened its store
        for turn in range(repeats):
            _measure(stores, turn, times)
        _measure_compaction(stores["ours", 10_000], repeats, times)
        for store in stores.values():
            store.close()
        megabytes = [_megabytes(Path(folder) / "ours-10000") for _ in range(repeats)]
    rows = tuple((f"{name}, {size:,} records", *_shown(times, name, size)) for size in SIZES for name in _names(size))
    columns = ("", "save ms", "get ms", "open ms")
    figures = {**_figures(times), "mb_per_10k": median(megabytes)}
    return [Report("Store: a durable save, a document by id, opening (medians)", columns, rows, figures)]


def _names(size: int) -> list[str]:
    return [name for name in PEERS if size <= UP_TO.get(name, size)]


def _filled(name: str, size: int, folder: Path) -> Peer:
    own = folder / f"{name}-{size}"
    own.mkdir()
    store = PEERS[name](own)
    store.fill(size)
    return store


def _measure(stores: Mapping[tuple[str, int], Peer], turn: int, times: Times) -> None:
    def timed(name: str, what: str, size: int, action: Callable[[], object]) -> None:
        started = perf_counter()
        action()
        times.setdefault((name, what, size), []).append(1000 * (perf_counter() - started))

    def in_turn(what: str, most: int, action: Callable[[Peer, int], object]) -> None:
        for number in range(most):
            for (name, size), store in stores.items():
                if number < FEW or size < SLOW_FROM.get(name, size + 1):
                    place = (number * 7919 + turn) % size
                    timed(name, what, size, lambda store=store, place=place: action(store, place))  # type: ignore[misc]

    in_turn("open", 1, lambda store, _: store.reopen())
    in_turn("get", GETS, lambda store, place: store.get(place))
    in_turn("save", SAVES, lambda store, place: store.save(place, turn + 1))


def _measure_compaction(peer: Peer, repeats: int, times: Times) -> None:
    assert isinstance(peer, Ours)
    for turn in range(repeats):
        compaction = Thread(target=peer.store.compact)
        compaction.start()
        longest, saves = 0.0, 0
        while compaction.is_alive():
            longest, saves = max(longest, _one_save(peer, saves, turn)), saves + 1
        compaction.join()
        times.setdefault(("ours", "pause", 10_000), []).append(longest)
        worst = max(_one_save(peer, number, -turn) for number in range(saves))
        times.setdefault(("ours", "worst", 10_000), []).append(worst)


def _one_save(peer: Peer, number: int, turn: int) -> float:
    started = perf_counter()
    peer.save(number % 10_000, 1_000 + turn)
    return 1000 * (perf_counter() - started)


def _megabytes(folder: Path) -> float:
    """In a process of its own, because this one has had many stores in its memory."""
    command = [sys.executable, "-m", "tests.bench_store", str(folder)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def _resident() -> float:
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def _growth(folder: Path) -> float:
    with TemporaryDirectory() as empty:
        Store.open(Path(empty), new_id=str).close()
        before = _resident()
        store = Store.open(folder, new_id=str)
        records = store.records()
        grown = (_resident() - before) * 10_000 / len(records)
        store.close()
        return grown


def _shown(times: Times, name: str, size: int) -> tuple[float, float, float]:
    save, get, opening = (median(times[name, what, size]) for what in ("save", "get", "open"))
    return save, get, opening


def _figures(times: Times) -> dict[str, float]:
    """Ratios: ours divided by the peer, below 1 is faster. `save_flat`: 100,000 records against 100, 1 is flat."""

    def ratio(what: str, size: int, peer: str, ours: str = "ours") -> float:
        return median(times[ours, what, size]) / median(times[peer, what, size])

    return {
        "save_ms_10k": median(times["ours", "save", 10_000]),
        "save_worst_ms_10k": median(times["ours", "worst", 10_000]),
        "save_flat": median(times["ours", "save", 100_000]) / median(times["ours", "save", 100]),
        "save_ratio_100": ratio("save", 100, "sqlite"),
        "save_ratio_1k": ratio("save", 1_000, "sqlite"),
        "save_ratio_10k": ratio("save", 10_000, "sqlite"),
        "save_ratio_100k": ratio("save", 100_000, "sqlite"),
        "save_ratio_tinydb_10k": ratio("save", 10_000, "tinydb"),
        "sealed_ratio": ratio("save", 10_000, "ours", "sealed"),
        "sealed_open_ratio": ratio("open", 10_000, "ours", "sealed"),
        "get_ratio_10k": ratio("get", 10_000, "sqlite"),
        "open_ms_10k": median(times["ours", "open", 10_000]),
        "open_ms_100k": median(times["ours", "open", 100_000]),
        "open_ratio_10k": ratio("open", 10_000, "tinydb"),
        "compaction_pause_ms": median(times["ours", "pause", 10_000]),
        "compaction_pause_worst_ms": max(times["ours", "pause", 10_000]),
    }


if __name__ == "__main__":
    print(_growth(Path(sys.argv[1])))
