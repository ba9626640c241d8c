"""Reference data that came from the centre: read when it is heard, kept, and shown; nobody loses what they are doing.

The records are as the centre sent them, readable or not. What this app could read is kept beside them in a note: it is
what the tablet starts with, and what an entry falls back to.
"""

import asyncio
import logging
from collections.abc import Mapping

from app.domain.assisting import AssistDraft, keep_own
from app.domain.editions import Entries, Overlaid, overlaid
from app.domain.library import Library
from app.services.drafts import document
from app.services.recorder import Recorder
from app.store import Store, Write
from sync.protocol.reference import KEY, KINDS

NOTE = "reference"

_log = logging.getLogger(__name__)


def kept_library(store: Store, shipped: Library) -> Library:
    """What the tablet works with when it starts."""
    return overlaid(shipped, _kept(store), {}).library


class Reference:
    """Follows the centre's reference data."""

    def __init__(self, recorder: Recorder, shipped: Library) -> None:
        self._recorder, self._shipped = recorder, shipped
        self._seen: Mapping[str, int] = {}  # the centre's numbers of what was read last

    async def follow(self) -> None:
        """Read what is new since the last time, if anything is, and show it."""
        numbers = self._numbers()
        if numbers == self._seen:
            return
        kept, found = await asyncio.to_thread(self._read)
        for complaint in found.complaints:
            _log.warning("went on with what was there before: %s", complaint)
        if found.kept == kept or await self._take(found):
            self._seen = numbers

    async def _take(self, found: Overlaid) -> bool:
        """Keep and show it; a case that is open keeps its own steps, in the same write. False when the disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            before, after = recorder.library, found.library
            open_cases = [each for each in recorder.board.snapshot.drafts if isinstance(each, AssistDraft)]
            theirs = {each.id: keep_own(each, before.catalogue, after.catalogue) for each in open_cases}
            changed = {each.id: document(theirs[each.id]) for each in open_cases if theirs[each.id] != each}
            notes = {NOTE: {name: dict(fields) for name, fields in found.kept.items()}}
            if not await recorder.write(Write(drafts=changed, notes=notes)):
                return False
            recorder.board.show(library=after)
            recorder.board.show(**self._still_offered())
            return True

    def _still_offered(self) -> Mapping[str, object]:
        """Tiles stay where they are under a finger; only what is not offered any more goes."""
        now = self._recorder.board.snapshot
        if now.shift is None:
            return self._recorder.arranged()
        catalogue = now.library.catalogue
        return {"pinned": tuple(each for each in now.pinned if catalogue.procedure(each))}

    def _read(self) -> tuple[Entries, Overlaid]:
        kept = _kept(self._recorder.store)
        return kept, overlaid(self._shipped, kept, _heard(self._recorder.store))

    def _numbers(self) -> Mapping[str, int]:
        store = self._recorder.store
        return {each.id: each.seq for kind in KINDS for each in store.records(kind=kind)}


def _heard(store: Store) -> Entries:
    standing = (each for kind in KINDS for each in store.records(kind=kind) if not each.deleted)
    return {f"{each.kind}/{each.fields.get(KEY)}": each.fields for each in standing}


def _kept(store: Store) -> Entries:
    kept = store.note(NOTE)
    return kept if isinstance(kept, dict) else {}
