"""From what the disk holds to what the screens show. Pure: reads records, returns parts of a snapshot."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from app.domain import review
from app.domain.archive import Topic
from app.domain.plan import PlannedSession, planned_session
from app.domain.review import Review
from app.domain.revisions import OPEN_FOR, Closed, is_void, noted_at, number
from app.domain.shifts import Totals, totals
from app.domain.texts import tidy
from app.state import Line, LineState
from app.store import Store, StoredRecord
from sync.client.phase import Phase, Sending
from sync.protocol.records import Author, Kind

LISTED = (Kind.ASSIST, Kind.SESSION, Kind.TRAINING_REQUEST)
"""Kinds that have a line of their own; a seat is spoken for by its session."""

LINES = 100
"""How many lines a list shows at most: a longer one costs seconds to send to the screen."""


def of_records(store: Store, records: Iterable[StoredRecord], phase: Phase) -> dict[str, Any]:
    """What a snapshot says of the records of a store, all of them given newest first: read no further than needed."""
    return {
        "lines": lines(store, records, phase),
        "planned": planned(store.records(kind=Kind.SESSION)),
        "reviews": reviews(store),
    }


def lines(store: Store, records: Iterable[StoredRecord], phase: Phase) -> tuple[Line, ...]:
    """What this tablet wrote, newest first. A session speaks for its seats: it is sent when they all are."""
    listed = (each for each in records if each.mine and not each.deleted and each.kind in LISTED)
    return tuple(line(each, seats(store, each), phase) for each in islice(listed, LINES))


def seats(store: Store, record: StoredRecord) -> tuple[StoredRecord, ...]:
    """The seats that a session speaks for."""
    if record.kind != Kind.SESSION:
        return ()
    found = store.records(kind=Kind.ATTENDANCE, session_id=record.id)
    return tuple(each for each in found if each.mine and not each.deleted)


def reviews(store: Store) -> tuple[Review, ...]:
    """What waits for a person, newest first; the seats of a session together, after it."""
    found = filter(None, map(store.record, store.in_review()))
    newest_first = sorted(found, key=lambda each: (each.at, each.id), reverse=True)
    asked = [_review(each, store) for each in newest_first if each.needs_review]
    places: dict[str, int] = {}
    for each in asked:
        places.setdefault(each.session_id or each.id, len(places))
    return tuple(sorted(asked, key=lambda each: (places[each.session_id or each.id], len(each.slot), each.slot)))


def unsent(store: Store) -> dict[str, int]:
    """How many records of each connector wait on this tablet."""
    return dict(Counter(each.by for each in map(store.record, store.waiting()) if each))


def shift_totals(records: Iterable[StoredRecord], shift_id: str) -> Totals:
    """The numbers of one shift."""
    standing = (each for each in records if each.mine and not each.deleted and not is_void(each.fields))
    return totals((each.kind, each.fields) for each in standing if each.fields.get("shift_id") == shift_id)


def planned(records: Iterable[StoredRecord]) -> tuple[PlannedSession, ...]:
    """The sessions of the plan that nobody has begun, the soonest first."""
    sessions = (each for each in records if each.kind == Kind.SESSION and not each.deleted)
    found = (planned_session(each.fields) for each in sessions)
    return tuple(sorted((each for each in found if each), key=lambda each: (each.day, each.start, each.module_ids)))


def last_sent(records: Iterable[StoredRecord]) -> datetime | None:
    """When the centre last acknowledged something, by its own clock."""
    return max((each.sent_at for each in records if each.sent_at), default=None)


def last_written(records: Sequence[StoredRecord]) -> datetime | None:
    """When what it acknowledged then had been written, by the tablet's clock; but for what was written on since."""
    last = last_sent(records)
    sent = (each for each in records if last and each.sent_at == last and each.rev == each.acked_rev)
    return max((each.at for each in sent if each.mine), default=None)


