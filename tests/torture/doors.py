"""Python's doors to the disk, replaced while a watch lasts: in `os`, `io`, `builtins`, wherever one is kept by name.

A door that is missing here is noticed: whoever records compares with the real folder (`Recorder.check`).
"""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.torture.seam import Bytes, Seam, Watch

HOLDERS = ("app", "builtins", "io", "os", "pathlib", "tinydb")  # packages that may keep a door by name

Doors = list[tuple[Any, Any]]  # the real one, and ours


@contextmanager
def watched(folder: Path, watch: Watch) -> Iterator[None]:
    """While inside, `watch` sees what happens to the files of the folder; those there already come first."""
    replaced = {id(real): ours for real, ours in _doors(Seam(folder, watch))}
    undo: list[tuple[Any, str, Any]] = []
    holders = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in HOLDERS]
    try:
        for module in holders:
            for name, real in list(vars(module).items()):
                if id(real) in replaced:
                    undo.append((module, name, real))
                    setattr(module, name, replaced[id(real)])
        yield
    finally:
        for module, name, real in undo:
            setattr(module, name, real)


def _doors(seam: Seam) -> Doors:
    file_class = _file_class(seam)
    return [(io.FileIO, file_class), (io.open, _open(seam, file_class)), *_by_number(seam), *_by_name(seam)]


def _file_class(seam: Seam) -> type[io.FileIO]:
    class WatchedFile(io.FileIO):
        """A file without a buffer. Buffers are put over it, and call it when they are full."""

        def __init__(self, file: Any, mode: str = "r", closefd: bool = True, opener: Any = None) -> None:
            open_it = super().__init__
            seam.opened(file, "w" in mode, lambda: open_it(file, mode, closefd, opener), lambda _: self.fileno())

        def write(self, content: Any, /) -> int:
            return seam.written(self.fileno(), content, super().write, None)

        def truncate(self, size: int | None = None, /) -> int:
            cut = super().truncate
            return int(seam.resized(self.fileno(), "truncate", lambda: cut(size)))

    return WatchedFile


def _open(seam: Seam, file_class: type[io.FileIO]) -> Callable[..., Any]:
    real = io.open

    def is_ours(file: object) -> bool:
        return seam.file_of(file) is not None if isinstance(file, int) else seam.name_of(file) is not None

    def watched_open(
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        if not is_ours(file):
            return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
        raw = file_class(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return raw
        buffered = _buffered(raw, mode, buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline, buffering == 1)

    return watched_open


def _buffered(raw: io.FileIO, mode: str, size: int) -> Any:
    if "+" in mode:
        return io.BufferedRandom(raw, size)
    return io.BufferedReader(raw, size) if "r" in mode else io.BufferedWriter(raw, size)


def _by_number(seam: Seam) -> Doors:
    """What takes an open file's number."""
    pwrite, write, cut, allocate = os.pwrite, os.write, os.ftruncate, os.posix_fallocate
    pwritev, writev, fsync, fdatasync = os.pwritev, os.writev, os.fsync, os.fdatasync

    def watched_write(fd: int, content: Bytes, /) -> int:
        return seam.written(fd, content, lambda part: write(fd, part), None)

    def watched_writev(fd: int, contents: Any, /) -> int:
        return seam.written(fd, b"".join(contents), lambda part: writev(fd, [part]), None)

    def watched_pwrite(fd: int, content: Bytes, place: int, /) -> int:
        return seam.written(fd, content, lambda part: pwrite(fd, part, place), place)

    def watched_pwritev(fd: int, contents: Any, place: int, flags: int = 0, /) -> int:
        return seam.written(fd, b"".join(contents), lambda part: pwritev(fd, [part], place, flags), place)

    def watched_cut(fd: int, length: int, /) -> None:
        seam.resized(fd, "truncate", lambda: cut(fd, length))

    def watched_allocate(fd: int, place: int, length: int, /) -> None:
        seam.resized(fd, "allocate", lambda: allocate(fd, place, length))

    def watched_sync(fd: Any) -> None:
        seam.synced(fd if isinstance(fd, int) else fd.fileno(), fsync)

    def watched_datasync(fd: Any) -> None:
        seam.synced(fd if isinstance(fd, int) else fd.fileno(), fdatasync)

    return [
        (write, watched_write),
        (writev, watched_writev),
        (pwrite, watched_pwrite),
        (pwritev, watched_pwritev),
        (cut, watched_cut),
        (allocate, watched_allocate),
        (fsync, watched_sync),
        (fdatasync, watched_datasync),
    ]


def _by_name(seam: Seam) -> Doors:
    """What takes a path."""
    open_number, rename, move_over, remove, unlink, cut = (
        os.open,
        os.rename,
        os.replace,
        os.remove,
        os.unlink,
        os.truncate,
    )

    def watched_open(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        is_cutting = bool(flags & os.O_TRUNC)
        found = seam.opened(path, is_cutting, lambda: open_number(path, flags, mode, dir_fd=dir_fd), int)
        return int(found)

    def watched_rename(src: Any, dst: Any, **folders: Any) -> None:
        seam.renamed(src, dst, lambda: rename(src, dst, **folders))

    def watched_replace(src: Any, dst: Any, **folders: Any) -> None:
        seam.renamed(src, dst, lambda: move_over(src, dst, **folders))

    def watched_unlink(path: Any, **folders: Any) -> None:
        seam.removed(path, lambda: unlink(path, **folders))

    def watched_cut(path: Any, length: int) -> None:
        descriptor = path if isinstance(path, int) else open_number(path, os.O_WRONLY)
        try:
            seam.resized(descriptor, "truncate", lambda: cut(descriptor, length))
        finally:
            if descriptor is not path:
                os.close(descriptor)

    return [
        (open_number, watched_open),
        (rename, watched_rename),
        (move_over, watched_replace),
        (remove, watched_unlink),
        (unlink, watched_unlink),
        (cut, watched_cut),
    ]
