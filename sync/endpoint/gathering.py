"""Exchanges that wait for their turn at the same moment, answered with one commit.

At the end of a shift all tablets come at once, and the disk takes as long to make one batch durable as it takes for
five. First come, first served: who has to wait for the counter anyway waits here, and leaves the threads to those who
read and write messages meanwhile; and SQLite has no queue of its own.
"""

import asyncio
from collections import deque
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sync.endpoint.exchange import Centre, Offer
from sync.errors import CentreBusy
from sync.protocol.messages import MAX_CHANGES, SyncReply

MOST_CHANGES = 2 * MAX_CHANGES  # in one commit: nobody waits longer for others than for two large batches
MOST_TABLETS = 16  # likewise: who brings little may have a large page to hear


@dataclass(slots=True)
class _Waiting:
    offer: Offer
    answer: asyncio.Future[SyncReply]
    is_alone: bool = False  # takes no others along, nor others it

    def hear(self, answer: SyncReply | BaseException) -> None:
        if self.answer.done():  # called off
            return
        if isinstance(answer, BaseException):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)


class Gathering:
    """What waits for its turn at one centre, in the order it came."""

    def __init__(self, centre: Centre, turn: AbstractAsyncContextManager[None], desk: Executor | None = None) -> None:
        """`desk` is where the work is done; None: where the loop does what blocks."""
        self._centre = centre
        self._turn = turn
        self._desk = desk
        self._waiting: deque[_Waiting] = deque()

    async def exchange(self, offer: Offer) -> SyncReply:
        """The answer to one tablet, after its commit. Raises what `Centre.exchange` raises, for this tablet alone."""
        mine = _Waiting(offer, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._turn:
                while not mine.answer.done():
                    await self._serve(self._first_in_line())
        finally:
            mine.answer.cancel()  # whoever is called off waits for nothing
        return mine.answer.result()

    def _first_in_line(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        while self._waiting and (not group or _has_room(group, self._waiting[0])):
            one = self._waiting.popleft()
            if not one.answer.done():
                group.append(one)
        return group

    async def _serve(self, group: list[_Waiting]) -> None:
        offers = [one.offer for one in group]
        taking = asyncio.get_running_loop().run_in_executor(self._desk, self._centre.exchange_together, offers)
        try:
            (answers,) = await asyncio.gather(taking, return_exceptions=True)
        except asyncio.CancelledError:
            # Whoever asked is gone. The others' changes may be taken already: the same again is answered the same.
            self._waiting.extendleft(reversed(group))
            raise
        if isinstance(answers, CentreBusy):  # the place's fault: each in line would wait as long for the same
            for one in (*group, *self._waiting):
                one.hear(CentreBusy())
            self._waiting.clear()
        elif not isinstance(answers, BaseException):
            for one, answer in zip(group, answers, strict=True):
                one.hear(answer)
        elif len(group) == 1:
            group[0].hear(answers)
        else:  # nothing was taken: the fault is one tablet's, and must not be the others'
            for one in group:
                one.is_alone = True
            self._waiting.extendleft(reversed(group))


def _has_room(group: list[_Waiting], one: _Waiting) -> bool:
    """Whether a group that is not empty takes one more."""
    changes = sum(each.offer.size for each in (*group, one))
    is_apart = one.is_alone or group[0].is_alone or one.offer.device.tenant != group[0].offer.device.tenant
    return not is_apart and len(group) < MOST_TABLETS and changes <= MOST_CHANGES
