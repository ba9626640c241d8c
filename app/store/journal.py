"""The store's file under TinyDB: an append-only journal. A write is one line, on disk before anybody sees it.

An exception means that nothing happened, on disk or in memory. A crash can only leave a last line that is not whole.
docs/store.md goes through every moment a crash can come.
"""

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Lock, RLock, get_ident

from tinydb.storages import Storage

from app.store.aside import close_aside, set_aside
from app.store.changes import Changes, Snapshot
from app.store.disk import FolderLock, make_folder, sync_folder
from app.store.errors import DiskRefused, FolderUnwritable, StoreLocked, WrongKey
from app.store.file import ASIDE, FRESH, JOURNAL, LOCK, FreshFile, Harmed, JournalFile
from app.store.keys import is_made_for
from app.store.lines import CHECKSUM, Codec, Header, Patch, Replayed, Rows, Tables, apply, documents_in, replay
from app.store.migrations import FIRST, STEPS, Step, migrated
from app.store.reading import accepted
from app.store.values import Document, plain_rows

SPARE = 200  # documents of history that are not worth a new file
AT_ONCE = 100  # documents put into a new file before others may go on

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

    def __init__(
        self, folder: Path, codec: Codec = CHECKSUM, steps: Sequence[Step] = STEPS, *, before: Codec | None = None
    ) -> None:
        """Opens or makes the store of this folder. A file that was written with `before` is written anew with `codec`.
        Raises any StoreTrouble about a folder."""
        self._folder, self._codec, self._before = folder, codec, before
        self._steps, self._schema = steps, FIRST + len(steps)
        self._writing = RLock()
        self._compacting = Lock()  # taken before `_writing`, never inside
        self._closing = Event()
        self._patience = SPARE
        self._meanwhile: list[Patch] | None = None  # what is written while a new file is
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

    @property
    def schema(self) -> int:
        """The version of what this app writes."""
        return self._schema

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
        self._closing.set()
        with self._compacting, self._writing:
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

    @property
    def is_mostly_history(self) -> bool:
        """Whether a new file is worth its while; after one that the disk refused, not for a good while."""
        return self._written > 2 * self._documents() + self._patience

    def tidy(self) -> None:
        """Compact, if there is reason to. Raises DiskRefused: the old file stays."""
        is_damaged = self.recovery.bad_lines > 0 and self.recovery.kept_in != self._folder / JOURNAL
        if is_damaged or self.is_mostly_history:
            self.compact()

    def compact(self) -> None:
        """Replace the file by one without history, while others read and write. Raises DiskRefused: the old one stays.

        Does nothing when somebody else is at it.
        """
        if not self._compacting.acquire(blocking=False):
            return
        try:
            self._renew()
            self._patience = SPARE
        except OSError as error:
            self._patience = self._written
            raise DiskRefused(error) from error
        finally:
            self._meanwhile = None
            self._compacting.release()

    # the file

    def _open(self) -> None:
        journal = self._folder / JOURNAL
        for cut in (FRESH, f"{ASIDE}.new"):  # a renewal that was cut: the journal is still the truth
            (self._folder / cut).unlink(missing_ok=True)
        try:
            content = journal.read_bytes()
        except FileNotFoundError:  # and nothing else: a disk that fails may still hold a journal
            self._write_anew()
            content = journal.read_bytes()
        sync_folder(self._folder)  # also when an earlier process was killed between replacing the file and this
        replayed, codec = self._replayed(content)
        header, end = accepted(self._folder, replayed, codec, self._schema), replayed.end
        self._tables, self._written = replayed.tables, replayed.written
        self.recovery = self._set_aside(replayed)
        is_older = header.schema < self._schema or codec is not self._codec
        if codec is not self._codec:
            close_aside(self._folder, self._codec)
        if is_older:
            header, end = self._migrate(header.schema)
        self._file = JournalFile(journal, end, header, self._codec)
        if replayed.has_bad_end and not is_older:
            self._file.mend()

    def _replayed(self, content: bytes) -> tuple[Replayed, Codec]:
        """What the file amounts to, and the codec it was written with."""
        replayed = replay(content, self._codec)
        if self._before is None or replayed.good:
            return replayed, self._codec
        earlier = replay(content, self._before)
        is_earlier = earlier.header.codec == self._before.name if earlier.header else earlier.good > 0
        if is_earlier and not is_made_for(self._folder, self._codec, content):
            raise WrongKey(self._folder, "in clear, and the key was not made for it")
        return (earlier, self._before) if is_earlier else (replayed, self._codec)

    def _migrate(self, schema: int) -> tuple[Header, int]:
        """Into a file of its own: until that is whole and in place, the old one is what there is."""
        self._refuse_to_drop_damage()
        self._tables = migrated(self._tables, schema, self._steps)
        self._written = self._documents()
        header, end = self._write_anew()
        sync_folder(self._folder)
        return header, end

    def _write_anew(self) -> tuple[Header, int]:
        """What is in memory as the journal, whole; its header, and where it ends."""
        with FreshFile(self._folder, self._codec, self._schema) as fresh:
            fresh.write(_one_line_each(self._tables))
            fresh.sync()
            fresh.move_to(self._folder / JOURNAL)
        return fresh.header, fresh.size

    def _set_aside(self, replayed: Replayed) -> Recovery:
        """Copy the bad lines where a person can study them. Without room for a copy they stay where they are."""
        bad_lines = (len(replayed.bad) or replayed.header is None) + replayed.has_bad_end
        recovery = Recovery(replayed.torn_bytes, bad_lines, self._folder / JOURNAL if replayed.bad else None)
        if not replayed.bad or not set_aside(self._folder, replayed.bad):
            return recovery
        return Recovery(replayed.torn_bytes, bad_lines, self._folder / ASIDE)

    def _append(self, patch: Patch) -> None:
        news = {name: rows for name, rows in patch.items() if rows or rows is None or name not in self._tables}
        if not news:
            return
        try:
            if self._closing.is_set():  # the folder may be somebody else's by now
                raise OSError(errno.EBADF, "the store is closed")
            try:
                self._file.append(news)
            except Harmed:
                if not self._lock.is_in_place():  # the key went with the folder: what is written could not be read
                    raise
                self.compact()  # everything is in memory too
                self._file.append(news)
        except OSError as error:
            raise DiskRefused(error) from error
        if self._meanwhile is not None:
            self._meanwhile.append(news)
        self._written += documents_in(news)
        apply(news, self._tables)

    def _hold(self, patch: Patch, batch: dict[str, Changes]) -> None:
        for name, rows in patch.items():
            changes = batch.setdefault(name, Changes(self._tables.get(name, {})))
            if rows is None:
                changes.clear()
            else:
                changes.take(rows)

    def _refuse_to_drop_damage(self) -> None:
        if self.recovery.kept_in == self._folder / JOURNAL:
            raise OSError(errno.ENOSPC, "the damaged lines could not be copied, and would go with the old file")

    def _renew(self) -> None:
        self._refuse_to_drop_damage()
        with self._writing:
            if self._closing.is_set():  # the folder may be somebody else's by now
                return
            tables = {name: dict(rows) for name, rows in self._tables.items()}
            meanwhile: list[Patch] = []
            self._meanwhile = meanwhile
        with FreshFile(self._folder, self._codec, self._schema) as fresh:
            lines = _one_line_each(tables)
            while some := list(islice(lines, AT_ONCE)):
                if self._closing.is_set():
                    return
                fresh.write(some)
                fresh.sync()  # little by little: a disk busy with a whole file would keep others waiting
            caught_up = len(meanwhile)
            fresh.write(meanwhile[:caught_up])
            fresh.sync()
            with self._writing:
                if missed := meanwhile[caught_up:]:
                    fresh.write(missed)
                    fresh.sync()
                self._file.become(fresh)
                self._written = sum(map(len, tables.values())) + sum(map(documents_in, meanwhile))

    def _documents(self) -> int:
        return sum(map(len, self._tables.values()))

    def _names(self) -> list[str]:
        return list({**self._tables, **(self._batch or {})})


def _one_line_each(tables: Tables) -> Iterator[Patch]:
    """A line for each document: a bad byte then costs one. Nothing first, so that an empty table is there too."""
    for name, rows in tables.items():
        yield {name: {}}
        yield from ({name: {doc_id: document}} for doc_id, document in rows.items())
