"""A tablet without a screen: the real services on the real store, with a clock and pauses that the test moves."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import count
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

from app.domain.assisting import AssistDraft, Ending
from app.domain.library import Library
from app.domain.sessions import Choice
from app.domain.workshops import SessionDraft
from app.services.aliases import Aliases
from app.services.assisting import Assisting
from app.services.browsing import Browsing
from app.services.carrying import Carrying
from app.services.correcting import Correcting
from app.services.recorder import Recorder, Surroundings
from app.services.reference import Reference, kept_library
from app.services.requests import Requests
from app.services.reviewing import Reviewing
from app.services.shifts import Shifts
from app.services.syncing import Syncing
from app.services.waiting import Line
from app.services.workshops import Workshops
from app.settings import REFERENCE
from app.shell import read_library
from app.state import Board, Snapshot
from app.store import CHECKSUM, Store, StoredRecord, Times
from app.store.lines import Codec
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Outcome, SessionKind

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1)))
DEVICE = "dddddddd-0000-4000-8000-000000000001"
DONE = Ending(Outcome.COMPLETED)
PLANNED = Choice(SessionKind.PLAN, ("3",), "balafia")
LABOUR = "m8-vida-laboral"


@cache
def library() -> Library:
    """What the app ships, read once for all tests."""
    return read_library(REFERENCE)


class Time:
    """Stands still until the test lets it pass; whoever sleeps meanwhile wakes when it is due."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        waking: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.at + timedelta(seconds=seconds), waking))
        await waking

    async def pass_by(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let this much time pass, and everybody who was due do what they were waiting for."""
        await turns()  # who is about to sleep does so before the time passes
        self.at += timedelta(minutes=minutes, seconds=seconds)
        for until, waking in self._sleepers:
            if until <= self.at and not waking.done():
                waking.set_result(None)
        await turns()


async def turns(number: int = 12) -> None:
    """As many turns of the event loop as anything due needs."""
    for _ in range(number):
        await asyncio.sleep(0)


def counted_ids(series: int = 0) -> Callable[[], str]:
    """UUIDs in a row, another row for each series."""
    numbers = count(1)
    return lambda: f"{next(numbers):08x}-{series:04x}-4000-8000-000000000000"


@dataclass
class Tablet:
    """Everything from the store to the board, as `app.shell` puts it together."""

    folder: Path
    time: Time
    new_id: Callable[[], str]
    library: Library = field(default_factory=library)
    device: str = DEVICE
    codec: Codec = CHECKSUM
    _next: "Tablet | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.store = Store.open(self.folder, new_id=self.new_id, codec=self.codec)
        begun = self.time.at
        self.store.witness.begin(lambda: Times(self.time(), max(0, int((self.time.at - begun).total_seconds()))))
        self.board = Board(Snapshot(kept_library(self.store, self.library)))
        around = Surroundings(self.time, self.new_id, self.time.sleep, self.device)
        self.recorder = Recorder(self.store, self.board, around)
        self.assisting = Assisting(self.recorder)
        self.workshops = Workshops(self.recorder)
        self.aliases = Aliases(self.recorder)
        self.shifts = Shifts(self.recorder)
        self.requests = Requests(self.recorder)
        self.reviewing = Reviewing(self.recorder, self.assisting, self.workshops, self.requests)
        self.browsing = Browsing(self.recorder)
        self.correcting = Correcting(self.recorder, self.assisting, self.workshops, self.requests)
        self.syncing = Syncing(self.recorder)
        self.carrying = Carrying(self.recorder)
        self.line = Line(self.recorder)
        self.recorder.saved = self.syncing.saved
        self.reference = Reference(self.recorder, self.library)
        self.syncing.heard = self.reference.follow
        self.board.show(**self.recorder.pictured(), **self.recorder.arranged())

    @property
    def now(self) -> Snapshot:
        """What the screens show."""
        return self.board.snapshot

    def killed_and_started(self, *, library: Library | None = None) -> "Tablet":
        """Another process on the same folder; this tablet cannot be used any more. Closing the store only gives its
        lock back, as the system does for a dead process: it writes nothing."""
        self.store.close()
        self._next = Tablet(self.folder, self.time, self.new_id, library or self.library, self.device, self.codec)
        return self._next

    def close(self) -> None:
        self.store.close()
        if self._next:
            self._next.close()

    async def with_shift(self) -> "Tablet":
        assert await self.shifts.start("balafia", "C3")
        return self

    async def with_case(self, procedure_id: str = LABOUR) -> str:
        draft_id = await self.assisting.begin(procedure_id)
        assert draft_id is not None
        return draft_id

    async def with_list(self, choice: Choice = PLANNED) -> str:
        draft_id = await self.workshops.begin(choice)
        assert draft_id is not None
        return draft_id

    def case(self, draft_id: str) -> AssistDraft:
        draft = self.now.draft(draft_id)
        assert isinstance(draft, AssistDraft)
        return draft

    def list_(self, draft_id: str) -> SessionDraft:
        draft = self.now.draft(draft_id)
        assert isinstance(draft, SessionDraft)
        return draft

    def standing(self, kind: Kind) -> tuple[StoredRecord, ...]:
        """Records of a kind that are not deleted, newest first."""
        return tuple(each for each in self.store.records(kind=kind) if not each.deleted)

    def one(self, kind: Kind) -> StoredRecord:
        (record,) = self.standing(kind)
        return record

    @contextmanager
    def full_disk(self, *, room: int = 0) -> Iterator[None]:
        """The system itself refuses every byte past `room`: no file may go past the journal's last line."""
        most, hard = getrlimit(RLIMIT_FSIZE)
        size = len((self.folder / "store.journal").read_bytes().rstrip(b"\0"))
        setrlimit(RLIMIT_FSIZE, (size + room, hard))
        try:
            yield
        finally:
            setrlimit(RLIMIT_FSIZE, (most, hard))


MakeTablet = Callable[[], Tablet]


async def together(*things: Awaitable[object]) -> list[object]:
    """Several fingers at once."""
    return list(await asyncio.gather(*things))
