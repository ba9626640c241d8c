"""Folders for the torture: in memory where the system has that: nothing waits for a disk, and none is worn."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY = Path("/dev/shm")  # noqa: S108


@contextmanager
def scratch() -> Iterator[Path]:
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="torture-", dir=where) as folder:
        yield Path(folder)


def empty_folder(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def copy_folder(folder: Path, to: Path) -> None:
    """The files as they are, into an emptied folder."""
    empty_folder(to)
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
