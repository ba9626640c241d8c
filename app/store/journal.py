"""The store's file under TinyDB: an append-only journal. A write is one line, on disk before anybody sees it.

An exception means that nothing happened, on disk or in memory. A crash can only leave a last line that is not whole.
docs/store.md goes through every moment a crash can come.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from threading import RLock, get_ident

from tinydb.storages import Storage

from app.store.changes import Changes, Snapshot
from app.store.disk import FolderLock, make_folder, sync_file, sync_folder
from app.store.errors import DiskRefused, FolderUnwritable, SchemaTooNew, StoreLocked
from app.store.lines import CHECKSUM, Codec, Header, Patch, Replayed, Rows, Tables, apply, header_line, line_of, replay
from app.store.values import Document, plain_rows

JOURNAL, FRESH, ASIDE, LOCK = "store.journal", "store.journal.new", "store.set-aside", "store.lock"
SPARE = 200  # documents of history that are not worth a new file

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Recovery:
    """What opening found amiss. The torn tail was never told to be saved; a bad line was, and is kept for experts."""

    torn_bytes: int = 0
    bad_lines: int = 0
    kept_in: Path | None = None  # where the bad lines are

    @property
    def is_clean(self) -> bool:
        return not self.torn_bytes and not self.bad_lines


class JournalStorage(Storage):
    """The whole database in memory, and every change of it in one file. Threads may share it, processes may not."""

    def __init__(self, folder: Path, codec: Codec = CHECKSUM) -> None:
        """Opens or makes the store of this folder. Raises FolderUnwritable, StoreLocked, SchemaTooNew, DiskRefused."""
        self._folder, self._codec = folder, codec
        self._header = Header(codec=codec.name)
        self._writing = RLock()
        self._tables: Tables = {}
        self._batch: dict[str, Changes] | None = None
        self._owner = 0  # the thread the batch belongs to
        try:
            make_folder(folder)
            with ExitStack() as undo:
                self._lock = FolderLock(folder / LOCK)
                undo.callback(self._lock.release)
                self._open()
                undo.pop_all()
        except BlockingIOError:
            raise StoreLocked(folder) from None
        except OSError as error:
            raise DiskRefused(error) if error.errno in _FULL else FolderUnwritable(folder, error) from error

    # what TinyDB asks of a storage

    def read(self) -> Tables:
        """Every table, as shallow copies. Our tables ask for `rows` instead, which costs nothing."""
        with self._writing:
            return {name: dict(Snapshot(self.rows(name)).rows()) for name in self._names()}

    def write(self, data: Tables) -> None:
        """Make the database equal to `data`: how TinyDB drops tables. Ours `commit` what they change instead."""
        with self._writing:
            patch: dict[str, Mapping[str, Document | None] | None] = dict.fromkeys(self._names())
            for name, rows in data.items():
                changes = Changes(self.rows(name))
                changes.clear()
                changes.take(rows)
                patch[name] = changes.patch()
            self.commit(patch)

    def close(self) -> None:
        with self._writing:
            if self._is_dirty and not self._file.closed:
                with suppress(OSError):  # what was refused is not to be found when it is opened again
                    self._cut_back()
            self._file.close()
            self._lock.release()

    # what our tables ask besides

    @contextmanager
    def together(self) -> Iterator[None]:
        """Every write inside becomes one line at the end, or none if something is raised. Other threads wait to write.

        This thread reads what it has written so far; the others read it when it is on disk.
        """
        with self._writing:
            if self._batch is not None:
                yield
                return
            self._batch, self._owner = {}, get_ident()
            try:
                yield
                patch = {name: changes.patch() for name, changes in self._batch.items()}
            finally:
                self._batch = None
            self._append(patch)

    def rows(self, table: str) -> Rows | Changes:
        """The documents of a table themselves, as this thread may see them: only to look at."""
        batch = self._batch
        if batch is not None and self._owner == get_ident() and table in batch:
            return batch[table]
        return self._tables.get(table, {})

    def commit(self, patch: Patch) -> None:
        """Append one line and then make it visible. Raises DiskRefused or NotStorable, and then it did neither."""
        plain = {name: rows if rows is None else plain_rows(name, rows) for name, rows in patch.items()}
        with self._writing:
            if self._batch is None:
                self._append(plain)
            else:
                self._hold(plain, self._batch)

    def tidy(self) -> None:
        """Replace the file by one without history when most of it is. Raises DiskRefused: the old one stays."""
        with self._writing:
            is_damaged = self.recovery.bad_lines > 0 and self.recovery.kept_in != self._folder / JOURNAL
            if is_damaged or self._written > 2 * self._documents() + SPARE:
                try:
                    self._renew()
                except OSError as error:
                    raise DiskRefused(error) from error

    # the file

    def _open(self) -> None:
        journal = self._folder / JOURNAL
        (self._folder / FRESH).unlink(missing_ok=True)  # a renewal that was cut: the journal is still the truth
        if not journal.exists():
            self._write_fresh().replace(journal)
        sync_folder(self._folder)  # also when an earlier process was killed between replacing the file and this
        found = journal.read_bytes()
        replayed = replay(found, self._codec)
        if replayed.header and not replayed.header.is_readable_by(self._header):
            raise SchemaTooNew(str(replayed.header), str(self._header))
        self._tables, self._written = replayed.tables, replayed.written
        self.recovery = self._set_aside(replayed)
        self._file = FileIO(journal, "r+b")
        self._end, self._is_dirty = replayed.end, replayed.end < len(found)
        if replayed.has_bad_end:
            self._put(replayed.end - 1, b"\n")
        if self._is_dirty:
            with suppress(OSError):  # the next write begins with this
                self._cut_back()

    def _set_aside(self, replayed: Replayed) -> Recovery:
        """Copy the bad lines where a person can study them. Without room for a copy they stay where they are."""
        bad_lines = (len(replayed.bad) or replayed.header is None) + replayed.has_bad_end
        recovery = Recovery(replayed.torn_bytes, bad_lines, self._folder / JOURNAL if replayed.bad else None)
        if not replayed.bad:
            return recovery
        aside = self._folder / ASIDE
        try:
            with aside.open("ab") as file:
                file.write(b"\n".join((*replayed.bad, b"")))
                file.flush()
                sync_file(file.fileno())
            sync_folder(self._folder)
        except OSError:
            return recovery
        return Recovery(replayed.torn_bytes, bad_lines, aside)

    def _append(self, patch: Patch) -> None:
        news = {name: rows for name, rows in patch.items() if rows or rows is None or name not in self._tables}
        if not news:
            return
        line = line_of(news, self._codec)
        try:
            if self._is_dirty:
                self._cut_back()
            self._is_dirty = True
            self._put(self._end, line)
        except OSError as error:
            with suppress(OSError):  # else it is still dirty, and the next write begins with this
                self._cut_back()
            raise DiskRefused(error) from error
        self._end, self._is_dirty = self._end + len(line), False
        self._written += sum(len(rows) for rows in news.values() if rows)
        apply(news, self._tables)

    def _hold(self, patch: Patch, batch: dict[str, Changes]) -> None:
        for name, rows in patch.items():
            changes = batch.setdefault(name, Changes(self._tables.get(name, {})))
            if rows is None:
                changes.clear()
            else:
                changes.take(rows)

    def _put(self, place: int, written: bytes) -> None:
        self._file.seek(place)
        rest = memoryview(written)
        while rest:
            rest = rest[self._file.write(rest) :]
        sync_file(self._file.fileno())

    def _cut_back(self) -> None:
        """The file, under its name, ends again where the last line that was told to be saved ends."""
        self._file.truncate(self._end)
        sync_file(self._file.fileno())
        sync_folder(self._folder)
        self._is_dirty = False

    def _renew(self) -> None:
        journal, fresh = self._folder / JOURNAL, self._write_fresh()
        self._file.close()  # Windows replaces no open file
        try:
            size = fresh.stat().st_size
            fresh.replace(journal)
            self._end = size
            self._written, self._is_dirty = self._documents(), True  # until the folder is synced
            sync_folder(self._folder)
            self._is_dirty = False
        finally:
            self._file = FileIO(journal, "r+b")

    def _write_fresh(self) -> Path:
        """A file of its own with what is in memory, one line a document: a bad byte then costs one document."""
        fresh = self._folder / FRESH
        try:
            with fresh.open("wb") as file:
                file.write(header_line(self._header))
                for name, rows in self._tables.items():
                    file.write(line_of({name: {}}, self._codec))
                    file.writelines(line_of({name: {doc_id: rows[doc_id]}}, self._codec) for doc_id in rows)
                file.flush()
                sync_file(file.fileno())
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        return fresh

    def _documents(self) -> int:
        return sum(map(len, self._tables.values()))

    def _names(self) -> list[str]:
        return list({**self._tables, **(self._batch or {})})