def _review(record: StoredRecord, store: Store) -> Review:
    late = {each.field: each.value for each in record.conflicts} if record.deleted else {}
    said: Mapping[str, object] = {**late, **record.fields}
    session_id = record.id if record.kind == Kind.SESSION else said.get("session_id")
    session = store.record(session_id) if isinstance(session_id, str) else None
    about: Mapping[str, object] = session.fields if session and session is not record else said
    here, conflicts = Author(record.by, record.at), record.open_conflicts
    return Review(
        id=record.id,
        kind=record.kind,
        seq=record.seq,
        subject=_subject(record.kind, about),
        result=_text(said.get("outcome") or said.get("status")),
        slot=_text(said.get("slot")),
        session_id=_text(session_id),
        centre_id=_text(about.get("centre_id")),
        at=_moment(about.get("started_at")),
        stands=record.copy,
        asked=() if record.copy_deleted else review.disputes(record.copy, conflicts, here),
        wish=review.wish(conflicts, here),
        late=review.late(conflicts, here) if record.copy_deleted else (),
        gone=review.gone(conflicts, here) if record.copy_deleted else None,
        is_deleted=record.copy_deleted,
        can_decide=record.can_decide,
        problem=record.problem,
        remedy=review.remedy(record.kind, record.problem) if record.problem else None,
    )


def _subject(kind: str, fields: Mapping[str, object]) -> tuple[str, ...]:
    """What its name is made of: the procedure; the modules; of a request first the kind of group."""
    procedure, modules = fields.get("procedure_id"), fields.get("module_ids")
    if isinstance(procedure, str):
        return (procedure,)
    named = modules if isinstance(modules, tuple) else ()
    return (_text(fields.get("group_type")), *named) if kind == Kind.TRAINING_REQUEST else named


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """A moment as a record keeps it; None when a newer app writes it in another way."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def topic(record: StoredRecord) -> Topic:
    """What a record is about and how it ended: all that its words come from."""
    fields, is_assist = record.fields, record.kind == Kind.ASSIST
    result = tidy(str(fields.get("outcome" if is_assist else "status")))
    return Topic(record.kind, tuple(map(tidy, _subject(record.kind, fields))), result)


def closed(parts: list[StoredRecord], now: datetime) -> Closed | None:
    """Why a record, the first of `parts`, cannot be corrected here; None: it can. The others are its seats."""
    record = parts[0]
    if any(part.needs_review for part in parts):
        return Closed.IN_REVIEW
    if is_void(record.fields):
        return Closed.VOID
    if any(part.is_handed_over for part in parts):
        return Closed.HANDED_OVER
    return Closed.TOO_OLD if now - noted_at(record.fields, record.at) > OPEN_FOR else None


def line(record: StoredRecord, seats: Iterable[StoredRecord], phase: Phase) -> Line:
    """One thing done, as listed, with the seats it speaks for."""
    fields, parts = record.fields, [record, *seats]
    about, headcount = topic(record), fields.get("headcount")
    return Line(
        id=record.id,
        kind=about.kind,
        subject=about.subject,
        result=about.result,
        at=noted_at(fields, record.at),
        state=_state(parts, phase),
        shift_id=str(fields.get("shift_id")),
        headcount=headcount if isinstance(headcount, int) else None,
        sent_at=record.sent_at,
        problem=next((part.problem.type for part in parts if part.problem), None),
        version=number(fields),
        is_void=is_void(fields),
    )


def _state(parts: list[StoredRecord], phase: Phase) -> LineState:
    if any(part.needs_review for part in parts):
        return LineState.REVIEW
    waiting = [part for part in parts if part.is_waiting]
    if not waiting:
        return LineState.HANDED_OVER if any(part.is_handed_over for part in parts) else LineState.SENT
    in_flight = isinstance(phase, Sending) and any(part.sealed for part in waiting)
    return LineState.SENDING if in_flight else LineState.SAVED
