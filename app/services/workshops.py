"""Workshops: open a session's list, mark who came, close it; each tap is on the disk before it shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain import aliases, closing, free_text, sessions, steps_back, workshops
from app.domain.fields import cleared, pack, unpack
from app.domain.plan import PlannedSession, as_planned, may_be_taken
from app.domain.revisions import NOT_VOID, REVISIONS, revised
from app.domain.sessions import Attendance, Choice, Session
from app.domain.shifts import OpenShift
from app.domain.workshops import SessionDraft
from app.services import habits, requests
from app.services.drafts import document
from app.services.recorder import ALIASES, Recorder
from app.state import Trouble, Undoable
from app.store import Edit, StoredRecord, Write, shown_seq
from sync.protocol.records import Author, Fields, Kind
from sync.protocol.vocabulary import AttendanceStatus, CancelReason, Revision, SessionStatus


class Workshops:
    """What a connector can do with sessions. Methods on a list that is no longer open do nothing."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def begin(self, choice: Choice, planned: PlannedSession | None = None) -> str | None:
        """Open the list of a session and return its id; a planned one that was saved is opened to correct it. None when
        no shift is open, the choice lacks something, it is too early or too late for it, or the disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            shift = recorder.board.snapshot.shift
            if shift is None or choice.lacks or not recorder.works_today(shift.connector_id):
                return None
            now = recorder.around.clock()
            day = planned.day if planned else now.date()
            if not may_be_taken(day, now.date()):
                return None
            id = sessions.session_id(choice, day=day, new_id=recorder.around.new_id())
            if opened := self._open(id):
                return id if await self._keep(workshops.hand_over(opened, shift)) else None
            draft = self._saved(id, shift) if self._is_begun(id) else self._first(choice, shift, id=id, now=now)
            if draft and planned and not draft.saved_before:
                draft = as_planned(draft, planned, now.date())
            return id if draft and await self._keep_opened(draft) else None

    async def reopen(self, session_id: str, reason: str | None = None) -> str | None:
        """Open a saved list again, to correct it; None when there is none or no shift is open. `reason` says why,
        where that was asked."""
        async with self._recorder.lock:
            shift = self._recorder.board.snapshot.shift
            draft = self._open(session_id) or (self._saved(session_id, shift) if shift else None)
            if draft and reason:
                draft = replace(draft, reason=reason)
            return session_id if draft and await self._keep_opened(draft) else None

    async def change(self, draft_id: str, step: Callable[[SessionDraft], SessionDraft]) -> None:
        """Apply one rule of `app.domain.workshops` to an open list: mark a seat, add a walk-in, mark the rest ..."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(steps_back.remembered(draft, step(draft)))

    async def step_back(self, draft_id: str) -> None:
        """Take the last change to who came back; again and again, and also after a kill."""
        async with self._recorder.lock:
            if draft := self._open(draft_id):
                await self._keep(steps_back.step_back(draft))

    async def write(self, draft_id: str, field: str, typed: str) -> None:
        """Keep a text in the connector's own words; never what names a person in it."""
        await self.note(draft_id, **{field: free_text.fitting(typed)})

    async def note(self, draft_id: str, **values: object) -> None:
        """Set fields of the list: counted heads, incidents, topics, satisfaction ..."""
        await self.change(draft_id, lambda draft: replace(draft, **values))  # type: ignore[arg-type]

    async def close(self, draft_id: str, cancelled: CancelReason | None = None) -> bool:
        """Save the session and its seats in one write; held, or cancelled for a reason. False when it is not open
        any more or the disk refused."""
        recorder = self._recorder
        async with recorder.lock:
            draft = self._open(draft_id)
            if draft is None:
                return False
            now = recorder.around.clock()
            session = closing.close(draft, cancelled=cancelled, now=now, made_with=recorder.made_with)
            seats = () if cancelled else closing.attendance(draft)
            before = self._held(draft.id)
            names = aliases.after_closing(recorder.aliases, draft.id, now)
            learned = habits.seats_learned(session)
            were = habits.unlearned(recorder.store, learned)
            notes = {**learned, **({ALIASES: names} if draft.id in names else {})}
            met = requests.met(recorder.store, session, Author(draft.connector_id, now))
            edits = (*self._edits(draft, session, seats), *([met[1]] if met else []))
            if not await recorder.write(Write(edits, drafts={draft.id: None}, notes=notes)):
                return False
            what = Undoable(Kind.SESSION, draft.module_ids, session.status, is_correction=draft.saved_before)
            waits = requests.back(*met).reversals if met else ()

            def undone() -> tuple[Write, str]:
                reverted = replace(self._reverted(draft, before), notes=were, reversals=waits)
                return reverted, f"/roll-call/{draft.id}"

            recorder.offer_undo(what, undone)
            return True

    async def discard(self, draft_id: str) -> None:
        """Drop a list that was opened by mistake (what was saved before stays); it can be taken back."""
        recorder = self._recorder
        async with recorder.lock:
            draft = self._open(draft_id)
            if draft and await recorder.write(Write(drafts={draft.id: None})):
                back = Write(drafts={draft.id: document(draft)})
                what = Undoable(Kind.SESSION, draft.module_ids, "as_it_was" if draft.saved_before else "discarded")
                recorder.offer_undo(what, lambda: (back, f"/roll-call/{draft.id}"))

    def _edits(
        self, draft: SessionDraft, session: Session, seats: tuple[tuple[str, Attendance], ...]
    ) -> tuple[Edit, ...]:
        """The session, its seats, and saved seats that are not on the list any more."""
        now = self._recorder.around.clock()
        by = draft.connector_id
        listed = {id for id, _ in seats}
        known = {sessions.attendance_id(draft.id, name) for name in draft.opened_slots}
        # A seat that another tablet added meanwhile was never on this list: nobody took it off.
        gone = [each for each in self._held(draft.id) if each.id in known - listed]
        fields = cleared(Session, pack(session))
        if draft.saved_before:
            del fields["created_at"]
            fields |= self._as_next_version(draft, fields)
        return (
            Edit(draft.id, Kind.SESSION, by, now, {**fields, **NOT_VOID}, seen=draft.seen),
            *(Edit(id, Kind.ATTENDANCE, by, now, {**pack(seat), **NOT_VOID}, seen=draft.seen) for id, seat in seats),
            *(unsaid(each, by, now, seen=draft.seen) for each in gone),
        )

    def _as_next_version(self, draft: SessionDraft, fields: Fields) -> Fields:
        """What a list says of having been written again; one that the centre would not take is not a version yet."""
        before = self._recorder.store.record(draft.id)
        if before is None or before.problem:
            return {}
        author = Author(draft.connector_id, self._recorder.around.clock())
        return revised(before.fields, fields, author, draft.reason or Revision.LIST)

    def _reverted(self, draft: SessionDraft, before: tuple[StoredRecord, ...]) -> Write:
        """Put the session and its seats back as they were `before`, with the list open again."""
        now = self._recorder.around.clock()
        were = {each.id for each in before}
        written = {draft.id, *(id for id, _ in closing.attendance(draft))}
        edits = [
            *(_as_it_was(each, draft, now) for each in before),
            *(
                unsaid(each, draft.connector_id, now, seen=draft.seen)
                for each in self._held(draft.id)
                if each.id in written - were
            ),
        ]
        return Write(edits=tuple(edits), drafts={draft.id: document(draft)})

    def _saved(self, session_id: str, shift: OpenShift) -> SessionDraft | None:
        """The list of a saved session as a draft; None when there is no such session, or when a newer app wrote it in a
        way that this one cannot read, which the board then says."""
        held = self._held(session_id)
        session = next((each for each in held if each.kind == Kind.SESSION), None)
        if session is None:
            return None
        try:
            seats = [unpack(Attendance, each.fields) for each in held if each.kind == Kind.ATTENDANCE]
            saved = unpack(Session, session.fields)
        except (TypeError, ValueError) as error:
            self._recorder.board.show(trouble=Trouble("trouble.record", f"{session_id}: {error}"))
            return None
        draft = workshops.reopen(session_id, saved, seats, connector_id=shift.connector_id)
        return replace(draft, seen=seen_of(held))

    def _first(self, choice: Choice, shift: OpenShift, *, id: str, now: datetime) -> SessionDraft:
        """A list that nobody has begun; where the centre planned it, over what the plan says."""
        planned = self._recorder.store.record(id)
        draft = workshops.begin(choice, shift, id=id, now=now)
        if seats := choice.seats or habits.seats(self._recorder.store, choice):
            draft = workshops.seat_enrolled(draft, seats)
        return replace(draft, seen=shown_seq(planned)) if planned and not planned.deleted else draft

    def _is_begun(self, session_id: str) -> bool:
        """Whether the session was saved by somebody, here or elsewhere: being on the plan is not being begun."""
        return any(each.kind != Kind.SESSION or "started_at" in each.fields for each in self._held(session_id))

    def _held(self, session_id: str) -> tuple[StoredRecord, ...]:
        """The saved records of a session: itself and its seats."""
        session = self._recorder.store.record(session_id)
        seats = self._recorder.store.records(kind=Kind.ATTENDANCE, session_id=session_id)
        return tuple(each for each in (session, *seats) if each and not each.deleted)

    def _open(self, draft_id: str) -> SessionDraft | None:
        draft = self._recorder.board.snapshot.draft(draft_id)
        return draft if isinstance(draft, SessionDraft) else None

    async def _keep_opened(self, draft: SessionDraft) -> bool:
        """What was done to the list before cannot be taken back from now on: that would undo the marks made since."""
        is_kept = await self._keep(replace(draft, device_id=self._recorder.around.device_id))
        undo = self._recorder.board.snapshot.undo
        if is_kept and undo and (undo.kind, undo.subject) == (Kind.SESSION, draft.module_ids):
            self._recorder.withdraw_undo()
        return is_kept

    async def _keep(self, draft: SessionDraft) -> bool:
        return await self._recorder.write(Write(drafts={draft.id: document(draft)}))


