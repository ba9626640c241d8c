"""One tablet of a history: the real store on a disk that may end it, and the real engine and transport."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Protocol

import httpx

from app.store import Counts, Edit, Store, StoredRecord, Times, Write
from sync.client.answers import Answer
from sync.client.engine import Engine
from sync.client.phase import Phase, Resting
from sync.client.transport import HttpTransport
from sync.errors import LinkDown
from sync.protocol.messages import SyncReply
from sync.protocol.receipts import Receipt
from sync.protocol.records import Change
from sync.protocol.trail import Trail
from tests.simulation import at_once
from tests.simulation.disk import Killed, Mortal, at_work
from tests.simulation.ledger import Shown, shown
from tests.simulation.making import new_id

Send = Callable[["Tablet", bytes, bool], Answer]  # a request, and whether it is packed

Ask = Callable[["Tablet", str], Answer]  # for the receipt of a shift


class Broken(BaseException):
    """The simulation itself is wrong."""


class Watcher(Protocol):
    """Hears what a tablet shows and keeps, as it happens."""

    def reports(self, tablet: "Tablet", phase: Phase) -> None: ...

    def moves(self, tablet: "Tablet", before: str, after: str) -> None:
        """The cursor was written."""

    def seals(self, tablet: "Tablet", changes: tuple[Change, ...]) -> None: ...

    def hears(self, tablet: "Tablet", reply: SyncReply) -> None: ...


@dataclass
class Around:
    """What a tablet has around it."""

    chance: Random
    clock: Callable[[], datetime]
    send: Send
    ask: Ask
    watcher: Watcher


class Tablet:
    def __init__(self, name: str, folder: Path, around: Around, *, connectors: int) -> None:
        self.name, self.folder, self.around = name, folder, around
        self.connectors = tuple(f"C{number}" for number in range(1, connectors + 1))
        self.token = ""
        self.shift = new_id(around.chance)
        self.forgotten: set[str] = set()  # records that were let go
        self.begun: dict[str, Shown | None] = {}  # records somebody has open, as they were shown then
        self.phase: Phase = Resting()
        self.answered = (0, 0)  # the centre's number, and how often it was restored, when it last began to answer
        self.store: Store
        self.open()

    def open(self) -> None:
        """The app is started. Raises Killed."""
        self.mortal = Mortal()
        chance = self.around.chance
        try:
            with at_work(self.mortal):
                self.store = Store.open(self.folder, new_id=lambda: new_id(chance))
        except BaseException:
            self.mortal.bury()
            raise
        self.store.witness.begin(lambda: Times(self.around.clock(), 0))
        transport = _Wire(self)
        outbox = _Outbox(self)
        self.engine = Engine(
            outbox, transport, clock=self.around.clock, report=self._reported, chance=self.around.chance.random
        )
        self.engine._batch = chance.choice((1, 2, 3, 5, 50))

    def die(self) -> None:
        """The app is not closed, it is gone. Nothing is written any more."""
        self.mortal.bury()

    def close(self) -> None:
        if not self.mortal.is_dead:
            with at_work(self.mortal):
                self.store.close()
        self.mortal.bury()

    def see(self, record_id: str) -> Shown | None:
        return shown(self.store.record(record_id))

    def rev(self, record_id: str) -> int:
        """Grows with everything that is written to a record here; 0 when there is none."""
        record = self.store.record(record_id)
        return 0 if record is None else record.rev

    def records(self) -> tuple[StoredRecord, ...]:
        return self.store.records()

    def counts(self) -> Counts:
        return self.store.counts()

    def save(self, *edits: Edit) -> None:
        """Returns when the person is told that it is saved. Raises Killed or StoreTrouble."""
        with at_work(self.mortal):
            self.store.write(Write(edits=edits))

    def compact(self) -> None:
        with at_work(self.mortal):
            self.store.compact()

    def forget(self, before: datetime) -> set[str]:
        """What has been at the centre since before, and is in a backup; which."""
        known = {record.id for record in self.records()}
        with at_work(self.mortal):
            self.store.forget_sent(before, safe=self.store.safe(), but_shift=self.shift)
        return known - {record.id for record in self.records()}

    def round(self, shift: str | None = None) -> Phase:
        """Raises Killed."""
        return at_once.run(self.engine.round(shift=shift))

    def _reported(self, phase: Phase) -> None:
        self.phase = phase
        try:
            self.around.watcher.reports(self, phase)
        except Exception as error:  # a mistake of the simulation's own: the engine must not take it for the disk's
            raise Broken from error


class _Outbox:
    """The store as the engine sees it. What it is asked during a flight finds the same tablet at work again."""

    def __init__(self, tablet: Tablet) -> None:
        self._tablet, self._store, self._mortal = tablet, tablet.store, tablet.mortal

    def counts(self) -> Counts:
        return self._store.counts()

    def cursor(self) -> str:
        return self._store.cursor()

    def past(self) -> str:
        return self._store.past()

    def seal(self, limit: int) -> tuple[Change, ...]:
        with at_work(self._mortal):
            changes = self._store.seal(limit)
        self._tablet.around.watcher.seals(self._tablet, changes)
        return changes

    def untold(self) -> Trail | None:
        return self._store.untold()

    def hear(self, reply: SyncReply) -> None:
        before = self._store.cursor()
        with at_work(self._mortal):
            self._store.hear(reply)
        self._tablet.around.watcher.moves(self._tablet, before, self._store.cursor())
        self._tablet.around.watcher.hears(self._tablet, reply)

    def restart(self) -> None:
        before = self._store.cursor()
        with at_work(self._mortal):
            self._store.restart()
        self._tablet.around.watcher.moves(self._tablet, before, "")

    def receipt(self, shift: str, *, at: datetime) -> Receipt:
        return self._store.receipt(shift, at=at)


class _Wire(HttpTransport):
    """The real transport up to the socket, and from the whole answer on."""

    def __init__(self, tablet: Tablet) -> None:
        def token() -> str:
            return tablet.token

        super().__init__("https://centre.test", token=token, clock=tablet.around.clock, through=_NO_NETWORK)
        self._tablet, self._mortal = tablet, tablet.mortal

    async def _answer(self, request: httpx.Request) -> Answer:
        shift = request.url.params.get("shift")
        if shift is not None:
            return self._tablet.around.ask(self._tablet, shift)
        is_packed = request.headers.get("content-encoding") == "gzip"
        answer = self._tablet.around.send(self._tablet, request.content, is_packed)
        if self._mortal.is_dead:
            raise Killed
        return answer


class _NoNetwork(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise LinkDown("a simulated tablet has no sockets")


_NO_NETWORK = _NoNetwork()
