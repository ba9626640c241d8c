"""From what the disk holds to what the screens show. Pure: reads records, returns parts of a snapshot."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from app.domain.catalogue import OTHER_PROCEDURE, SUPPORT_POINT
from app.domain.library import Library
from app.domain.plan import PlannedSession, planned_session
from app.domain.shifts import Totals, totals
from app.state import Line, LineState
from app.store import StoredRecord
from sync.client.phase import Phase, Sending
from sync.protocol.records import Kind

LINES = 100
"""How many lines a list shows at most: a longer one costs seconds to send to the screen."""

PINNED = 6


def lines(records: Iterable[StoredRecord], phase: Phase) -> tuple[Line, ...]:
    """What this tablet wrote, newest first. A session speaks for its seats: it is sent when they all are."""
    standing = [each for each in records if each.mine and not each.deleted]
    seats: Mapping[str, list[StoredRecord]] = defaultdict(list)
    for each in standing:
        if each.kind == Kind.ATTENDANCE:
            seats[str(each.fields.get("session_id"))].append(each)
    listed = [each for each in standing if each.kind in (Kind.ASSIST, Kind.SESSION)][:LINES]
    return tuple(_line(each, [each, *seats[each.id]], phase) for each in listed)


def shift_totals(records: Iterable[StoredRecord], shift_id: str) -> Totals:
    """The numbers of one shift."""
    standing = (each for each in records if each.mine and not each.deleted)
    return totals((each.kind, each.fields) for each in standing if each.fields.get("shift_id") == shift_id)


def pinned(records: Iterable[StoredRecord], centre_id: str, library: Library) -> tuple[str, ...]:
    """The procedures for the home screen: those most helped with at this centre, then the support point's own; last,
    whatever is not in the catalogue."""
    helped = Counter(
        str(each.fields.get("procedure_id"))
        for each in records
        if each.kind == Kind.ASSIST and not each.deleted and each.fields.get("centre_id") == centre_id
    )
    known = [id for id, _ in helped.most_common() if library.catalogue.procedure(id)]
    starters = [each.id for each in library.catalogue.procedures if each.module == SUPPORT_POINT]
    most = [id for id in dict.fromkeys((*known, *starters)) if id != OTHER_PROCEDURE][:PINNED]
    return (*most, OTHER_PROCEDURE)


def planned(records: Iterable[StoredRecord]) -> tuple[PlannedSession, ...]:
    """The sessions of the plan that nobody has begun, the soonest first."""
    sessions = (each for each in records if each.kind == Kind.SESSION and not each.deleted)
    found = (planned_session(each.fields) for each in sessions)
    return tuple(sorted((each for each in found if each), key=lambda each: (each.day, each.start, each.module_ids)))


def last_sent(records: Iterable[StoredRecord]) -> datetime | None:
    """When the centre last acknowledged something, by its own clock."""
    return max((each.sent_at for each in records if each.sent_at), default=None)


def _line(record: StoredRecord, parts: list[StoredRecord], phase: Phase) -> Line:
    fields = record.fields
    is_assist = record.kind == Kind.ASSIST
    modules = fields.get("module_ids")
    headcount = fields.get("headcount")
    return Line(
        id=record.id,
        kind=record.kind,
        subject=(str(fields.get("procedure_id")),) if is_assist else modules if isinstance(modules, tuple) else (),
        result=str(fields.get("outcome" if is_assist else "status")),
        at=record.at,
        state=_state(parts, phase),
        shift_id=str(fields.get("shift_id")),
        headcount=headcount if isinstance(headcount, int) else None,
        sent_at=record.sent_at,
        problem=next((part.problem.type for part in parts if part.problem), None),
    )


def _state(parts: list[StoredRecord], phase: Phase) -> LineState:
    if any(part.needs_review for part in parts):
        return LineState.REVIEW
    waiting = [part for part in parts if part.is_waiting]
    if not waiting:
        return LineState.SENT
    in_flight = isinstance(phase, Sending) and any(part.sealed for part in waiting)
    return LineState.SENDING if in_flight else LineState.SAVED
