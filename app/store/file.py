"""The journal as a file: whole lines up to `end`, and after that nothing that counts. Knows bytes, not what they say.

Behind the last line there is room, made ahead and full of NULs: to write into a file is several times faster than to
make it longer, because the disk then need not note its length as well. So what a crash leaves of a line is a line with
NULs in it, or none.
"""

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from io import FileIO
from pathlib import Path

from app.store.disk import has_name, sync_file, sync_folder
from app.store.lines import Codec, Header, Patch, header_line, line_of

JOURNAL, FRESH, ASIDE, LOCK = "store.journal", "store.journal.new", "store.set-aside", "store.lock"
AHEAD = 64 * 1024  # bytes of room made at a time


class Harmed(OSError):
    """Others removed, replaced or cut the file while it was open: what is written into it would be nowhere."""


class JournalFile:
    """The file in use. After an OSError it is as it was before, or will be before the next line is written."""

    def __init__(self, path: Path, end: int, header: Header, codec: Codec) -> None:
        self._path, self._file = path, FileIO(path, "r+b")
        self._size = os.fstat(self._file.fileno()).st_size
        self._end = end  # of the last line that somebody was told is saved
        self._header, self._codec = header, codec
        self._successor: FreshFile | None = None  # perhaps the file under the name already
        self._is_dirty = end < self._size
        if self._is_dirty:
            with suppress(OSError):  # the next line begins with this
                self._cut_back()

    def append(self, patch: Patch) -> None:
        """Returns when its line survives a power cut. Raises Harmed, and then nothing was done to any file."""
        self._look()
        try:
            if self._is_dirty:
                self._cut_back()
            line = line_of(patch, self._codec, self._header.file, self._end)
            self._is_dirty = True
            if self._end + len(line) > self._size:
                self._make_room(self._end + len(line) + AHEAD)
            _write(self._file, self._end, line)
            sync_file(self._file.fileno())
        except OSError:
            with suppress(OSError):  # else it is still dirty, and the next line begins with this
                self._cut_back()
            raise
        self._end, self._is_dirty = self._end + len(line), False
        self._size = max(self._size, self._end)

    def mend(self) -> None:
        """The last line ends in a line break again."""
        _write(self._file, self._end - 1, b"\n")
        sync_file(self._file.fileno())
        self._size = max(self._size, self._end)

    def become(self, fresh: "FreshFile") -> None:
        """The fresh file, which is synced, takes the place and the name of this one."""
        if self._file.closed:
            self._open_again()
        self._file.close()  # Windows replaces no open file
        self._successor = fresh
        self._is_dirty = True  # until the folder is synced: before that a power cut may bring the old file back
        try:
            fresh.move_to(self._path)
        except OSError:
            self._open_again()
            if self._header is not fresh.header:
                raise
        with suppress(OSError):  # the next line begins with this
            if self._file.closed:
                self._open_again()
            sync_folder(self._path.parent)
            self._is_dirty = False

    def close(self) -> None:
        with suppress(OSError):
            if self._is_dirty:
                self._cut_back()  # or the next opening would find what was refused
            elif not self._file.closed:
                self._file.truncate(self._end)  # NULs at the end are nothing; without them it is smaller
        self._file.close()
        self._is_dirty = False  # closed again, it must not open what may be somebody else's by now

    def _look(self) -> None:
        if self._file.closed:  # it is opened again by its name
            return
        status = os.fstat(self._file.fileno())
        if status.st_size < self._end or not has_name(status, self._path):
            raise Harmed(errno.ESTALE, f"{self._path.name} was removed, replaced or cut by others")

    def _make_room(self, size: int) -> None:
        with suppress(OSError):  # the disk is nearly full: perhaps there is room for the line
            _write(self._file, self._size, bytes(size - self._size))
            self._size = size

    def _cut_back(self) -> None:
        """The file, under its name, ends again where the last line that was told to be saved ends."""
        if self._file.closed:
            self._open_again()
        self._file.truncate(self._end)
        self._size = self._end
        sync_file(self._file.fileno())
        sync_folder(self._path.parent)
        self._is_dirty = False

    def _open_again(self) -> None:
        """The file under the name, whichever that is: a disk may rename a file and say that it did not."""
        self._file = FileIO(self._path, "r+b")
        if self._successor and self._successor.is_open_in(self._file):
            self._header, self._end = self._successor.header, self._successor.size
            self._size = self._end
        self._successor = None


class FreshFile:
    """A new journal beside the one in use. Left without `move_to`, it goes and nothing has happened."""

    def __init__(self, folder: Path, codec: Codec, schema: int) -> None:
        self.header = Header(schema=schema, codec=codec.name, key=codec.key_mark, file=codec.new_file())
        self._path, self._codec = folder / FRESH, codec
        self._file = FileIO(self._path, "wb")
        self._status = os.fstat(self._file.fileno())
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

    def is_open_in(self, file: FileIO) -> bool:
        return os.path.samestat(self._status, os.fstat(file.fileno()))

    def _put(self, lines: list[bytes]) -> None:
        written = b"".join(lines)
        _write(self._file, self.size, written)
        self.size += len(written)


def _write(file: FileIO, place: int, content: bytes) -> None:
    file.seek(place)
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
