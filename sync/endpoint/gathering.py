"""Exchanges that wait for their turn at the same moment, answered with one commit.

At the end of a shift all tablets come at once, and the disk takes as long to make one batch durable as it takes for
five. First come, first served: who has to wait for the counter anyway waits here, and leaves the threads to those who
read and write messages meanwhile; and SQLite has no queue of its own.
"""

import asyncio
from collections import deque
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sync.endpoint.exchange import Centre, Offer
from sync.protocol.messages import MAX_CHANGES, SyncReply

MOST_CHANGES = MAX_CHANGES  # in one commit: nobody waits longer for others than for one large batch


@dataclass(frozen=True, slots=True)
class _Waiting:
    offer: Offer
    answer: asyncio.Future[SyncReply]

    def hear(self, answer: SyncReply | BaseException) -> None:
        if self.answer.done():  # called off
            return
        if isinstance(answer, BaseException):
            self.answer.set_exception(answer)
        else:
            self.answer.set_result(answer)


class Gathering:
    """What waits for its turn at one centre, in the order it came."""

    def __init__(self, centre: Centre, turn: AbstractAsyncContextManager[None]) -> None:
        self._centre = centre
        self._turn = turn
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
        changes = 0
        while self._waiting and (not group or changes + self._waiting[0].offer.size <= MOST_CHANGES):
            one = self._waiting.popleft()
            if not one.answer.done():
                group.append(one)
                changes += one.offer.size
        return group

    async def _serve(self, group: list[_Waiting]) -> None:
        taking = asyncio.to_thread(self._centre.exchange_together, [one.offer for one in group])
        try:
            (answers,) = await asyncio.gather(taking, return_exceptions=True)
        except asyncio.CancelledError:
            # Whoever asked is gone. The others' changes may be taken already: the same again is answered the same.
            self._waiting.extendleft(reversed(group))
            raise
        if not isinstance(answers, BaseException):
            for one, answer in zip(group, answers, strict=True):
                one.hear(answer)
        elif len(group) == 1:
            group[0].hear(answers)
        else:  # nothing was taken: the fault is one tablet's, and must not be the others'
            for one in group:
                await self._serve([one])
