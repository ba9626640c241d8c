"""Ids that follow from what a record says, so that two tablets that write the same thing mean one record."""

from datetime import date
from uuid import UUID, uuid5


def held_for(request_id: str, day: date) -> str:
    """The session of that day for the group of a request."""
    return str(uuid5(UUID(request_id), day.isoformat()))


def attendance_id(session: str, slot: str) -> str:
    """One record per seat of a session, so that two tablets marking one seat meet in it."""
    return str(uuid5(UUID(session), slot))
