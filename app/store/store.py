"""The tablet's memory: everything a person wrote and everything the centre said, safe on disk before a call returns.

Decides nothing itself (`transitions` does) and knows no file (`journal` does). Threads may share it.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import Any

from app.store.documents import document_of, is_waiting, needs_review, record_of, storable
from app.store.errors import DiskRefused, NotStorable
from app.store.journal import JournalStorage, Recovery
from app.store.lines import CHECKSUM, Codec
from app.store.records import Counts, Edit, StoredRecord, Write
from app.store.table import Database, JournalTable
from app.store.transitions import answered, edited, offered, reoffered, told
from app.store.values import Document
from sync.protocol.messages import SyncReply
from sync.protocol.records import Change, Record, Result

RECORDS, DRAFTS, NOTES, HEARD = "records", "drafts", "device", "heard"
CURSOR, RESTARTED = "cursor", "restarted"  # rows of HEARD

Records = Mapping[str, StoredRecord | None]
Rows = Mapping[str, Mapping[str, object] | None]


class Store:
    """Records, drafts and notes of one tablet. Reading never waits for the disk; writing returns when it is safe."""

    def __init__(self, journal: JournalStorage, new_id: Callable[[], str]) -> None:
        self._journal = journal
        self._database = Database(storage=lambda: journal)
        self._new_id = new_id
        self._changing = RLock()  # what is decided from a record is written before anyone decides again
        self._read: dict[str, tuple[Document, StoredRecord]] = {}
        documents = journal.rows(RECORDS)
        self._waiting = {record_id for record_id in documents if is_waiting(documents[record_id])}
        self._review = {record_id for record_id in documents if needs_review(documents[record_id])}

    @classmethod
    def open(cls, folder: Path, *, new_id: Callable[[], str], codec: Codec = CHECKSUM) -> "Store":
        """The store of a folder, made if there is none. `new_id` names changes. Raises StoreTrouble."""
        journal = JournalStorage(folder, codec)
        store = cls(journal, new_id)
        with suppress(DiskRefused):  # it is open and whole; the next opening tries this again
            if journal.recovery.bad_lines:
                store._save({}, heard={CURSOR: None})  # a lost line may have held news: hear them again
            journal.tidy()
        return store

    def close(self) -> None:
        self._database.close()

    @property
    def recovery(self) -> Recovery:
        """What opening found amiss."""
        return self._journal.recovery

    # what the app asks

    def write(self, write: Write) -> None:
        """Save everything in `write`, or nothing: DiskRefused when the disk would not, NotStorable for a bad value."""
        with self._changing:
            after = self._edited(write.edits)
            notes = {key: None if value is None else {"value": value} for key, value in write.notes.items()}
            self._save(after, drafts=write.drafts, notes=notes)

    def record(self, record_id: str) -> StoredRecord | None:
        document = self._journal.rows(RECORDS).get(record_id)
        return None if document is None else self._record(record_id, document)

    def records(self, *, kind: str | None = None) -> tuple[StoredRecord, ...]:
        """All of them, or those of a kind, newest first; deleted ones too: they are part of what happened."""
        documents = list(self._journal.rows(RECORDS).items())
        found = (self._record(name, document) for name, document in documents if kind in (None, document["kind"]))
        return tuple(sorted(found, key=_age, reverse=True))

    def draft(self, draft_id: str) -> Mapping[str, Any] | None:
        return self._table(DRAFTS).row(draft_id)

    def drafts(self) -> Mapping[str, Mapping[str, Any]]:
        return dict(self._table(DRAFTS).snapshot().items())

    def note(self, key: str, default: Any = None) -> Any:
        """A JSON value kept under a name; the caller may change what it is given."""
        row = self._table(NOTES).row(key)
        return default if row is None else row["value"]

    def counts(self) -> Counts:
        return Counts(len(self._waiting), len(self._review))
