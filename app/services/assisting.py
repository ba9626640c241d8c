"""Assisted procedures: open a case, tick its steps, end it; each tap is on the disk before it shows."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import assisting, cards, free_text, open_cases
from app.domain.assisting import Assist, AssistDraft, Ending
from app.domain.fields import cleared, pack, unpack
from app.domain.revisions import REVISIONS, changed, revised
from app.domain.shifts import OpenShift
from app.services.drafts import document
from app.services.habits import Notes, as_done_here, learned, unlearned
from app.services.recorder import Recorder
from app.state import Trouble, Undoable
from app.store import Edit, Reversal, StoredRecord, Write
from sync.protocol.records import Author, Fields, Kind

DOUBLE_TAP = timedelta(seconds=1)
"""Two taps on one tile within this open one case."""

SAME_AGAIN = ("channel", "device_used")
"""What a case begun again takes over, besides its procedure."""

AT_HOME = {"route": "/"}  # where a restart begins: the screen of a case goes with the case


class Assisting:
    """What a connector can do with cases. Methods on a case that is no longer open do nothing."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def begin_again(self, record_id: str) -> str | None:
        """Open a case like one that was saved: the same procedure, asked for in the same way and on the same machine.
        What was noted of the person is not copied: it is another one."""
        record = self._recorder.store.record(record_id)
        if record is None:
            return None
        same = {name: record.fields[name] for name in SAME_AGAIN if record.fields.get(name) is not None}
        return await self.begin(str(record.fields.get("procedure_id")), **same)

    async def begin(self, procedure_id: str, **details: object) -> str | None:
        """Open a case and return its id; None when no shift is open, the connector may not
        work here any more, the procedure is unknown, as many cases are open
        as may be, or the disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            procedure = recorder.library.catalogue.procedure(procedure_id)
            shift = recorder.board.snapshot.shift
            if procedure is None or shift is None or not recorder.works_today(shift.connector_id):
                return None
            around = recorder.around
            if twin := self._just_begun(procedure_id, shift, around.clock()):
                return twin.id
            if open_cases.is_full(recorder.board.snapshot.own_cases):
                return None
            begun = assisting.begin(procedure, shift, id=around.new_id(), now=around.clock())
            draft = replace(begun, catalogue_version=recorder.library.catalogue.version, **details)  # type: ignore[arg-type]
            return draft.id if await self._keep(self._numbered(draft)) else None

    async def tick(self, draft_id: str, step_id: str) -> None:
        """Tick a step, or untick it."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(assisting.tick(draft, step_id))

    async def pause(self, draft_id: str) -> None:
        """Stop the clock of a case, or start it again."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(assisting.pause(draft, self._recorder.around.clock()))

    async def note(self, draft_id: str, **values: object) -> None:
        """Set fields of the case: a detail, corrected minutes, the ending that is being chosen, the blocked step."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(replace(draft, **values))  # type: ignore[arg-type]

    async def write(self, draft_id: str, field: str, typed: str) -> None:
        """Keep a text in the connector's own words; never what names a person in it."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(replace(draft, **{field: free_text.look(typed).kept or None}))  # type: ignore[arg-type]

    async def read_card(self, draft_id: str, typed: str) -> None:
        """Keep the code of a card as soon as it is one; of anything else, only that it is none."""
        async with self._recorder.lock:
            draft = self._open(draft_id)
            if draft and (after := cards.with_code(draft, typed)) != draft:
                await self._keep(after)

    async def finish(self, draft_id: str, ending: Ending) -> bool:
        """End a case: the draft becomes a record, in one write. False when it still lacks a reason (the case then
        waits for it), while a text is too long or a card's code is wrong, when it is not open any more, or when the
        disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            draft = self._open(draft_id)
            if draft is None or cards.hindrance(draft):
                return False
            if ending.lacks:
                await self._keep(replace(draft, ending=ending.outcome))
                return False
            now = recorder.around.clock()
            before = recorder.store.record(draft.id)
            draft = draft if before else self._of_this_shift(draft)
            by = self._corrector(draft) if before else draft.connector_id
            edit = Edit(draft.id, Kind.ASSIST, by, now, self._fields(draft, ending, before))
            habits = self._learned(draft, edit) if before is None else {}
            back = unlearned(recorder.store, habits)
            write = Write(edits=(edit,), drafts={draft.id: None}, notes={**AT_HOME, **habits})
            if not await recorder.write(write):
                return False
            is_correction = REVISIONS in edit.fields
            what = Undoable(Kind.ASSIST, (draft.procedure_id,), ending.outcome, is_correction=is_correction)
            recorder.offer_undo(
                what, lambda: self._as_it_was(draft, before, edit) if before else self._reopened(draft, back)
            )
            return True

    async def reopen(self, record_id: str, reason: str | None = None) -> bool:
        """Open a saved case again, to correct it. False when there is none, the disk refused, or a newer app wrote it
        in a way that this one cannot read, which the board then says. With a `reason` it becomes a new version."""
        recorder = self._recorder
        async with recorder.lock:
            record = recorder.store.record(record_id)
            if draft := self._open(record_id):
                return await self._keep(replace(draft, reason=reason)) if reason else True
            if record is None or record.deleted:
                return False
            try:
                draft = assisting.reopen(record_id, unpack(Assist, record.fields))
            except (TypeError, ValueError) as error:
                recorder.board.show(trouble=Trouble("trouble.record", f"{record_id}: {error}"))
                return False
            return await self._keep(replace(draft, reason=reason))

    async def discard(self, draft_id: str) -> None:
        """Drop a case that was opened by mistake; it can be taken back for a few seconds."""
        recorder = self._recorder
        async with recorder.lock:
            draft = self._open(draft_id)
            if draft and await recorder.write(Write(drafts={draft.id: None}, notes=AT_HOME)):
                back = Write(drafts={draft.id: document(draft)})
                recorder.offer_undo(
                    Undoable(Kind.ASSIST, (draft.procedure_id,), "discarded"), lambda: (back, f"/assist/{draft.id}")
                )

    def _fields(self, draft: AssistDraft, ending: Ending, before: StoredRecord | None) -> Fields:
        """What is written when a case ends: for the first time, or over what had been saved of it."""
        record = self._record(draft, ending, self._recorder.around.clock())
        if before is None:
            return pack(record)
        fields = cleared(Assist, pack(assisting.corrected(unpack(Assist, before.fields), record)))
        if not draft.reason or not changed(before.fields, fields):
            return fields
        author = Author(self._corrector(draft), self._recorder.around.clock())
        return {**fields, **revised(before.fields, fields, author, draft.reason)}

    def _learned(self, draft: AssistDraft, edit: Edit) -> Notes:
        """What the tablet learns from a case that ends for the first time."""
        return learned(self._recorder.store, unpack(Assist, edit.fields), is_corrected=draft.minutes is not None)

    def _as_it_was(self, draft: AssistDraft, before: StoredRecord, edit: Edit) -> tuple[Write, str]:
        """The correction is taken back, and its form open again."""
        back = replace(edit, fields={name: before.fields.get(name) for name in edit.fields})
        write = Write(reversals=(Reversal(before, edit, back),), drafts={draft.id: document(draft)})
        return write, f"/assist/{draft.id}"

    def _corrector(self, draft: AssistDraft) -> str:
        """Whoever has the shift, which is not always who held the case."""
        shift = self._recorder.board.snapshot.shift
        return shift.connector_id if shift else draft.connector_id

    def _record(self, draft: AssistDraft, ending: Ending, now: datetime) -> Assist:
        """What the case becomes, with the procedure and the version of the catalogue it goes by."""
        device_id, _ = self._recorder.made_with
        procedure, version = assisting.goes_by(draft, self._recorder.library.catalogue)
        procedure = as_done_here(self._recorder.store, procedure)
        return assisting.finish(draft, ending, procedure, now=now, made_with=(device_id, version))

    def _reopened(self, draft: AssistDraft, habits: Notes) -> tuple[Write, str]:
        """The record is deleted and its case open again, under a new id: a deleted record never comes back."""
        around = self._recorder.around
        again = self._numbered(replace(draft, id=around.new_id(), ending=None))
        delete = Edit(draft.id, Kind.ASSIST, draft.connector_id, around.clock(), delete=True)
        return Write(edits=(delete,), drafts={again.id: document(again)}, notes=habits), f"/assist/{again.id}"

    def _just_begun(self, procedure_id: str, shift: OpenShift, now: datetime) -> AssistDraft | None:
        """The case that the first of two quick taps on one tile has opened."""
        drafts = self._recorder.board.snapshot.drafts
        return next(
            (
                draft
                for draft in drafts
                if isinstance(draft, AssistDraft)
                and (draft.procedure_id, draft.shift_id) == (procedure_id, shift.id)
                and draft.started_at is not None
                and timedelta() <= now - draft.started_at < DOUBLE_TAP
            ),
            None,
        )

    def _numbered(self, draft: AssistDraft) -> AssistDraft:
        return open_cases.numbered(draft, self._recorder.board.snapshot.own_cases)

    def _of_this_shift(self, draft: AssistDraft) -> AssistDraft:
        """A case that was left open counts in the shift in which the same connector ends it."""
        shift = self._recorder.board.snapshot.shift
        if shift is None or shift.connector_id != draft.connector_id:
            return draft
        return replace(draft, shift_id=shift.id)

    def _open(self, draft_id: str) -> AssistDraft | None:
        draft = self._recorder.board.snapshot.draft(draft_id)
        return draft if isinstance(draft, AssistDraft) else None

    async def _keep(self, draft: AssistDraft) -> bool:
        return await self._recorder.write(Write(drafts={draft.id: document(draft)}))
