"""Small makers for the tests of the agreement: only what a test cares about has to be said."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from sync.endpoint.auth import Chance
from sync.merge import Held, Merged, merge
from sync.protocol.device_keys import SEED_BYTES, DeviceKeys
from sync.protocol.messages import Enrolment, SyncReply
from sync.protocol.records import Change, Fields, Record, Result, Value

START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


def numbered_ids(series: int) -> Callable[[], str]:
    """UUIDs in a row, another row for each series."""
    numbers: Iterator[int] = count(1)
    return lambda: make_id(next(numbers), series=series)


def make_id(number: int, *, series: int = 0) -> str:
    return f"{number:08x}-{series:04x}-4000-8000-000000000000"


def countable_chance() -> Chance:
    numbers = count(7)
    new_id = numbered_ids(0xFFFF)
    return Chance(lambda bound: next(numbers) * 11 % bound, new_id, lambda: f"token-{next(numbers)}")


def make_change(number: int = 1, *, of: int = 1, base: int = 0, delete: bool = False, **fields: Value) -> Change:
    """Change `number` of record `of`."""
    op, record = make_id(number, series=1), make_id(of, series=2)
    return Change(op, record, "session", base, "C1", START, fields, delete)


def make_held(*changes: tuple[str, Change]) -> Held:
    """The record after (writer, change), (writer, change)... numbered 1, 2..."""
    held: Held | None = None
    for seq, (writer, change) in enumerate(changes, start=1):
        held = merge(held, change, writer=writer, seq=seq).held
    assert held is not None
    return held


def apply(held: Held, change: Change, *, writer: str) -> Merged:
    return merge(held, change, writer=writer, seq=held.seq + 1)


def make_record(number: int = 1, *, seq: int, deleted: bool = False, fields: Fields | None = None) -> Record:
    return Record(make_id(number, series=2), "session", seq, fields or {}, deleted)


def make_reply(
    *results: Result, changes: tuple[Record, ...] = (), cursor: str = "e.1", more: bool = False
) -> SyncReply:
    return SyncReply(cursor, more, 0, START, results, changes)


def device_keys(number: int = 1) -> DeviceKeys:
    """Those of tablet `number`."""
    return DeviceKeys(number.to_bytes(SEED_BYTES, "big"))


def enrolment(code: str, name: str, app: str, keys: DeviceKeys | None = None) -> Enrolment:
    return Enrolment(code, name, app, (keys or device_keys()).public)
