"""Does a tablet's steps on a real store, and says what the store shows: the one place that opens a store."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Thread

from app.store import Recovery, Sealed, Store, Write
from app.store.lines import CHECKSUM
from sync.protocol.messages import SyncReply
from tests.torture.tablet import BULK_NOTES, Compact, Picture, Reopen, Seal, Step, picture

CODEC, CODECS = "TORTURE_CODEC", ("crc32", "sealed")
KEY = bytes(range(32))
NOTES = ("route", *BULK_NOTES)


class Names:
    """Names changes as the step at hand says."""

    def __init__(self) -> None:
        self._next: Iterator[str] = iter(())

    def begin(self, prefix: str) -> None:
        self._next = (f"{prefix}-{number}" for number in count(1))

    def __call__(self) -> str:
        return next(self._next)


class Hands:
    """A store, open, and someone at work on it."""

    def __init__(self, folder: Path, *, in_background: bool = False) -> None:
        """`in_background`: compact beside the next steps, not between them. Raises StoreTrouble."""
        self._folder, self._in_background = folder, in_background
        self._names = Names()
        self._compacting: Thread | None = None
        self.store = open_store(folder, self._names)

    def do(self, step: Step) -> None:
        """Returns when the store says that it is done. Raises StoreTrouble: then it was not done."""
        if isinstance(step, Write):
            self.store.write(step)
        elif isinstance(step, Seal):
            self._names.begin(step.prefix)
            self.store.seal(step.limit)
        elif isinstance(step, SyncReply):
            self.store.hear(step)
        elif isinstance(step, Compact):
            self._compact()
        elif isinstance(step, Reopen):
            self._reopen()

    def close(self) -> None:
        self._wait()
        self.store.close()

    def _compact(self) -> None:
        if not self._in_background:
            self.store.compact()
            return
        self._wait()
        self._compacting = Thread(target=self.store.compact, daemon=True)
        self._compacting.start()

    def _reopen(self) -> None:
        self.close()
        self.store = open_store(self._folder, self._names)

    def _wait(self) -> None:
        if self._compacting is not None:
            self._compacting.join()
            self._compacting = None


def open_store(folder: Path, names: Names | None = None) -> Store:
    """With the codec that the environment names."""
    codec = Sealed(KEY) if os.environ.get(CODEC) == "sealed" else CHECKSUM
    return Store.open(folder, new_id=names or Names(), codec=codec)


def shown_by(store: Store) -> Picture:
    """Everything the store shows. Notes are asked for by name: those the steps write."""
    notes = {name: note for name in NOTES if (note := store.note(name)) is not None}
    return picture({record.id: record for record in store.records()}, store.drafts(), notes, store.cursor())


def found_in(folder: Path) -> tuple[Picture, Recovery]:
    """What a store opened on this folder shows, and what it reports. Raises whatever opening or reading raises."""
    store = open_store(folder)
    try:
        return shown_by(store), store.recovery
    finally:
        store.close()
