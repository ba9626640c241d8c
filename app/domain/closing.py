"""A list that is closed: the record of its session, and one of each seat."""

from datetime import datetime

from app.domain.sessions import Attendance, Closing, Session, attendance_id
from app.domain.workshops import SessionDraft, enrolled, headcount, slots
from sync.protocol.vocabulary import CancelReason, SessionStatus


def close(
    draft: SessionDraft, *, cancelled: CancelReason | None = None, now: datetime, made_with: tuple[str, str]
) -> Session:
    """The record of a session that was held, whole or in part, or cancelled for a reason. `made_with` is (device,
    catalogue version)."""
    device_id, catalogue_version = made_with
    return Session(
        **{name: getattr(draft, name) for name in Closing.__dataclass_fields__},
        kind=draft.kind,
        module_ids=draft.module_ids,
        centre_id=draft.centre_id,
        shift_id=draft.shift_id,
        device_id=device_id,
        connector_ids=tuple(dict.fromkeys((*draft.connectors_before, draft.connector_id))),
        started_at=draft.started_at,
        ended_at=_ended(draft, now),
        status=_status(draft, cancelled),
        cancel_reason=cancelled,
        registered_count=None if draft.only_count else enrolled(draft),
        headcount=None if cancelled else headcount(draft),
        catalogue_version=catalogue_version,
        created_at=now,
        updated_at=now,
    )


def _status(draft: SessionDraft, cancelled: CancelReason | None) -> SessionStatus:
    if cancelled:
        return SessionStatus.CANCELLED
    return SessionStatus.PARTLY_HELD if draft.is_partly_held else SessionStatus.HELD


def _ended(draft: SessionDraft, now: datetime) -> datetime:
    """When it is saved, never before it began, whatever the clock says; a correction on a later day moves no end."""
    before = draft.ended_before
    if before and before.date() < now.date():
        return before
    return max(now, draft.started_at or now)


def attendance(draft: SessionDraft) -> tuple[tuple[str, Attendance], ...]:
    """The record of each seat with its id. A head count has none."""
    if draft.only_count:
        return ()
    seats = [
        Attendance(
            session_id=draft.id,
            slot=name,
            centre_id=draft.centre_id,
            shift_id=draft.shift_id,
            status=status,
            walk_in=number > enrolled(draft),
        )
        for number, (name, status) in enumerate(zip(slots(draft), draft.statuses, strict=True), 1)
    ]
    return tuple((attendance_id(draft.id, seat.slot), seat) for seat in seats)
