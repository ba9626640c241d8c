"""A tablet's folder in which something of every sort waits for a person: for the screens' tests and their pictures."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from app.domain.assisting import Assist
from app.domain.fields import pack
from app.domain.sessions import Attendance, Session, attendance_id
from app.store import Edit, HandOver, Store, Write
from sync.protocol.messages import SyncReply
from sync.protocol.records import (
    Author,
    Change,
    Conflicted,
    Fields,
    HandedOver,
    Kind,
    Overruled,
    Problem,
    Record,
    Refused,
    Result,
    Value,
)
from sync.protocol.vocabulary import AttendanceStatus, Channel, Outcome, SessionKind, SessionStatus

SESSION = "5e551000-0000-5000-8000-000000000000"
PROBLEMS = {"too-large": "outcome", "op-reused": None, "other-kind": "kind"}


def fill(folder: Path, *, now: datetime) -> None:
    """One session and two of its seats in dispute, one wanted gone, one written to when it was gone, three refused
    cases and one that was left to the coordinator."""
    numbers = count(1)
    store = Store.open(folder, new_id=lambda: f"0b000000-0000-4000-8000-{next(numbers):012d}")
    filling = _Filling(store, now - timedelta(hours=2), count(1))
    filling.disputed_session()
    filling.disputed_seat("P04", {"status": AttendanceStatus.LATE})
    filling.seat_wanted_gone("P07")
    filling.seat_deleted("P09")
    for number, (type, field) in enumerate(PROBLEMS.items(), start=1):
        filling.refused_case(number, Problem(f"/problems/{type}", "", field))
    filling.handed_over_case(8)
    today = datetime.now().astimezone()  # on which everybody chooses a PIN
    store.write(Write(notes={"pins_begun": today.isoformat()}))
    store.close()


class _Filling:
    def __init__(self, store: Store, at: datetime, numbers: Iterator[int]) -> None:
        self._store, self._at, self._numbers = store, at, numbers

    def disputed_session(self) -> None:
        session = Session(
            kind=SessionKind.PLAN,
            module_ids=("6",),
            centre_id="balafia",
            connector_ids=("C1",),
            started_at=self._at,
            status=SessionStatus.HELD,
            headcount=11,
        )
        change = self._offer(SESSION, Kind.SESSION, pack(session))
        stands = {**change.set, "headcount": 12, "connector_ids": ("C2",)}
        self._told_beside(change, stands, "headcount", "connector_ids")

    def disputed_seat(self, slot: str, theirs: Fields) -> None:
        change = self._seat(slot)
        self._told_beside(change, {**change.set, **theirs}, *theirs)

    def seat_wanted_gone(self, slot: str) -> None:
        change = self._seat(slot)
        wish = self._beside(change, "", True, by="C2")
        self._hear(Conflicted(change.op, wish.seq, _record(change, change.set, wish)))

    def seat_deleted(self, slot: str) -> None:
        change = self._seat(slot)
        late = self._beside(change, "status", AttendanceStatus.PRESENT.value)
        self._hear(Conflicted(change.op, late.seq, _record(change, {}, late, deleted=True)))

    def refused_case(self, number: int, problem: Problem) -> str:
        change = self._case(number)
        self._hear(Refused(change.op, problem))
        return change.id

    def handed_over_case(self, number: int) -> None:
        id = self.refused_case(number, Problem("/problems/not-yours", "", "id"))
        self._store.write(Write(edits=(HandOver(id),)))
        (change,) = self._store.seal(1)
        self._hear(HandedOver(change.op))

    def _case(self, number: int) -> Change:
        procedures = ("sp-cita-omac", "sp-certificat-padro", "sp-localitzar-tramit")
        assist = Assist(
            procedure_id=procedures[number % 3],
            outcome=Outcome.COMPLETED,
            connector_id="C1",
            centre_id="balafia",
            channel=Channel.WALK_IN,
            started_at=self._at + timedelta(minutes=10 * number),
            ended_at=self._at + timedelta(minutes=10 * number + 8),
            active_minutes=8,
        )
        return self._offer(f"ca5e0000-0000-4000-8000-{number:012d}", Kind.ASSIST, pack(assist))

    def _seat(self, slot: str) -> Change:
        seat = Attendance(session_id=SESSION, slot=slot, status=AttendanceStatus.PRESENT)
        return self._offer(attendance_id(SESSION, slot), Kind.ATTENDANCE, pack(seat))

    def _offer(self, id: str, kind: str, fields: Fields) -> Change:
        self._store.write(Write(edits=(Edit(id, kind, "C1", self._at + timedelta(minutes=90), fields),)))
        (change,) = self._store.seal(1)
        return change

    def _told_beside(self, change: Change, stands: Fields, *names: str) -> None:
        beside = [self._beside(change, name, change.set[name]) for name in names]
        self._hear(Conflicted(change.op, beside[-1].seq, _record(change, stands, *beside)))

    def _beside(self, change: Change, name: str, value: Value, *, by: str = "") -> Overruled:
        seq, theirs = next(self._numbers), Author("C2", self._at + timedelta(minutes=85))
        return Overruled(name, value, by or change.by, theirs.at if by else change.at, change.op, seq, theirs)

    def _hear(self, result: Result) -> None:
        self._store.hear(SyncReply(f"e.{next(self._numbers)}", False, 0, self._at, (result,)))


def _record(change: Change, fields: Fields, *beside: Overruled, deleted: bool = False) -> Record:
    return Record(change.id, change.kind, beside[-1].seq, fields, deleted, beside)
