"""What waits for a person: values two tablets disagree about, and records the centre refused.

Each decision is a new version of the record, written like any other; the centre settles the conflict because its author
had seen it. What the centre refused is written again, forgotten, or left to the coordinator.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.review import Dispute, Remedy, Review, Said, said_again, undisputed
from app.services.assisting import Assisting
from app.services.drafts import document
from app.services.recorder import Recorder
from app.services.requests import Requests
from app.services.workshops import Workshops, unsaid
from app.state import Undoable
from app.store import Deed, Edit, HandOver, Reversal, StoredRecord, Withdrawal, Write
from sync.protocol.records import Fields, Kind

SCREEN = "/review"


@dataclass(frozen=True, slots=True)
class Reviewing:
    """What a connector can do about a record in review. On one that is settled meanwhile nothing happens."""

    recorder: Recorder
    assisting: Assisting
    workshops: Workshops
    requests: Requests

    async def keep(self, review: Review, dispute: Dispute, said: Said) -> None:
        """Keep one of the values of a field."""
        await self._settle(review, {dispute.field: said.value})

    async def keep_standing(self, review: Review) -> None:
        """Keep what stands, in every field that is asked about."""
        await self._settle(review, {each.field: each.said[0].value for each in review.asked})

    async def keep_beside(self, review: Review) -> None:
        """Keep what was kept beside, in every field that is asked about; of several, what came first."""
        await self._settle(review, {each.field: each.said[1].value for each in review.asked})

    async def keep_record(self, review: Review) -> None:
        """Somebody wanted it deleted: it stays."""
        await self._settle(review, said_again(review.stands, review.asked))

    async def delete(self, review: Review) -> None:
        """Somebody wanted it deleted: it goes. Or it is deleted already, whatever was written late: it stays so."""
        async with self.recorder.lock:
            if record := self._in_review(review):
                edit = Edit(record.id, record.kind, self._by(record), self._now(), delete=True, seen=review.seq)
                await self._do(review, "settled", ((record, edit),))

    async def mend(self, review: Review) -> str | None:
        """Open the form of a refused record, and say where it is; None when it cannot be opened, or when the record can
        only be offered again as it is, which then happens."""
        if review.remedy == Remedy.AGAIN:
            await self._offer_again(review)
            return None
        if review.kind == Kind.ASSIST:
            return f"/assist/{review.id}" if await self.assisting.reopen(review.id) else None
        if review.kind == Kind.TRAINING_REQUEST:
            return f"/request/{review.id}" if await self.requests.reopen(review.id) else None
        return f"/roll-call/{review.session_id}" if await self.workshops.reopen(review.session_id) else None

    async def withdraw(self, review: Review) -> None:
        """Forget what the centre refused. Of a session that it never took, the seats are forgotten too."""
        async with self.recorder.lock:
            record = self._in_review(review)
            if record is None or record.problem is None:
                return
            by, now = self._by(record), self._now()
            deeds: list[tuple[StoredRecord, Deed]] = [(record, Withdrawal(record.id, by, now))]
            if record.kind == Kind.SESSION and record.seq == 0:
                seats = self.recorder.store.records(kind=Kind.ATTENDANCE, session_id=record.id)
                deeds += [(seat, unsaid(seat, by, now)) for seat in seats if not seat.deleted]
            await self._do(review, "withdrawn", tuple(deeds))

    async def hand_over(self, review: Review) -> None:
        """Leave what the centre refused to the coordinator."""
        async with self.recorder.lock:
            if record := self._in_review(review):
                await self._do(review, "handed_over", ((record, HandOver(record.id)),))

    async def _offer_again(self, review: Review) -> None:
        async with self.recorder.lock:
            if record := self._in_review(review):
                edit = Edit(record.id, record.kind, self._by(record), self._now())
                await self._do(review, "again", ((record, edit),))

    async def _settle(self, review: Review, decided: Fields) -> None:
        async with self.recorder.lock:
            record = self._in_review(review)
            if record is None:
                return
            fields = {**undisputed(record.copy, record.open_conflicts, review.asked), **decided}
            edit = Edit(record.id, record.kind, self._by(record), self._now(), fields, seen=review.seq)
            await self._do(review, "settled", ((record, edit),))

    async def _do(self, review: Review, result: str, deeds: tuple[tuple[StoredRecord, Deed], ...]) -> None:
        """Write, and offer to take it back: to the letter, or what had been decided once it is sent."""
        form = self.recorder.board.snapshot.draft(review.id) if review.problem else None
        write = Write(edits=tuple(deed for _, deed in deeds), drafts={form.id: None} if form else {})
        if not await self.recorder.write(write):
            return
        reversals = tuple(Reversal(was, deed, _otherwise(was, deed)) for was, deed in deeds)
        back = Write(reversals=reversals, drafts={form.id: document(form)} if form else {})
        self.recorder.offer_undo(Undoable(review.kind, review.subject, result, review.slot), lambda: (back, SCREEN))

    def _in_review(self, review: Review) -> StoredRecord | None:
        record = self.recorder.store.record(review.id)
        return record if record and record.needs_review else None

    def _by(self, record: StoredRecord) -> str:
        shift = self.recorder.board.snapshot.shift
        return shift.connector_id if shift else record.by

    def _now(self) -> datetime:
        return self.recorder.around.clock()


def _otherwise(was: StoredRecord, deed: Deed) -> Edit | None:
    """What takes a decision back that is on its way already: the values as they stood. What is deleted or with the
    coordinator is out of reach."""
    if not isinstance(deed, Edit) or deed.delete or not deed.fields:
        return None
    before = {name: was.copy.get(name) for name in deed.fields}
    return Edit(was.id, was.kind, deed.by, deed.at, before)
