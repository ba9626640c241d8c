"""Sending: by itself at the start, after a save, when a network comes, on a timer; and at once when someone asks.

Saving never waits for it. What the board shows comes from the disk's counts, whatever the network does.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from app.domain.happenings import Event, Happening
from app.services import picture
from app.services.planning import remember_board
from app.services.recorder import Recorder
from app.store import DiskRefused
from sync.client.phase import Cause, Fetching, Phase, Resting, Sending, Stopped, Waiting

SAVE_PAUSE = timedelta(seconds=12)
"""How long after a save it is sent: longer than "undo" is offered, so that what was taken back never leaves."""

TIMER = timedelta(minutes=15)

KEPT = timedelta(days=7)
"""How long what was sent stays on the tablet at least, to be looked at and corrected."""

AGREED = "agreed"  # what is told when it works again

_log = logging.getLogger(__name__)


class Rounds(Protocol):
    """What runs one round with the centre (`sync.client.engine.Engine`)."""

    async def round(self, *, shift: str | None = None) -> Phase: ...


Prepare = Callable[[Phase], Awaitable[Phase | None]]


class Syncing:
    """Runs rounds, one at a time, and hangs on the board what became of them."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._engine: Rounds | None = None
        self._prepare: Prepare = _nothing_to_prepare
        self.lost: Callable[[], None] = _nothing_is_lost  # told when the centre gave the tablet up
        self.heard: Callable[[], Awaitable[None]] = _nobody_listens  # told after each round: news may have come
        self._woken = asyncio.Event()
        self._saved = asyncio.Event()
        self._let_go_on: date | None = None
        self._cause: Cause | None = None  # why the last round did not work
        self._turn = asyncio.Lock()  # a one-time code must not be traded twice

    @property
    def phase(self) -> Phase:
        """How the last round ended, or goes on."""
        return self._recorder.board.snapshot.sync.phase

    def use(self, engine: Rounds, prepare: Prepare) -> None:
        """Rounds go through this engine from now on; `prepare` comes before each, hears how the last one ended, and may
        say why none is possible."""
        self._engine, self._prepare = engine, prepare

    async def run(self) -> None:
        """Never returns. A round, then a wait: until it is time again, a network comes, or something is saved."""
        while True:
            self._woken.clear()  # before the round: what comes during it may have come too late for it
            try:
                phase = await self.send_now()
            except Exception:  # in what is shown or made of the news: what waits must still be sent, later
                _log.exception("a round broke off")
                phase = None
            await self._pause(phase)

    def wake(self) -> None:
        """A network may be back: try now."""
        self._woken.set()

    def saved(self) -> None:
        """Something more waits to be sent."""
        self._saved.set()

    async def send_now(self) -> Phase | None:
        """One round, at once; returns when it is over. Of a shift that has ended, both ends' receipts are compared."""
        if self._engine is None:
            return None
        async with self._turn:
            self._saved.clear()
            last = self._recorder.board.snapshot.sync.phase
            phase = await self._prepare(last) or await self._engine.round(shift=self._ended_shift())
            await self._let_go(phase)
            self.report(phase)
            self._tell(phase)
            if phase == Stopped(Cause.DEVICE_LOST):
                self.lost()
        await self.heard()
        return phase

    def _tell(self, phase: Phase) -> None:
        """Why it does not work, when that changes; not of each round in which there was nothing to say."""
        cause = phase.cause if isinstance(phase, Waiting | Stopped) else None
        if cause != self._cause:
            self._recorder.store.witness.tell(Event(Happening.SYNC, result=cause.value if cause else AGREED))
        self._cause = cause

    def report(self, phase: Phase) -> None:
        """Hang the phase on the board with the disk's counts."""
        recorder = self._recorder
        records = recorder.store.records()
        counts = recorder.store.counts()
        sync = replace(
            recorder.board.snapshot.sync,
            phase=phase,
            waiting=counts.waiting,
            review=counts.review,
            last_sent_at=picture.last_sent(records),
            last_written_at=picture.last_written(records),
            offline_since=self._offline_since(phase),
        )
        recorder.board.show(sync=sync, **picture.of_records(recorder.store, records, phase))

    def _offline_since(self, phase: Phase) -> datetime | None:
        """Since when there has been no answer; trying again does not end it, an answer does."""
        since = self._recorder.board.snapshot.sync.offline_since
        match phase:
            case Waiting(cause=Cause.NO_CONNECTION):
                return since or self._recorder.around.clock()
            case Fetching() | Sending(done=0):
                return since
        return None

    async def _let_go(self, phase: Phase) -> None:
        """Once a day, of what has been at the centre for a week and is in a backup. By this tablet's clock: a wrong one
        lets go of it sooner or later, never of what is not safe."""
        recorder = self._recorder
        now, shift = recorder.around.clock(), recorder.board.snapshot.shift
        safe = recorder.store.safe()
        if not isinstance(phase, Resting) or not safe or self._let_go_on == now.date():
            return
        with contextlib.suppress(DiskRefused):  # the next round tries again
            kept = shift.id if shift else None
            await asyncio.to_thread(remember_board, recorder.store)
            await asyncio.to_thread(recorder.store.forget_sent, now - KEPT, safe=safe, but_shift=kept)
            self._let_go_on = now.date()

    def _ended_shift(self) -> str | None:
        shift = self._recorder.board.snapshot.shift
        return shift.id if shift is not None and shift.ended_at else None

    async def _pause(self, phase: Phase | None) -> None:
        """Wait for whichever comes first. After a failure a save does not hurry: it would only fail too."""
        seconds = until_next(phase, self._recorder.around.clock()).total_seconds()
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._woken.wait())]
        if not isinstance(phase, Waiting):
            waits.append(asyncio.ensure_future(self._saved_and_settled()))
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await wait

    async def _saved_and_settled(self) -> None:
        await self._saved.wait()
        while self._saved.is_set():  # what was saved during the pause has a pause of its own
            self._saved.clear()
            await self._recorder.around.sleep(SAVE_PAUSE.total_seconds())


def until_next(phase: Phase | None, now: datetime) -> timedelta:
    """How long until the next round when nothing else happens."""
    return max(phase.until - now, timedelta(seconds=1)) if isinstance(phase, Waiting) else TIMER


async def _nobody_listens() -> None:
    """Until somebody wants to hear."""


def _nothing_is_lost() -> None:
    """Until somebody goes out of service."""


async def _nothing_to_prepare(_last: Phase) -> Phase | None:
    return None
