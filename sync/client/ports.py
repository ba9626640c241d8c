"""What the engine needs from others: an outbox on disk and a way to the centre. No implementation lives here."""

from datetime import datetime
from typing import Protocol

from sync.protocol.messages import Enrolled, Enrolment, Hello, SyncReply, SyncRequest
from sync.protocol.receipts import Receipt
from sync.protocol.records import Change
from sync.protocol.trail import Trail


class Counts(Protocol):
    """How much of what the tablet holds the centre has not taken yet."""

    @property
    def waiting(self) -> int: ...

    @property
    def review(self) -> int:
        """How many of those written here wait for a person, not for a network."""
        ...


class Outbox(Protocol):
    """What is on the tablet's disk. Called from threads; every change is on disk before the call returns."""

    def counts(self) -> Counts: ...

    def cursor(self) -> str: ...

    def past(self) -> str:
        """The last cursor before everything has to be heard again; "" when there was none, or there is one."""
        ...

    def seal(self, limit: int) -> tuple[Change, ...]:
        """Up to `limit` changes, oldest first. One that was sealed before comes back as it was, with its op."""
        ...

    def untold(self) -> Trail | None:
        """What happened here that the centre has not heard of, as much as one request takes; None: nothing."""
        ...

    def hear(self, reply: SyncReply) -> None:
        """Results, news and cursor in one write. A result counts only for the sealed op it names."""
        ...

    def restart(self) -> None:
        """After `Resync`: hear everything again, and offer again everything written here."""
        ...

    def receipt(self, shift: str, *, at: datetime) -> Receipt:
        """Over what the centre has told or acknowledged, not over what still waits."""
        ...


class Transport(Protocol):
    """A way to the centre. Raises the classes of `sync.errors` and nothing else that is expected."""

    async def exchange(self, request: SyncRequest) -> SyncReply: ...

    async def receipt(self, shift: str) -> Receipt: ...

    async def hello(self) -> Hello: ...

    async def enrol(self, enrolment: Enrolment) -> Enrolled: ...