def _as_it_was(record: StoredRecord, draft: SessionDraft, at: datetime) -> Edit:
    shape = Session if record.kind == Kind.SESSION else Attendance
    fields = {REVISIONS: None, **NOT_VOID, **cleared(shape, record.fields)}
    return Edit(record.id, record.kind, draft.connector_id, at, fields, seen=draft.seen)


def seen_of(held: Sequence[StoredRecord]) -> int:
    """The centre's last number that a list of these shows.

    A seat with something waiting hides what was heard of it since. Saved after that has gone out, the list must not
    seem to have seen what it hid.
    """
    hiding = (shown_seq(each) for each in held if shown_seq(each) < each.seq)
    return min([max(each.seq for each in held), *hiding])


def unsaid(record: StoredRecord, by: str, at: datetime, *, seen: int | None = None) -> Edit:
    """Nobody heard of it: it goes. What the centre may have cannot be unsaid, nor deleted, for what is deleted never
    comes back and a list may: it becomes a planned session, a seat that is not marked."""
    if record.is_known_here_only:
        return Edit(record.id, record.kind, by, at, delete=True)
    nothing: Fields = (
        {"status": SessionStatus.PLANNED.value, "headcount": None, "ended_at": None, "cancel_reason": None}
        if record.kind == Kind.SESSION
        else {"status": AttendanceStatus.REGISTERED.value}
    )
    return Edit(record.id, record.kind, by, at, nothing, seen=seen)
