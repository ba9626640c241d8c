"""A tablet's disk that can end the tablet: before, in the middle of, or after anything that is asked of it.

The files are real ones, in memory. What is asked goes through here because these few names of the store's are replaced.
Syncing does nothing: a kill is no power cut. `make torture` cuts the power.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from app.store import aside, disk, file, journal, store
from app.store.disk import FolderLock
from app.store.file import FreshFile
from tests.simulation.planting import planted


class Killed(BaseException):
    """The tablet is gone at this instant. Nothing of its program may run any more."""


class Mortal:
    """One run of the app on one tablet, from start to end, as its disk sees it."""

    def __init__(self) -> None:
        self._left: int | None = None  # operations until the end; None: no end in sight
        self._share = 0.0  # of the last operation that still happens
        self.is_dead = False
        self.open: list[FileIO | FolderLock] = []

    def doom(self, operations: int, share: float) -> None:
        """After so many operations more the next one is the last: `share` of it happens (0 nothing, 1 all)."""
        self._left, self._share = operations, share

    def spare(self) -> None:
        self._left = None

    def does(self, operation: Callable[[], Any]) -> Any:
        """An operation that cannot happen in part."""
        if not self._is_last():
            return operation()
        if self._share >= 0.5:
            operation()
        raise self._end()

    def writes(self, content: bytes, write: Callable[[bytes], int]) -> int:
        if not self._is_last():
            return write(content)
        write(content[: round(len(content) * self._share)])
        raise self._end()

    def bury(self) -> None:
        """The system closes what a dead process had open."""
        self.is_dead = True
        for one in self.open:
            one.release() if isinstance(one, FolderLock) else one.close()

    def _is_last(self) -> bool:
        if self.is_dead:
            raise Killed
        if self._left is None:
            return False
        self._left -= 1
        return self._left < 0

    def _end(self) -> Killed:
        self.is_dead = True
        return Killed()


_at_work = Mortal()  # whoever asks something of a disk now


@contextmanager
def at_work(mortal: Mortal) -> Iterator[None]:
    """While inside, what is asked of the disk is asked by this one."""
    global _at_work
    before, _at_work = _at_work, mortal
    try:
        yield
    finally:
        _at_work = before


@contextmanager
def simulated_disk() -> Iterator[None]:
    """While inside, every store's disk asks who is at work, and nothing happens beside anything else."""
    with planted(
        (file, "FileIO", _File),
        (file, "sync_file", _sync),
        (file, "sync_folder", _sync),
        (disk, "sync_file", _sync),
        (aside, "sync_file", _sync),
        (journal, "sync_folder", _sync),
        (journal, "FolderLock", _Lock),
        (journal, "FreshFile", _Fresh),
        (store, "Thread", _NoThread),
    ):
        yield


class _File(FileIO):
    def __init__(self, path: Path, mode: str) -> None:
        super().__init__(path, mode)
        _at_work.open.append(self)

    def write(self, content: Any, /) -> int:
        return _at_work.writes(bytes(content), super().write)

    def truncate(self, size: int | None = None, /) -> int:
        cut = super().truncate
        return int(_at_work.does(lambda: cut(size)))


class _Lock(FolderLock):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        _at_work.open.append(self)


class _Fresh(FreshFile):
    def move_to(self, path: Path) -> None:
        move = super().move_to
        _at_work.does(lambda: move(path))


class _NoThread:
    """What would run beside everything else runs at once: one seed is one history."""

    def __init__(self, target: Callable[[], None] | None = None) -> None:
        self._target = target

    def start(self) -> None:
        if self._target is not None:
            self._target()

    def is_alive(self) -> bool:
        return False


def _sync(_: object) -> None:
    _at_work.does(lambda: None)
