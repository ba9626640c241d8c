"""A shift: one connector, one centre, from "Start" to "Tanca el torn"; and what it adds up to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sync.protocol.records import Fields, Kind
from sync.protocol.vocabulary import Custody, Outcome, SessionStatus


@dataclass(frozen=True, slots=True)
class Shift:
    """The record of a shift, as stored and sent."""

    connector_id: str
    centre_id: str
    device_id: str
    started_at: datetime
    ended_at: datetime | None = None
    custody: Custody | None = None  # who has the tablet, when something that is only on it is left on it
    schema_version: int = 1


@dataclass(frozen=True, slots=True)
class OpenShift:
    """The shift that is going on, and the id of its record."""

    id: str
    connector_id: str
    centre_id: str
    started_at: datetime
    ended_at: datetime | None = None  # the connector said it is over; the screen still shows what became of it


@dataclass(frozen=True, slots=True)
class Totals:
    """A shift in numbers. Attendances are contacts, not people: someone who comes twice counts twice."""

    assists: int = 0
    completed: int = 0
    sessions: int = 0
    attendances: int = 0
    minutes: int = 0


def totals(records: Iterable[tuple[str, Fields]]) -> Totals:
    """Add up (kind, fields) of the records that stand; attendance lines are already counted by their session."""
    assists: list[Mapping[str, object]] = []
    sessions: list[Mapping[str, object]] = []
    for kind, fields in records:
        if kind == Kind.ASSIST:
            assists.append(fields)
        elif kind == Kind.SESSION and fields.get("status") in (SessionStatus.HELD, SessionStatus.PARTLY_HELD):
            sessions.append(fields)
    return Totals(
        assists=len(assists),
        completed=sum(each.get("outcome") == Outcome.COMPLETED for each in assists),
        sessions=len(sessions),
        attendances=sum(_count(each, "headcount") for each in sessions),
        minutes=sum(_count(each, "active_minutes") for each in assists),
    )


def _count(fields: Mapping[str, object], name: str) -> int:
    value = fields.get(name)
    return value if isinstance(value, int) else 0
