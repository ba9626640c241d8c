"""Damaged lines kept for experts: `store.set-aside`. The app never reads what they say."""

from collections.abc import Sequence
from pathlib import Path

from app.store.disk import replace_file, sync_file, sync_folder
from app.store.file import ASIDE
from app.store.lines import Codec

_NOWHERE = 0  # they have no place in any file


def set_aside(folder: Path, lines: Sequence[bytes]) -> bool:
    """Copy them there, as they were found. False when the disk would not."""
    try:
        with (folder / ASIDE).open("ab") as file:
            file.write(b"\n".join((*lines, b"")))
            file.flush()
            sync_file(file.fileno())
        sync_folder(folder)
    except OSError:
        return False
    return True


def close_aside(folder: Path, codec: Codec) -> None:
    """Lines that were set aside in clear can only be read with the key. Doing it again changes nothing."""
    try:
        lines = (folder / ASIDE).read_bytes().removesuffix(b"\n").split(b"\n")
    except FileNotFoundError:
        return
    closed = [line if _is_closed(line, codec) else codec.close(line, codec.new_file(), _NOWHERE) for line in lines]
    if closed != lines:
        replace_file(folder / ASIDE, b"\n".join((*closed, b"")))


def _is_closed(line: bytes, codec: Codec) -> bool:
    return codec.file_of(line, _NOWHERE) != ""
