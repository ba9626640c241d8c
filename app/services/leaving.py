"""Out of service: the centre was told that this tablet is lost. What waits is sealed for the centre, the rest
destroyed, and the parcels are brought to the drop box, however often the tablet is turned off meanwhile.
docs/lost-tablet.md.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from app.store import CHECKSUM, Codec, DiskRefused, KeyPlace, Left, StoreTrouble, destroy, write_left
from sync.client.carrying import DropBox, is_taken
from sync.client.phase import Cause, Phase, Stopped

AGAIN_SECONDS = 60.0

_log = logging.getLogger(__name__)


class Leaving:
    """Takes the place of the rounds with the centre, for good."""

    def __init__(
        self, folder: Path, place: KeyPlace, box: DropBox, pack: Callable[[], Left], codec: Codec = CHECKSUM
    ) -> None:
        """`pack` says what is to be left; it is asked until the disk has taken it. `codec` signs that; none does when
        the key is destroyed already."""
        self._folder, self._place, self._box, self._pack, self._codec = folder, place, box, pack, codec
        self._left: Left | None = None
        self._runs = False

    async def round(self, *, shift: str | None = None) -> Phase:
        """As far as it goes; trouble is tried again at the next one. Always out of service."""
        try:
            if self._left is None:
                left = await asyncio.to_thread(self._pack)
                await asyncio.to_thread(write_left, self._folder, left, self._codec)
                self._left = left
            if not self._left.is_kept:
                await self._place.forget()
                await asyncio.to_thread(destroy, self._folder)
            await self._bring(self._left)
        except StoreTrouble as trouble:
            _log.warning("not out of service yet: %s", type(trouble).__name__)
        return Stopped(Cause.DEVICE_LOST)

    async def run(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Rounds until everything was brought; one who runs them is enough."""
        if self._runs:
            return
        self._runs = True
        await self.round()
        while self._left is None or self._left.parcels:
            await sleep(AGAIN_SECONDS)
            await self.round()

    async def _bring(self, left: Left) -> None:
        while left.parcels and await is_taken(self._box, left.parcels[0]):
            rest = left.parcels[1:]
            left = self._left = replace(left, parcels=rest, token=left.token if rest else "")
            try:
                await asyncio.to_thread(write_left, self._folder, left, self._codec)
            except DiskRefused:  # it is brought once more after the next start, which changes nothing
                _log.warning("what was brought could not be noted")
