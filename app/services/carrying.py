"""What is carried to the centre by a person where no network comes. It marks nothing as sent: only the centre's own
answer does, at the next round, and then it makes no difference that a part of it had come before."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.domain.happenings import Event, Happening
from app.services.recorder import Recorder
from app.state import Trouble
from app.store import DiskRefused, Write
from sync.client.carrying import Sender, lines_to_carry


@dataclass(frozen=True, slots=True)
class Carried:
    """Everything that waited at one moment, sealed for the centre."""

    lines: tuple[str, ...]  # of one parcel or several: each is a code, together they are a file
    made_at: datetime

    @property
    def file(self) -> bytes:
        return "".join(f"{line}\n" for line in self.lines).encode("ascii")


class Carrying:
    """Makes parcels, once somebody has said who this tablet is to the centre: nobody ever does during practice."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._sender: Callable[[], Sender | None] = lambda: None

    def use(self, sender: Callable[[], Sender | None]) -> None:
        """Parcels are this sender's from now on; none while it is None."""
        self._sender = sender

    @property
    def is_possible(self) -> bool:
        """Whether this tablet has a key that only the centre can open things with."""
        return self._sender() is not None

    async def pack(self) -> Carried | None:
        """What would be offered over the network now, under the same `op`. None when nothing waits, when there is no
        key that can be used, or when the disk refused, which the board then says."""
        sender, around = self._sender(), self._recorder.around
        if sender is None:
            return None
        try:
            lines = await asyncio.to_thread(lines_to_carry, self._recorder.store, sender, clock=around.clock)
        except DiskRefused as error:
            self._recorder.board.show(trouble=Trouble("trouble.disk", str(error)))
            return None
        if not lines:
            return None
        await self._note(len(lines))
        return Carried(lines, around.clock())

    async def _note(self, lines: int) -> None:
        """That something leaves, before it does. A full disk keeps nobody from carrying: then it is noted later."""
        recorder = self._recorder
        carried = Event(Happening.CARRIED, recorder.board.snapshot.entered, result=str(lines))
        try:
            await asyncio.to_thread(recorder.store.write, Write(events=(carried,)))
        except DiskRefused:
            recorder.store.witness.tell(carried)
