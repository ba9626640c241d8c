"""What was damaged on the disk and set aside: said until a person has seen it, whatever is turned off meanwhile."""

import contextlib

from app.services.recorder import Recorder
from app.store import DiskRefused, Write

DAMAGED = "damaged_lines"  # note: how many nobody has seen yet


class Damage:
    """Of one store. How many lines of it could not be read, until somebody says that they know."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        found, store = recorder.store.recovery.bad_lines, recorder.store
        noted = store.note(DAMAGED)
        lines = found + (noted if isinstance(noted, int) else 0)
        if found:
            with contextlib.suppress(DiskRefused):  # said now in any case, and then as long as the app runs
                store.write(Write(notes={DAMAGED: lines}))
        recorder.board.show(damaged=lines)

    async def seen(self) -> None:
        """A person knows. What is set aside stays where it is."""
        async with self._recorder.lock:
            if await self._recorder.write(Write(notes={DAMAGED: None})):
                self._recorder.board.show(damaged=0)
