"""Who came to a workshop: the list being taken, a draft. `app.domain.closing` makes records of it.

Seats are anonymous (P01, P02 ...). Nobody is present until somebody says so.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count as count_from
from itertools import islice
from typing import Any

from app.domain.sessions import (
    AGE_COUNTS,
    GENDER_COUNTS,
    Attendance,
    Choice,
    Closing,
    Session,
    slot,
    walk_in_slot,
)
from app.domain.shifts import OpenShift
from sync.protocol.vocabulary import AttendanceStatus, SessionKind, SessionStatus

USUAL_SEATS = 12
SIZES = (12, 15, 20, 30)
"""How many are often enrolled, for one tap."""
MOST_PEOPLE = 200
COUNTED_PRESENT = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY})
COUNTED_ABSENT = frozenset({AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED})

_CYCLE = {
    AttendanceStatus.REGISTERED: AttendanceStatus.PRESENT,
    AttendanceStatus.PRESENT: AttendanceStatus.ABSENT,
}


@dataclass(frozen=True, slots=True)
class SessionDraft(Closing):
    """A list being taken. Kept on disk at every tap; never leaves the tablet."""

    id: str = ""
    kind: SessionKind = SessionKind.PLAN
    module_ids: tuple[str, ...] = ()
    centre_id: str = ""
    shift_id: str = ""
    connector_id: str = ""
    connectors_before: tuple[str, ...] = ()  # who saved it before this connector opened it again
    started_at: datetime | None = None
    statuses: tuple[AttendanceStatus, ...] = ()  # seat P01 first
    walk_ins: int = 0  # how many of the last seats came without being enrolled
    walk_in_slots: tuple[str, ...] = ()  # their names; without them, they go on counting after the enrolled ones
    opened_slots: tuple[
        str, ...
    ] = ()  # seats that were saved when it was opened: those not on it any more are taken off
    past: tuple[str, ...] = ()  # the list before each of the last changes to it, the newest last
    device_id: str = ""
    counted: int | None = None  # heads counted by the connector; None: as many as are marked present
    only_count: bool = False  # a head count without seats
    is_partly_held: bool = False
    saved_before: bool = False  # it corrects a list that was saved already
    ended_before: datetime | None = None  # when that list was saved
    seen: int = 0  # the centre's last number in the list when it was opened
    reason: str | None = None  # why a saved list is corrected, where that was asked


@dataclass(frozen=True, slots=True)
class Roll:
    """A list in numbers."""

    present: int
    absent: int
    unmarked: int
    walk_ins: int


def begin(choice: Choice, shift: OpenShift, *, id: str, now: datetime) -> SessionDraft:
    """Open a list, with nobody marked."""
    assert choice.lacks is None, f"a session lacks {choice.lacks}"
    return SessionDraft(
        id=id,
        kind=choice.kind,
        module_ids=choice.module_ids,
        centre_id=choice.centre_id,
        group_type=choice.group_type,
        request_id=choice.request_id,
        shift_id=shift.id,
        connector_id=shift.connector_id,
        started_at=now,
        statuses=(AttendanceStatus.REGISTERED,) * USUAL_SEATS,
    )


def reopen(id: str, session: Session, seats: Iterable[Attendance], *, connector_id: str) -> SessionDraft:
    """The list of a saved session, for a connector to correct it: who held it stays on it. One that was saved without
    seats gets its own back, not marked."""
    saved = tuple(seats)
    listed, walk_ins = _enrolled(saved, session.registered_count), _walk_ins(saved)
    present = sum(seat.status in COUNTED_PRESENT for seat in (*listed, *walk_ins))
    unmarked = USUAL_SEATS if session.registered_count is None else session.registered_count
    return SessionDraft(
        **{name: getattr(session, name) for name in Closing.__dataclass_fields__},
        id=id,
        kind=session.kind,
        module_ids=session.module_ids,
        centre_id=session.centre_id,
        shift_id=session.shift_id,
        connector_id=connector_id,
        connectors_before=session.connector_ids,
        started_at=session.started_at,
        ended_before=session.ended_at,
        statuses=tuple(seat.status for seat in (*listed, *walk_ins)) or (AttendanceStatus.REGISTERED,) * unmarked,
        walk_ins=len(walk_ins),
        walk_in_slots=tuple(seat.slot for seat in walk_ins),
        opened_slots=tuple(seat.slot for seat in saved),
        counted=None if session.headcount == present else session.headcount,
        only_count=session.registered_count is None,
        is_partly_held=session.status == SessionStatus.PARTLY_HELD,
        saved_before=True,
    )


def hand_over(draft: SessionDraft, shift: OpenShift) -> SessionDraft:
    """An open list goes on with the connector of this shift; who began it stays on it."""
    if draft.connector_id == shift.connector_id:
        return draft
    began = (*draft.connectors_before, draft.connector_id)
    shift_id = draft.shift_id if draft.saved_before else shift.id
    return replace(draft, connector_id=shift.connector_id, connectors_before=began, shift_id=shift_id)


def _enrolled(seats: Iterable[Attendance], registered_count: int | None) -> list[Attendance]:
    """The enrolled seats in the order of their numbers, without those taken off the end: the centre keeps them, not
    marked."""
    listed = _in_order(seat for seat in seats if not seat.walk_in)
    many = len(listed) if registered_count is None else registered_count
    while len(listed) > many and listed[-1].status == AttendanceStatus.REGISTERED:
        listed.pop()
    return listed


def _walk_ins(seats: Iterable[Attendance]) -> list[Attendance]:
    """Those who came without being enrolled. One that is not marked was taken back."""
    return _in_order(seat for seat in seats if seat.walk_in and seat.status != AttendanceStatus.REGISTERED)


def _in_order(seats: Iterable[Attendance]) -> list[Attendance]:
    return sorted(seats, key=lambda seat: (len(seat.slot), seat.slot))


def slots(draft: SessionDraft) -> tuple[str, ...]:
    """The names of all seats, P01 first; no enrolled one has the name of a walk-in."""
    taken = walk_in_slots(draft)
    free = (name for name in map(slot, count_from(1)) if name not in taken)
    return (*islice(free, enrolled(draft)), *taken)


def walk_in_slots(draft: SessionDraft) -> tuple[str, ...]:
    """The seats of those who were not enrolled. A list begun by an older app names them by their place."""
    if len(draft.walk_in_slots) == draft.walk_ins:
        return draft.walk_in_slots
    return tuple(slot(number) for number in range(enrolled(draft) + 1, len(draft.statuses) + 1))


def cycle(draft: SessionDraft, number: int) -> SessionDraft:
    """Tap a seat: not marked, present, absent, not marked."""
    return mark(draft, number, _CYCLE.get(draft.statuses[number - 1], AttendanceStatus.REGISTERED))


def mark(draft: SessionDraft, number: int, status: AttendanceStatus) -> SessionDraft:
    """Say what is known of a seat; `number` is 1 for P01."""
    statuses = (*draft.statuses[: number - 1], status, *draft.statuses[number:])
    return replace(draft, statuses=statuses)


def rest(draft: SessionDraft, status: AttendanceStatus) -> SessionDraft:
    """Mark every seat that is not marked yet; those that are keep their mark."""
    unmarked = AttendanceStatus.REGISTERED
    return replace(draft, statuses=tuple(status if each == unmarked else each for each in draft.statuses))


def add_walk_in(draft: SessionDraft) -> SessionDraft:
    """Someone came without being enrolled: one more seat, present."""
    if len(draft.statuses) >= MOST_PEOPLE:
        return draft
    named = walk_in_slots(draft)
    return replace(
        draft,
        statuses=(*draft.statuses, AttendanceStatus.PRESENT),
        walk_ins=draft.walk_ins + 1,
        walk_in_slots=(*named, walk_in_slot(named, draft.device_id)),
    )


def remove_walk_in(draft: SessionDraft) -> SessionDraft:
    """Take the last walk-in back."""
    if draft.walk_ins == 0:
        return draft
    named = walk_in_slots(draft)[:-1]
    return replace(draft, statuses=draft.statuses[:-1], walk_ins=draft.walk_ins - 1, walk_in_slots=named)


def seat_enrolled(draft: SessionDraft, count: int) -> SessionDraft:
    """Set how many seats are enrolled (0 to 200). Seats are added not marked; only unmarked ones are taken away."""
    enrolled = draft.statuses[: len(draft.statuses) - draft.walk_ins]
    walk_ins = draft.statuses[len(enrolled) :]
    room = MOST_PEOPLE - len(walk_ins)
    while len(enrolled) > count and enrolled[-1] == AttendanceStatus.REGISTERED:
        enrolled = enrolled[:-1]
    missing = min(count, room) - len(enrolled)
    return replace(draft, statuses=(*enrolled, *(AttendanceStatus.REGISTERED,) * missing, *walk_ins))


def more_enrolled(draft: SessionDraft, by: int) -> SessionDraft:
    """`by` more enrolled seats, or fewer."""
    return seat_enrolled(draft, max(enrolled(draft) + by, 0))


def count(draft: SessionDraft, name: str, by: int) -> SessionDraft:
    """`by` more of a counter (0 to 200). Heads start from how many are marked present, and follow them again when the
    two are equal; places and signatures start from as many as there are seats and heads, so that one tap is enough."""
    said = headcount(draft) if name == "counted" else getattr(draft, name)
    if said is None and by > 0 and name in ("capacity", "signatures_count"):
        first: dict[str, Any] = {name: enrolled(draft) if name == "capacity" else headcount(draft)}
        return replace(draft, **first)
    then = min(max((said or 0) + by, 0), _most(draft, name))
    follows = name == "counted" and not draft.only_count and then == roll(draft).present
    values: dict[str, Any] = {name: None if follows else then}
    return replace(draft, **values)


def _most(draft: SessionDraft, name: str) -> int:
    """How far a counter goes: those who came for the first time, or are of one age, are some of those who came."""
    if name == "first_time_count":
        return headcount(draft)
    for names in (AGE_COUNTS, GENDER_COUNTS):
        if name in names:
            return max((getattr(draft, name) or 0) + not_said(draft, names), 0)
    return MOST_PEOPLE


def not_said(draft: SessionDraft, names: tuple[str, ...]) -> int:
    """Of how many heads none of these counters says anything; below zero when fewer people came than were counted."""
    return headcount(draft) - sum(getattr(draft, each) or 0 for each in names)


def enrolled(draft: SessionDraft) -> int:
    """How many seats are enrolled."""
    return len(draft.statuses) - draft.walk_ins


def roll(draft: SessionDraft) -> Roll:
    """The list in numbers; walk-ins are counted among the present."""
    return _rolled(draft.statuses, draft.walk_ins)


def roll_of(seats: Iterable[Attendance]) -> Roll | None:
    """The same of a saved list; None of one that was saved without seats."""
    saved = tuple(seats)
    return _rolled((each.status for each in saved), len(_walk_ins(saved))) if saved else None


def _rolled(statuses: Iterable[AttendanceStatus], walk_ins: int) -> Roll:
    tally = Counter(statuses)
    return Roll(
        present=sum(tally[each] for each in COUNTED_PRESENT),
        absent=sum(tally[each] for each in COUNTED_ABSENT),
        unmarked=tally[AttendanceStatus.REGISTERED],
        walk_ins=walk_ins,
    )


def headcount(draft: SessionDraft) -> int:
    """Heads in the room, 0 to 200: as counted by the connector, else as many as are marked present."""
    if draft.counted is not None:
        return draft.counted
    return 0 if draft.only_count else roll(draft).present
