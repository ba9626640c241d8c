"""Files that appear whole or not at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Gives a path beside to write to. When the block ends well, that file is on the disk as `path`, else gone."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)  # of one that was killed
    beside.touch(mode=0o600)  # what is in it is nobody else's on this machine
    try:
        yield beside
        _to_disk(beside)
        os.replace(beside, path)
        _to_disk(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    with whole_file(path) as beside, beside.open("wb") as file:
        file.writelines(pieces)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
