"""Between a program and the disk: sees every change of the files in one folder, and may refuse it.

`doors` leads everything through here. Operations happen one at a time, whatever the threads do.
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

from tests.torture.operations import Created, FolderSynced, Operation, Removed, Renamed, Resized, Synced, Written

Bytes = bytes | bytearray | memoryview


class Watch:
    """Lets everything pass. Its lock is held while something happens to the disk."""

    def __init__(self) -> None:
        self.lock = RLock()

    def asked(self, what: str, size: int = 0) -> int:
        """Before it happens: how many bytes of a write to take. May raise OSError: then it does not happen."""
        return size

    def did(self, operation: Operation) -> None:
        """It happened."""


class Seam:
    """Knows which file is which, by its inode."""

    def __init__(self, folder: Path, watch: Watch) -> None:
        self.folder, self.watch, self.lock = folder.resolve(), watch, watch.lock
        self._status = os.stat(self.folder)
        self._files: dict[int, int] = {}
        self._number = 0
        for path in sorted(self.folder.iterdir()):
            content, file = path.read_bytes(), self._new_file(path.stat().st_ino)
            for operation in (Created(path.name, file), Written(file, 0, content), Synced(file)):
                watch.did(operation)
        watch.did(FolderSynced())

    def name_of(self, path: object) -> str | None:
        """The name of a file of the folder; None for anything elsewhere."""
        if not isinstance(path, str | os.PathLike):
            return None
        whole = os.path.abspath(os.fspath(path))
        return os.path.basename(whole) if os.path.dirname(whole) == str(self.folder) else None

    def file_of(self, descriptor: int) -> int | None:
        status = os.fstat(descriptor)
        return self._files.get(status.st_ino) if status.st_dev == self._status.st_dev else None

    def is_folder(self, descriptor: int) -> bool:
        return os.path.samestat(os.fstat(descriptor), self._status)

    def opened(self, path: object, is_cutting: bool, action: Callable[[], Any], number: Callable[[Any], int]) -> Any:
        """Open a file of the folder: that may make it, or cut it to nothing."""
        name = self.name_of(path)
        if name is None:
            return action()
        with self.lock:
            self.watch.asked("open")
            before = os.stat(self.folder / name) if (self.folder / name).exists() else None
            opened = action()
            inode = os.fstat(number(opened)).st_ino
            if before is None:
                self.watch.did(Created(name, self._new_file(inode)))
            elif is_cutting and before.st_size:
                self.watch.did(Resized(self._files[inode], 0))
            return opened

    def written(self, descriptor: int, content: Bytes, action: Callable[[bytes], int], place: int | None) -> int:
        """`place` None: where the file stands, which an append decides only when it writes."""
        whole = bytes(content)
        with self.lock:
            file = self.file_of(descriptor)
            if file is None:
                return action(whole)
            size = action(whole[: self.watch.asked("write", len(whole))])
            start = os.lseek(descriptor, 0, os.SEEK_CUR) - size if place is None else place
            self.watch.did(Written(file, start, whole[:size]))
            return size

    def resized(self, descriptor: int, what: str, action: Callable[[], Any]) -> Any:
        with self.lock:
            file = self.file_of(descriptor)
            if file is None:
                return action()
            self.watch.asked(what)
            result = action()
            self.watch.did(Resized(file, os.fstat(descriptor).st_size))
            return result

    def synced(self, descriptor: int, action: Callable[[int], None]) -> None:
        with self.lock:
            file, is_folder = self.file_of(descriptor), self.is_folder(descriptor)
            if file is not None or is_folder:
                self.watch.asked("sync folder" if is_folder else "sync")
            action(descriptor)
            if is_folder:
                self.watch.did(FolderSynced())
            elif file is not None:
                self.watch.did(Synced(file))

    def renamed(self, name: object, to: object, action: Callable[[], None]) -> None:
        old, new = self.name_of(name), self.name_of(to)
        if old is None and new is None:
            return action()
        assert old is not None and new is not None, "a file came from or went to elsewhere"
        with self.lock:
            self.watch.asked("rename")
            file = self._files[os.stat(self.folder / old).st_ino]
            action()
            return self.watch.did(Renamed(old, new, file))

    def removed(self, path: object, action: Callable[[], None]) -> None:
        name = self.name_of(path)
        if name is None or not (self.folder / name).exists():
            return action()
        with self.lock:
            self.watch.asked("remove")
            action()
            return self.watch.did(Removed(name))

    def _new_file(self, inode: int) -> int:
        self._number += 1
        self._files[inode] = self._number
        return self._number
