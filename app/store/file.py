"""The journal as a file: whole lines up to `end`, and after that nothing that counts. Knows bytes, not what they say.

Behind the last line there is room, made ahead and full of NULs: to write into a file is several times faster than to
make it longer, because the disk then need not note its length as well. So what a crash leaves of a line is a line with
NULs in it, or none.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path

from app.store.disk import sync_file, sync_folder
from app.store.lines import Codec, Header, Patch, header_line, line_of

JOURNAL, FRESH, ASIDE, LOCK = "store.journal", "store.journal.new", "store.set-aside", "store.lock"
AHEAD = 64 * 1024  # bytes of room made at a time


class JournalFile:
    """The file in use. After an OSError it is as it was before, or will be before the next line is written."""

    def __init__(self, path: Path, end: int) -> None:
        self._path, self._file = path, FileIO(path, "r+b")
        self._size = os.fstat(self._file.fileno()).st_size
        self.end = end  # of the last line that somebody was told is saved
        self._is_dirty = end < self._size
        if self._is_dirty:
            with suppress(OSError):  # the next line begins with this
                self._cut_back()

    def append(self, line: bytes) -> None:
        """Returns when the line survives a power cut."""
        try:
            if self._is_dirty or self._file.closed:
                self._cut_back()
            self._is_dirty = True
            if self.end + len(line) > self._size:
                self._make_room(self.end + len(line) + AHEAD)
            _write(self._file, self.end, line)
            sync_file(self._file.fileno())
        except OSError:
            with suppress(OSError):  # else it is still dirty, and the next line begins with this
                self._cut_back()
            raise
        self.end, self._is_dirty = self.end + len(line), False
        self._size = max(self._size, self.end)

    def mend(self) -> None:
        """The last line ends in a line break again."""
        _write(self._file, self.end - 1, b"\n")
        sync_file(self._file.fileno())

    def become(self, fresh: "FreshFile") -> None:
        """The fresh file, which is synced, takes the place and the name of this one."""
        self._file.close()  # Windows replaces no open file
        fresh.move_to(self._path)
        self.end = self._size = fresh.size
        self._is_dirty = True  # until the folder is synced: before that a power cut may bring the old file back
        with suppress(OSError):  # the next line begins with this
            self._file = FileIO(self._path, "r+b")
            sync_folder(self._path.parent)
            self._is_dirty = False

    def close(self) -> None:
        with suppress(OSError):
            if self._is_dirty:
                self._cut_back()  # or the next opening would find what was refused
            elif not self._file.closed:
                self._file.truncate(self.end)  # NULs at the end are nothing; without them it is smaller
        self._file.close()

    def _make_room(self, size: int) -> None:
        with suppress(OSError):  # the disk is nearly full: perhaps there is room for the line
            _write(self._file, self._size, bytes(size - self._size))
            self._size = size

    def _cut_back(self) -> None:
        """The file, under its name, ends again where the last line that was told to be saved ends."""
        if self._file.closed:
            self._file = FileIO(self._path, "r+b")
        self._file.truncate(self.end)
        self._size = self.end
        sync_file(self._file.fileno())
        sync_folder(self._path.parent)
        self._is_dirty = False


class FreshFile:
    """A new journal beside the one in use. Left without `move_to`, it goes and nothing has happened."""

    def __init__(self, folder: Path, codec: Codec, schema: int) -> None:
        self.header = Header(schema=schema, codec=codec.name, key=codec.key_mark, file=codec.new_file())
        self._path, self._codec = folder / FRESH, codec
        self._file = FileIO(self._path, "wb")
        self.size = 0

    def __enter__(self) -> "FreshFile":
        return self

    def __exit__(self, *_: object) -> None:
        if not self._file.closed:
            self._file.close()
            self._path.unlink(missing_ok=True)

    def write(self, patches: Iterable[Patch]) -> None:
        """A line for each, after the header; not yet safe."""
        if self.size == 0:
            self._put([header_line(self.header)])
        place, lines = self.size, []
        for patch in patches:
            lines.append(line_of(patch, self._codec, self.header.file, place))
            place += len(lines[-1])
        self._put(lines)

    def sync(self) -> None:
        sync_file(self._file.fileno())

    def move_to(self, path: Path) -> None:
        self._file.close()
        try:
            self._path.replace(path)
        except OSError:
            self._path.unlink(missing_ok=True)
            raise

    def _put(self, lines: list[bytes]) -> None:
        written = b"".join(lines)
        _write(self._file, self.size, written)
        self.size += len(written)


def _write(file: FileIO, place: int, content: bytes) -> None:
    file.seek(place)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
