"""A person at a tablet, whoever keeps the outbox: the tablet's store, or memory."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.store import Edit, HandOver, Store, Write
from sync.client.ports import Outbox
from sync.protocol.records import Fields, Overruled, Problem, Value
from tests.sync.making import START, make_id, numbered_ids
from tests.sync.memory_outbox import MemoryOutbox


class Kept(Protocol):
    """What both ways of keeping a record have in common."""

    @property
    def fields(self) -> Fields: ...
    @property
    def deleted(self) -> bool: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def problem(self) -> Problem | None: ...
    @property
    def conflicts(self) -> tuple[Overruled, ...]: ...
    @property
    def is_waiting(self) -> bool: ...


class Desk(Protocol):
    @property
    def outbox(self) -> Outbox: ...
    def save(self, number: int, kind: str = "session", *, at: datetime = START, **fields: Value) -> None: ...
    def delete(self, number: int, kind: str = "session") -> None: ...
    def hand_over(self, number: int) -> None: ...
    def find(self, number: int) -> Kept | None: ...
    def ids(self) -> list[str]: ...
    def close(self) -> None: ...


@dataclass
class MemoryDesk:
    series: int = 1
    outbox: MemoryOutbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = MemoryOutbox(numbered_ids(self.series))

    def save(self, number: int, kind: str = "session", *, at: datetime = START, **fields: Value) -> None:
        self.outbox.save(make_id(number, series=2), kind, fields, by="C1", at=at)

    def delete(self, number: int, kind: str = "session") -> None:
        self.outbox.delete(make_id(number, series=2), by="C1", at=START)

    def hand_over(self, number: int) -> None:
        self.outbox.hand_over(make_id(number, series=2))

    def find(self, number: int) -> Kept | None:
        return self.outbox.record(make_id(number, series=2))

    def ids(self) -> list[str]:
        return sorted(self.outbox.records())

    def close(self) -> None:
        """There is nothing to close."""


@dataclass
class StoreDesk:
    folder: Path
    series: int = 1
    outbox: Store = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Store.open(self.folder, new_id=numbered_ids(self.series))

    def save(self, number: int, kind: str = "session", *, at: datetime = START, **fields: Value) -> None:
        edit = Edit(make_id(number, series=2), kind, "C1", at, fields)
        self.outbox.write(Write(edits=(edit,)))

    def delete(self, number: int, kind: str = "session") -> None:
        edit = Edit(make_id(number, series=2), kind, "C1", START, delete=True)
        self.outbox.write(Write(edits=(edit,)))

    def hand_over(self, number: int) -> None:
        self.outbox.write(Write(edits=(HandOver(make_id(number, series=2)),)))

    def find(self, number: int) -> Kept | None:
        return self.outbox.record(make_id(number, series=2))

    def ids(self) -> list[str]:
        return sorted(record.id for record in self.outbox.records())

    def close(self) -> None:
        self.outbox.close()
