"""Correcting what was saved, and taking it back: each is a new version of the record, written like any other.

For seven days. What is void keeps what it said, is sent as such, and counts for nothing.
"""

from dataclasses import dataclass

from app.domain.assisting import AssistDraft
from app.domain.revisions import NOT_VOID, voided
from app.services import picture
from app.services.assisting import Assisting
from app.services.drafts import document
from app.services.recorder import Recorder
from app.services.requests import Requests
from app.services.workshops import Workshops
from app.state import Undoable
from app.store import Edit, Reversal, StoredRecord, Write
from sync.protocol.records import Author, Kind
from sync.protocol.vocabulary import Revision


@dataclass(frozen=True, slots=True)
class Correcting:
    """What a connector can do about a saved record. On one that is closed nothing happens."""

    recorder: Recorder
    assisting: Assisting
    workshops: Workshops
    requests: Requests

    async def correct(self, record_id: str, reason: Revision) -> str | None:
        """Open its form with what it says, and say where it is; None when it cannot be corrected any more."""
        record = self._open(record_id)
        if record is None:
            return None
        if record.kind == Kind.ASSIST:
            return f"/assist/{record_id}" if await self.assisting.reopen(record_id, reason) else None
        if record.kind == Kind.TRAINING_REQUEST:
            return f"/request/{record_id}" if await self.requests.reopen(record_id, reason) else None
        return f"/roll-call/{record_id}" if await self.workshops.reopen(record_id, reason) else None

    async def leave(self, record_id: str) -> None:
        """Close the form of a saved case and leave the record as it was. What had been changed in the form can be had
        back for a few seconds."""
        recorder = self.recorder
        async with recorder.lock:
            now = recorder.board.snapshot
            draft, correction = now.draft(record_id), now.corrections.get(record_id)
            if not isinstance(draft, AssistDraft) or correction is None:
                return
            closed = Write(drafts={record_id: None}, notes={"route": f"/records/{record_id}"})
            if await recorder.write(closed) and correction.is_changed:
                back = Write(drafts={record_id: document(draft)})
                what = Undoable(Kind.ASSIST, (draft.procedure_id,), "as_it_was")
                recorder.offer_undo(what, lambda: (back, f"/assist/{record_id}"))

    async def void(self, record_id: str) -> bool:
        """Take the record back, a session with its seats; for ten seconds one tap brings it back."""
        recorder = self.recorder
        async with recorder.lock:
            record, shift = self._open(record_id), recorder.board.snapshot.shift
            if record is None or shift is None:
                return False
            author = Author(shift.connector_id, recorder.around.clock())
            parts = (record, *self._seats(record))
            edits = tuple(_voiding(each, record, author) for each in parts)
            form = {record_id: None} if recorder.board.snapshot.draft(record_id) else {}
            if not await recorder.write(Write(edits=edits, drafts=form)):
                return False
            about = picture.topic(record)
            back = Write(reversals=tuple(Reversal(*each, _otherwise(*each)) for each in zip(parts, edits, strict=True)))
            what = Undoable(about.kind, about.subject, "voided")
            recorder.offer_undo(what, lambda: (back, f"/records/{record_id}"))
            return True

    def _open(self, record_id: str) -> StoredRecord | None:
        record = self.recorder.store.record(record_id)
        if record is None or record.deleted:
            return None
        now = self.recorder.around.clock()
        return None if picture.closed([record, *self._seats(record)], now) else record

    def _seats(self, record: StoredRecord) -> tuple[StoredRecord, ...]:
        if record.kind != Kind.SESSION:
            return ()
        seats = self.recorder.store.records(kind=Kind.ATTENDANCE, session_id=record.id)
        return tuple(each for each in seats if not each.deleted)


def _voiding(part: StoredRecord, record: StoredRecord, author: Author) -> Edit:
    """The history of a session is its own; a seat only goes with it."""
    gone = voided(record.fields, author)
    fields = gone if part is record else {name: gone[name] for name in NOT_VOID}
    return Edit(part.id, part.kind, author.by, author.at, fields)


def _otherwise(was: StoredRecord, edit: Edit) -> Edit:
    """What brings it back when it is on its way already: what stood before."""
    return Edit(was.id, was.kind, edit.by, edit.at, {name: was.fields.get(name) for name in edit.fields})
