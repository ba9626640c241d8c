"""One round: exchange with the centre until neither side has more. It decides nothing about time or disk.

Safe at every point: what is offered is sealed on disk first, and leaves the outbox only on an answer that names it.
A round that is cut anywhere is made good by the next one.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sync.client import retry
from sync.client.phase import (
    Agreed,
    Answered,
    Asking,
    Cause,
    Event,
    Hindered,
    Offering,
    Phase,
    Resting,
    hindrance,
    next_phase,
)
from sync.client.ports import Outbox, Transport
from sync.errors import BatchTooLarge, CentreFault, LinkTooSlow, MalformedMessage, Resync, SyncError
from sync.protocol.messages import MAX_CHANGES, SyncReply, SyncRequest
from sync.protocol.receipts import Receipt, is_same_receipt
from sync.protocol.records import Change, Problem, Refused

FIRST_BATCH = 50
FAULTS_BEFORE_BLAME = 3  # failures of the centre in a row; from then on the change that it fails at is looked for
TRAIL_RESTS = timedelta(hours=1)  # after the centre failed at a request with a trail, or did not understand it
TOO_LARGE = Problem("/problems/too-large", "This change alone is too large to send.")
CENTRE_FAULT = Problem("/problems/centre-fault", "The centre fails at this change alone.")

_log = logging.getLogger(__name__)


class Engine:
    """Keeps one tablet's outbox and the centre in agreement, one round at a time."""

    def __init__(
        self,
        outbox: Outbox,
        transport: Transport,
        *,
        clock: Callable[[], datetime],
        report: Callable[[Phase], None],
        chance: Callable[[], float] = lambda: 0.5,
    ) -> None:
        """`clock` gives aware moments; `report` hears every phase; `chance` draws from 0 to 1 for the back-off."""
        self._outbox = outbox
        self._transport = transport
        self._clock = clock
        self._report = report
        self._chance = chance
        self._phase: Phase = Resting()
        self._batch = FIRST_BATCH
        self._ceiling = MAX_CHANGES
        self._faults = 0  # of the centre in a row, at what was sent
        self._has_blamed = False  # a change, in this round, and the centre took none since
        self._trail_rests_until = datetime.min.replace(tzinfo=UTC)
        self._turn = asyncio.Lock()

    async def round(self, *, shift: str | None = None) -> Phase:
        """Exchange until nothing waits here and nothing is new there, or until it cannot go on.

        With `shift`, the phase is Resting only if both ends then hold the same of that shift: it carries the receipt.
        Never raises for trouble: the phase says what happened. Rounds asked for at once run one after the other.
        """
        async with self._turn:
            try:
                event = await self._exchanges()
                if shift is not None and isinstance(event, Agreed):
                    event = await self._compared(shift)
                return self._move(event)
            except SyncError as error:
                _log.info("round ended: %s", error)
                return self._move(hindrance(error))
            except Exception:  # the disk, most likely: whatever it is, what waits still waits, and the loop lives on
                _log.exception("round broke off")
                return self._move(Hindered(Cause.TABLET_FAULT))

    async def _exchanges(self) -> Event:
        done, restarted = 0, False
        self._ceiling = MAX_CHANGES
        self._has_blamed = False
        while True:
            request = await self._request()
            self._move(Offering(done, request.waiting) if request.changes else Asking())
            try:
                reply = await self._answered(request)
            except Resync:
                if restarted:
                    raise
                restarted, done = True, 0
                await asyncio.to_thread(self._outbox.restart)
                continue
            if reply is None:
                continue
            done += sum(not isinstance(result, Refused) for result in reply.results)
            waiting = (await asyncio.to_thread(self._outbox.counts)).waiting
            self._move(Answered(done, waiting))
            if not reply.more and not (request.changes and waiting):
                self._faults = 0
                return Agreed()
            if not _is_progress(request, reply):
                return Hindered(Cause.MALFORMED)

    async def _answered(self, request: SyncRequest) -> SyncReply | None:
        """The answer, or None: to be asked again at once, with fewer changes or without what happened here."""
        try:
            return await self._exchange(request)
        except BatchTooLarge as error:
            await self._shrink(request, error)
        except (CentreFault, MalformedMessage) as error:
            if request.trail:  # what tells of the work must not keep the work here
                self._trail_rests_until = self._clock() + TRAIL_RESTS
            elif not isinstance(error, CentreFault) or not await self._narrow(request):
                raise
        return None

    async def _request(self) -> SyncRequest:
        offered = await asyncio.to_thread(self._outbox.seal, self._batch)
        counts = await asyncio.to_thread(self._outbox.counts)
        cursor = await asyncio.to_thread(self._outbox.cursor)
        past = await asyncio.to_thread(self._outbox.past)
        now = self._clock()
        is_resting = now < self._trail_rests_until <= now + TRAIL_RESTS  # a clock that was put back does not prolong it
        trail = None if is_resting else await asyncio.to_thread(self._outbox.untold)
        return SyncRequest(cursor, now, counts.waiting, counts.review, offered, past=past, trail=trail)

    async def _exchange(self, request: SyncRequest) -> SyncReply:
        """The part of the answer that is about what was offered, already written down."""
        try:
            answer = await self._transport.exchange(request)
        except LinkTooSlow:
            self._batch = max(1, len(request.changes) // 2) if request.changes else self._batch
            raise
        reply = _about(request, answer)
        await asyncio.to_thread(self._outbox.hear, reply)
        self._has_blamed = self._has_blamed and not reply.results
        if len(request.changes) == self._batch:
            self._batch = min(self._batch + (self._batch + 1) // 2, self._ceiling)
        return reply

    async def _shrink(self, request: SyncRequest, error: BatchTooLarge) -> None:
        """Half as many from now on. One change that the centre cannot take even alone is set aside for a person."""
        offered = request.changes
        if len(offered) > 1:
            self._batch = self._ceiling = len(offered) // 2
            return
        if not offered or not error.by_centre:
            raise error
        await self._set_aside(offered[0], TOO_LARGE, request.cursor)

    async def _narrow(self, request: SyncRequest) -> bool:
        """After the centre failed: whether to go on at once, with fewer changes or without the guilty one.

        A change is guilty when the centre fails at it alone, and does not fail without it. When it fails at the next
        one as well, it may fail at all of them: that one is looked at in the next round.
        """
        offered = request.changes
        self._faults += bool(offered)
        if not offered or self._faults < FAULTS_BEFORE_BLAME or self._has_blamed:
            return False
        if len(offered) > 1:
            self._batch = self._ceiling = len(offered) // 2
            return True
        await self._exchange(replace(request, changes=()))
        await self._set_aside(offered[0], CENTRE_FAULT, await asyncio.to_thread(self._outbox.cursor))
        self._ceiling = MAX_CHANGES
        self._has_blamed = True
        return True

    async def _set_aside(self, change: Change, problem: Problem, cursor: str) -> None:
        """For a person, as if the centre had refused it; the others go on."""
        _log.warning("set aside one change: %s", problem.type)
        results = (Refused(change.op, problem),)
        await asyncio.to_thread(self._outbox.hear, SyncReply(cursor, True, 0, self._clock(), results))

    async def _compared(self, shift: str) -> Event:
        """Agreed when both ends hold the same of the shift, after hearing once more or, if need be, offering again."""
        for mend in (_nothing, self._outbox.restart):
            receipt = await self._shared_receipt(shift)
            if receipt:
                return Agreed(receipt)
            _log.warning("the two ends do not hold the same of a shift")
            await asyncio.to_thread(mend)
            event = await self._exchanges()
            if not isinstance(event, Agreed):
                return event
        receipt = await self._shared_receipt(shift)
        return Agreed(receipt) if receipt else Hindered(Cause.DIFFERENCE)

    async def _shared_receipt(self, shift: str) -> Receipt | None:
        theirs = await self._transport.receipt(shift)
        ours = await asyncio.to_thread(self._outbox.receipt, shift, at=theirs.at)
        return theirs if is_same_receipt(ours, theirs) else None

    def _move(self, event: Event) -> Phase:
        self._phase = next_phase(self._phase, event, now=self._clock(), pause=self._pause)
        self._report(self._phase)
        return self._phase

    def _pause(self, attempt: int, asked: timedelta | None) -> timedelta:
        return retry.pause(attempt, chance=self._chance(), asked=asked)


def _nothing() -> None:
    """Ask again: somebody else may have written in between."""


def _about(request: SyncRequest, reply: SyncReply) -> SyncReply:
    """The reply without results for changes that were never sent: nothing may be ticked off by mistake."""
    sent = {change.op for change in request.changes}
    results = tuple(result for result in reply.results if result.op in sent)
    if len(results) != len(reply.results):
        _log.warning("passed over %d results for changes never sent", len(reply.results) - len(results))
    return replace(reply, results=results)


def _is_progress(request: SyncRequest, reply: SyncReply) -> bool:
    """Whether asking again can bring more. A centre that answers nothing it was asked must not be asked for ever."""
    return bool(reply.results) if request.changes else reply.cursor != request.cursor
