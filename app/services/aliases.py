"""Short names of seats on this tablet, and the work that wipes them when their time is over."""

import asyncio
import contextlib
import logging

from app.domain import aliases
from app.services.recorder import ALIASES, Recorder
from app.store import DiskRefused, Write

EVERY_SECONDS = 15 * 60

_log = logging.getLogger(__name__)


class Aliases:
    """Names a seat, and forgets names for good."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def name(self, session_id: str, slot: str, typed: str) -> None:
        """Call a seat so, from now on; by nothing when nothing was typed."""
        recorder = self._recorder
        async with recorder.lock:
            note = aliases.with_name(recorder.aliases, session_id, slot, typed, recorder.around.clock())
            await recorder.write(Write(notes={ALIASES: note}))

    async def run(self) -> None:
        """Never returns: wipes, and again every quarter of an hour, at the start too."""
        while True:
            with contextlib.suppress(DiskRefused):  # tried again the next time
                await self.wipe()
            await self._recorder.around.sleep(EVERY_SECONDS)

    async def wipe(self) -> None:
        """Let go of the names whose time is over, in what is shown and on the disk: the journal is written anew without
        them, as long as it takes. Raises DiskRefused."""
        recorder = self._recorder
        async with recorder.lock:
            note = recorder.aliases
            kept = aliases.still_kept(note, recorder.around.clock())
            if kept != note and await recorder.write(Write(notes={ALIASES: kept, WIPING: True})):
                _log.info("aliases of %d sessions wiped", len(note) - len(kept))
        if recorder.store.note(WIPING):  # also after a kill in between
            await asyncio.to_thread(recorder.store.compact)
            async with recorder.lock:
                await recorder.write(Write(notes={WIPING: None}))


WIPING = "aliases.wiping"
