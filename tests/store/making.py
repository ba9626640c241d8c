"""Small builders for the tests of the store: each needs only what matters to the test."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings

from app.store import Edit, Sealed, Store, StoredRecord, Write
from app.store.lines import CHECKSUM, Codec
from app.store.transitions import edited
from sync.protocol.messages import SyncReply
from sync.protocol.records import Change, Fields, Overruled, Record, Result

# the same examples each time, on a machine however busy
EXAMPLES = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SEALED = Sealed(bytes(range(32)))
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CENTRE_TIME = datetime(2026, 3, 4, 12, 5, tzinfo=UTC)


def numbered(prefix: str = "op") -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def open_store(folder: Path, prefix: str = "op", codec: Codec = CHECKSUM, before: Codec | None = None) -> Store:
    return Store.open(folder, new_id=numbered(prefix), codec=codec, before=before)


def make_edit(record_id: str = "r1", *, minutes: int = 0, delete: bool = False, **fields: Any) -> Edit:
    return Edit(record_id, "assist", "C1", NOON + timedelta(minutes=minutes), fields, delete)


def save(store: Store, record_id: str = "r1", *, minutes: int = 0, **fields: Any) -> None:
    store.write(Write(edits=(make_edit(record_id, minutes=minutes, **fields),)))


def make_written(**fields: Any) -> StoredRecord:
    """A record just written here, never offered."""
    record = edited(None, make_edit(**fields))
    assert record is not None
    return record


def make_news(seq: int, record_id: str = "r1", *, deleted: bool = False, **fields: Any) -> Record:
    return Record(record_id, "assist", seq, fields, deleted)


def make_conflict(field: str, value: str, seq: int) -> Overruled:
    return Overruled(field, value, "C2", NOON, "op-of-C2", seq)


def make_change(op: str = "op-1", *, base: int = 0, delete: bool = False, fields: Fields | None = None) -> Change:
    return Change(op, "r1", "assist", base, "C1", NOON, fields or {}, delete)


def make_reply(
    *results: Result, cursor: str = "e.1", more: bool = False, safe: int = 0, news: tuple[Record, ...] = ()
) -> SyncReply:
    return SyncReply(cursor, more, safe, CENTRE_TIME, results, news)
