"""The tablet's memory: everything a person wrote and everything the centre said, safe on disk before a call returns.

Decides nothing itself (`transitions` does) and knows no file (`journal` does). Threads may share it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import RLock, Thread
from types import MappingProxyType
from typing import Any

from app.domain.happenings import Event, Happening
from app.store.deeds import after_deeds, after_reversals
from app.store.documents import copied, document_of, is_waiting, needs_review, record_of
from app.store.errors import DiskRefused
from app.store.heard import CURSOR, RESTARTED, SAFE, TOLD, Heard
from app.store.indexes import Index, Order, age
from app.store.journal import JournalStorage, Recovery
from app.store.lines import CHECKSUM, Codec
from app.store.records import Counts, StoredRecord, Write
from app.store.table import Database, JournalTable
from app.store.transitions import answered, may_be_forgotten, offered, reoffered, told
from app.store.values import Document
from app.store.witness import Witness
from sync.protocol.messages import SyncReply
from sync.protocol.receipts import Receipt, receipt_of
from sync.protocol.records import Change
from sync.protocol.trail import Trail, digest_of

RECORDS, DRAFTS, NOTES, HEARD, TRAIL = "records", "drafts", "device", "heard", "trail"

Records = Mapping[str, StoredRecord | None]
Rows = Mapping[str, Mapping[str, object] | None]
Tables = Mapping[str, Rows]
NOTHING: Tables = MappingProxyType({})


class Store:
    """Records, drafts and notes of one tablet. Reading never waits for the disk; writing returns when it is safe."""

    def __init__(self, journal: JournalStorage, new_id: Callable[[], str]) -> None:
        self._journal = journal
        self._database = Database(storage=lambda: journal)
        self.heard = Heard(self._table(HEARD))
        self.witness = Witness(lambda: journal.rows(TRAIL))
        self._new_id = new_id
        self._changing = RLock()  # what is decided from a record is written before anyone decides again
        self._compacting = Thread()
        self._index, self._order = Index(), Order()
        self._read: dict[str, tuple[Document, StoredRecord]] = {}
        self.changed: Callable[[Iterable[str]], None] = lambda ids: None  # told which records were written; any thread
        self._must_hear_again = journal.recovery.bad_lines > 0  # a lost line may have held news
        documents = journal.rows(RECORDS)
        self._waiting = {record_id for record_id in documents if is_waiting(documents[record_id])}
        self._review = {record_id for record_id in documents if needs_review(documents[record_id])}

    @classmethod
    def open(
        cls, folder: Path, *, new_id: Callable[[], str], codec: Codec = CHECKSUM, before: Codec | None = None
    ) -> "Store":
        """The store of a folder, made if there is none. `new_id` names changes. One that was written with the codec
        `before` is turned into one of `codec`. Raises StoreTrouble."""
        journal = JournalStorage(folder, codec, before=before)
        store = cls(journal, new_id)
        with suppress(DiskRefused):  # it is open and whole; the next opening tries this again
            store._forget_what_was_heard()
            journal.tidy()
        return store

    def close(self) -> None:
        self._database.close()

    def compact(self) -> None:
        """Replace the file by one without history, while others go on reading and writing. Raises DiskRefused.

        It also happens by itself, in the background, when most of the file is history.
        """
        self._forget_what_was_heard()
        self._journal.compact()

    @property
    def recovery(self) -> Recovery:
        """What opening found amiss."""
        return self._journal.recovery

    @property
    def schema(self) -> int:
        """The version of the file, for whoever is asked for help."""
        return self._journal.schema

    # what the app asks

    def write(self, write: Write) -> None:
        """Save everything in `write`, or nothing: DiskRefused when the disk would not, NotStorable for a bad value."""
        with self._changing:
            after = after_deeds(write.edits, self.record) | after_reversals(write.reversals, self.record)
            notes = {key: None if value is None else {"value": value} for key, value in write.notes.items()}
            self._save(after, {DRAFTS: write.drafts, NOTES: notes}, write.events)

    def record(self, record_id: str) -> StoredRecord | None:
        document = self._journal.rows(RECORDS).get(record_id)
        return None if document is None else self._record(record_id, document)

    def records(
        self, *, kind: str | None = None, session_id: str | None = None, shift_id: str | None = None
    ) -> tuple[StoredRecord, ...]:
        """All of them, or those that say this, newest first; deleted ones too: they are part of what happened. To ask
        for some costs what is found, not what is there."""
        asked = {"kind": kind, "session_id": session_id, "shift_id": shift_id}
        wanted = {name: value for name, value in asked.items() if value is not None}
        if not wanted:
            return tuple(self.newest())
        found = map(self.record, self._index.find(wanted, self._journal.rows(RECORDS)))
        return tuple(sorted((each for each in found if each is not None), key=age, reverse=True))

    def newest(self) -> Iterator[StoredRecord]:
        """All of them, newest first, each looked up when it is asked for."""
        documents = self._journal.rows(RECORDS)
        newest = self._order.newest_first(lambda: (self._record(*each) for each in list(documents.items())))
        return (record for record in map(self.record, newest) if record is not None)

    def draft(self, draft_id: str) -> Mapping[str, Any] | None:
        return self._table(DRAFTS).row(draft_id)

    def drafts(self) -> Mapping[str, Mapping[str, Any]]:
        return {str(draft.doc_id): dict(draft) for draft in self._table(DRAFTS)}

    def note(self, key: str) -> Any:
        """A JSON value kept under a name, or None; the caller may change what it is given."""
        row = self._table(NOTES).row(key)
        return None if row is None else row["value"]

    def counts(self) -> Counts:
        return Counts(len(self._waiting), len(self._review))

    def waiting(self) -> frozenset[str]:
        """The ids of the records that wait for the centre."""
        return frozenset(self._waiting)

    def in_review(self) -> frozenset[str]:
        """The ids of the records that wait for a person."""
        return frozenset(self._review)

    # what the sync engine asks (`sync.client.ports.Outbox`)

    def cursor(self) -> str:
        """How far the centre has been heard; "" at first, and when everything has to be heard again."""
        return "" if self._must_hear_again else self.heard.text(CURSOR)

    def past(self) -> str:
        """The last cursor before everything has to be heard again; "" when there was none, or there is one."""
        return "" if self.cursor() else self.heard.last_cursor

    def seal(self, limit: int) -> tuple[Change, ...]:
        """Up to `limit` changes to offer, on disk before they are returned. One already sealed comes back as it was.

        Sealed ones first, so that they are answered; then the oldest.
        """
        with self._changing:
            waiting = sorted(self._waiting_records(), key=lambda record: (record.sealed is None, *age(record)))
            chosen = waiting[: max(limit, 0)]
            after = {record.id: offered(record, self._new_id()) for record in chosen if record.sealed is None}
            new = [each.sealed for each in after.values() if each.sealed and not each.again]
            if after:
                self._save(after, events=_sealed(new))
            changes = (after.get(record.id, record).sealed for record in chosen)
            return tuple(change for change in changes if change is not None)

    def hear(self, reply: SyncReply) -> None:
        """Results, news and cursor in one write. A reply that comes twice, or late, does no harm."""
        with self._changing:
            after: dict[str, StoredRecord | None] = {}
            self.witness.heard(reply.now)
            events = self._hear_results(reply, after)
            for news in reply.changes:
                after[news.id] = told(after.get(news.id) or self.record(news.id), news, reply.now)
            heard = self.heard.moved(reply, told=self.witness.up_to(reply.trail))
            if not reply.more and self.heard.text(RESTARTED):
                after |= self._never_came_back(after)
                heard = {**heard, RESTARTED: None}
            self._save(after, {HEARD: heard}, events)

    def untold(self) -> Trail | None:
        """What happened here that the centre has not heard of, as much as one request takes; None: nothing."""
        with self._changing:
            return self.witness.untold(self.heard.told)

    def restart(self) -> None:
        """After `Resync`: hear everything again, and offer again everything written here.

        See `transitions.reoffered` for why this changes nothing where the centre lost nothing. Records only heard of
        can be read meanwhile; those the centre no longer knows go when it has told everything.
        """
        with self._changing:
            after = {record.id: reoffered(record) for record in self.records()}
            self._save(after, {HEARD: {**self.heard.forgotten(), SAFE: None, TOLD: None, RESTARTED: {"value": True}}})

    def safe(self) -> int:
        """The highest number inside a finished backup of the centre's, as it last said; 0 when it has said none."""
        return int(self.heard.text(SAFE) or 0)

    def forget_sent(self, before: datetime, *, safe: int, but_shift: str | None = None) -> int:
        """Let go of what the centre acknowledged before `before` and holds in a backup up to number `safe`; how many.

        What the shift `but_shift` made stays: it is still compared with the centre. So does what an open draft is
        about: it will be said over it. Raises DiskRefused.
        """
        with self._changing:
            old = (record for record in self.records() if may_be_forgotten(record, before=before, safe=safe))
            kept = {but_shift, *self.drafts()} - {None}
            gone = [record.id for record in old if not kept & _about(record)]
            self._save(dict.fromkeys(gone), {TRAIL: self.witness.let_go(before, self.heard.told)})
            return len(gone)

    def receipt(self, shift: str, *, at: datetime) -> Receipt:
        """What the centre should hold of a shift, as far as it has told or acknowledged."""
        documents = list(self._journal.rows(RECORDS).items())
        # By what the centre holds: what waits or was refused here may say another shift.
        made_in_it = (self._record(*each) for each in documents if shift in (each[0], copied(each[1], "shift_id")))
        return receipt_of(shift, (record.as_told for record in made_in_it if record.seq), at=at)

    # inside

    def _hear_results(self, reply: SyncReply, after: dict[str, StoredRecord | None]) -> tuple[Event, ...]:
        offered_as = {record.sealed.op: record for record in self._waiting_records() if record.sealed}
        for result in reply.results:
            record = offered_as.get(result.op)
            if record is not None:
                after[record.id] = answered(record, result, reply.now)
        return (Event(Happening.ANSWERED, result=str(len(after))),) if after else ()

    def _never_came_back(self, after: Records) -> dict[str, StoredRecord | None]:
        """What was only heard of before the restart, and not again since."""
        present = {**{record.id: record for record in self.records()}, **after}
        return {name: None for name, record in present.items() if record and not record.mine and record.seq == 0}

    def _waiting_records(self) -> Iterator[StoredRecord]:
        return (record for name in self._waiting if (record := self.record(name)) is not None)

    def _record(self, record_id: str, document: Document) -> StoredRecord:
        """Read once for each document: a document is never changed in place, so the same one is the same record."""
        known = self._read.get(record_id)
        if known is not None and known[0] is document:
            return known[1]
        record = record_of(record_id, document)
        self._read[record_id] = (document, record)
        return record

    def _save(self, records: Records, rows: Tables = NOTHING, events: Iterable[Event] = ()) -> None:
        """One line of the journal; what is counted follows when it is on disk."""
        if self._must_hear_again:
            rows = {**rows, HEARD: {**self.heard.forgotten(), **rows.get(HEARD, {})}}
        happened = self.witness.following(events)
        with self._journal.together():
            before = {name: self._journal.rows(RECORDS).get(name) for name in records}
            documents = {name: None if record is None else document_of(record) for name, record in records.items()}
            tables = {RECORDS: documents, **rows, TRAIL: {**rows.get(TRAIL, {}), **happened.rows}}
            for table, changed in tables.items():
                self._table(table).put(changed)
        self.witness.wrote(happened)
        self._must_hear_again = False
        for name, record in records.items():
            self._index.follow(name, before[name], documents[name])
            self._order.follow(name, record)
            _count(self._waiting, name, record is not None and record.is_waiting)
            _count(self._review, name, record is not None and record.needs_review)
            if record is None:
                self._read.pop(name, None)
        self.changed(records)
        if self._journal.is_mostly_history and not self._compacting.is_alive():
            self._compacting = Thread(target=self._compact_quietly)
            with suppress(RuntimeError):  # no thread to be had: what was to be saved is saved all the same
                self._compacting.start()

    def _forget_what_was_heard(self) -> None:
        """After damage: on disk before the damaged file goes, or nothing would tell any more that it has to be."""
        if self._must_hear_again:
            self._save({})

    def _compact_quietly(self) -> None:
        with suppress(DiskRefused):  # nothing is lost by it; the journal says when to try again
            self.compact()

    def _table(self, name: str) -> JournalTable:
        return self._database.table(name)


def _about(record: StoredRecord) -> set[object]:
    return {record.id, record.fields.get("shift_id"), record.fields.get("session_id")}


def _sealed(changes: list[Change]) -> tuple[Event, ...]:
    """What was saved, corrected or deleted is told by the records; this binds them to what happened around them."""
    return (Event(Happening.SEALED, object=digest_of(changes), result=str(len(changes))),) if changes else ()


def _count(names: set[str], name: str, is_in: bool) -> None:
    (names.add if is_in else names.discard)(name)
