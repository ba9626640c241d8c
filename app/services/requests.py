"""Training requests of groups: written down, corrected, and what became of them; on the disk before it shows."""

from collections.abc import Callable
from dataclasses import replace

from app.domain import requests
from app.domain.fields import cleared, pack, unpack
from app.domain.requests import RequestDraft, TrainingRequest
from app.domain.revisions import REVISIONS, Closed, changed, revised
from app.domain.sessions import Session
from app.services import picture
from app.services.drafts import document
from app.services.recorder import Recorder
from app.state import Trouble, Undoable
from app.store import Edit, Reversal, Store, StoredRecord, Write
from sync.protocol.records import Author, Fields, Kind
from sync.protocol.vocabulary import RequestStatus, Revision, SessionStatus


class Requests:
    """What a connector can do with requests. Methods on a form that is no longer open do nothing."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def begin(self) -> str | None:
        """Open the form of a new request and return its id; None when no shift is open or the disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            shift = recorder.board.snapshot.shift
            if shift is None:
                return None
            draft = requests.begin(shift, id=recorder.around.new_id(), now=recorder.around.clock())
            return draft.id if await self._keep(draft) else None

    async def reopen(self, record_id: str, reason: str | None = None) -> bool:
        """Open the form of a saved request, to correct it. False when there is none, the disk refused, or a newer app
        wrote it in a way that this one cannot read, which the board then says."""
        recorder = self._recorder
        async with recorder.lock:
            if draft := self._open(record_id):
                return await self._keep(replace(draft, reason=reason)) if reason else True
            record = recorder.store.record(record_id)
            if record is None or record.deleted:
                return False
            try:
                saved = unpack(TrainingRequest, record.fields)
            except (TypeError, ValueError) as error:
                recorder.board.show(trouble=Trouble("trouble.record", f"{record_id}: {error}"))
                return False
            return await self._keep(requests.reopen(record_id, saved, reason=reason))

    async def change(self, draft_id: str, step: Callable[[RequestDraft], RequestDraft]) -> None:
        """Apply one rule of `app.domain.requests` to an open form."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(step(draft))

    async def note(self, draft_id: str, **values: object) -> None:
        """Set fields of the form."""
        await self.change(draft_id, lambda draft: replace(draft, **values))  # type: ignore[arg-type]

    async def save(self, draft_id: str) -> bool:
        """The form becomes a record, in one write. False when it still lacks who asks, is not open any more, or the
        disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            draft = self._open(draft_id)
            if draft is None or draft.lacks:
                return False
            before = recorder.store.record(draft.id)
            edit = Edit(
                draft.id, Kind.TRAINING_REQUEST, self._by(draft), recorder.around.clock(), self._fields(draft, before)
            )
            if not await recorder.write(Write(edits=(edit,), drafts={draft.id: None})):
                return False
            status = str(edit.fields["status"])
            is_correction = REVISIONS in edit.fields
            what = Undoable(Kind.TRAINING_REQUEST, subject_of(draft), status, is_correction=is_correction)
            recorder.offer_undo(what, lambda: self._as_it_was(draft, before, edit) if before else self._reopened(draft))
            return True

    async def move(self, record_id: str, status: RequestStatus) -> bool:
        """Say what became of a request, for as long as it takes: that is no correction, and has no last day."""
        recorder = self._recorder
        async with recorder.lock:
            record, shift = recorder.store.record(record_id), recorder.board.snapshot.shift
            if record is None or record.deleted or shift is None or not self._may_move(record):
                return False
            author = Author(shift.connector_id, recorder.around.clock())
            of_no_session: Fields = {"held_on": None} if record.fields.get("held_on") is not None else {}
            updated = author.at.isoformat(timespec="seconds")
            said: Fields = {"status": status.value, "updated_at": updated, **of_no_session}
            if not changed(record.fields, said):
                return False
            fields = {**said, **revised(record.fields, said, author, Revision.STATUS)}
            edit = Edit(record.id, record.kind, author.by, author.at, fields)
            if not await recorder.write(Write(edits=(edit,))):
                return False
            what = Undoable(record.kind, picture.topic(record).subject, status)
            recorder.offer_undo(what, lambda: (back(record, edit), f"/records/{record_id}"))
            return True

    async def discard(self, draft_id: str) -> None:
        """Drop a form that was opened by mistake (what was saved before stays); it can be taken back."""
        recorder = self._recorder
        async with recorder.lock:
            draft = self._open(draft_id)
            if draft and await recorder.write(Write(drafts={draft.id: None})):
                back = Write(drafts={draft.id: document(draft)})
                what = Undoable(Kind.TRAINING_REQUEST, subject_of(draft), "discarded")
                recorder.offer_undo(what, lambda: (back, f"/request/{draft.id}"))

    def _may_move(self, record: StoredRecord) -> bool:
        closed = picture.closed([record], self._recorder.around.clock())
        return record.kind == Kind.TRAINING_REQUEST and closed in (None, Closed.TOO_OLD)

    def _fields(self, draft: RequestDraft, before: StoredRecord | None) -> Fields:
        """What is written: for the first time, or over what had been saved of it."""
        recorder = self._recorder
        now = recorder.around.clock()
        saved = unpack(TrainingRequest, before.fields) if before else None
        record = requests.save(draft, saved, now=now, made_with=recorder.made_with)
        if before is None:
            return pack(record)
        fields = cleared(TrainingRequest, pack(record))
        if not draft.reason or not changed(before.fields, fields):
            return fields
        return {**fields, **revised(before.fields, fields, Author(self._by(draft), now), draft.reason)}

    def _as_it_was(self, draft: RequestDraft, before: StoredRecord, edit: Edit) -> tuple[Write, str]:
        """The correction is taken back, and its form open again."""
        return replace(back(before, edit), drafts={draft.id: document(draft)}), f"/request/{draft.id}"

    def _reopened(self, draft: RequestDraft) -> tuple[Write, str]:
        """The record is deleted and its form open again, under a new id: a deleted record never comes back."""
        around = self._recorder.around
        again = replace(draft, id=around.new_id())
        delete = Edit(draft.id, Kind.TRAINING_REQUEST, draft.connector_id, around.clock(), delete=True)
        return Write(edits=(delete,), drafts={again.id: document(again)}), f"/request/{again.id}"

    def _by(self, draft: RequestDraft) -> str:
        """Whoever has the shift, which is not always who began it."""
        shift = self._recorder.board.snapshot.shift
        return shift.connector_id if shift else draft.connector_id

    def _open(self, draft_id: str) -> RequestDraft | None:
        draft = self._recorder.board.snapshot.draft(draft_id)
        return draft if isinstance(draft, RequestDraft) else None

    async def _keep(self, draft: RequestDraft) -> bool:
        return await self._recorder.write(Write(drafts={draft.id: document(draft)}))


def subject_of(draft: RequestDraft) -> tuple[str, ...]:
    """What its name is made of: the kind of group, and the modules."""
    return (draft.group_type or "", *draft.module_ids)


def met(store: Store, session: Session, author: Author) -> tuple[StoredRecord, Edit] | None:
    """The request for which a session was held, and what to write of that along with it; None where nobody waits."""
    record = store.record(session.request_id) if session.request_id else None
    is_held = session.status in (SessionStatus.HELD, SessionStatus.PARTLY_HELD) and session.started_at
    if not is_held or record is None or record.deleted or not requests.is_open(record.fields):
        return None
    updated = author.at.isoformat(timespec="seconds")
    began = pack(session)["started_at"]
    said: Fields = {"status": RequestStatus.HELD.value, "held_on": began, "updated_at": updated}
    fields = {**said, **revised(record.fields, said, author, Revision.STATUS)}
    return record, Edit(record.id, record.kind, author.by, author.at, fields)


def back(was: StoredRecord, edit: Edit) -> Write:
    """The record as it was before the edit."""
    otherwise = Edit(was.id, was.kind, edit.by, edit.at, {name: was.fields.get(name) for name in edit.fields})
    return Write(reversals=(Reversal(was, edit, otherwise),))
