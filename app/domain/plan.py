"""The centre's plan: sessions with a day and hours, as their records say it before anybody has begun them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from app.domain.fields import unpack
from sync.protocol.reference import RETIRED


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """When and where a session is to be. Whether it was held is said by who was there."""

    centre_id: str
    module_ids: tuple[str, ...]
    day: date
    start: time  # by the clock on the wall of the centre
    end: time | None = None


@dataclass(frozen=True, slots=True)
class _Planned:
    """The fields of a session's record that come from the plan."""

    planned_day: str
    planned_start: str
    centre_id: str
    module_ids: tuple[str, ...]
    planned_end: str | None = None


def planned_session(fields: Mapping[str, object]) -> PlannedSession | None:
    """What a session's record says of the plan; None when it was never planned, was taken off the plan or begun, or
    was planned in a way that this app cannot read."""
    if "planned_day" not in fields or "started_at" in fields or fields.get(RETIRED) is True:
        return None
    try:
        said = unpack(_Planned, fields)
        day, start = date.fromisoformat(said.planned_day), time.fromisoformat(said.planned_start)
        end = time.fromisoformat(said.planned_end) if said.planned_end else None
    except (TypeError, ValueError):
        return None
    return PlannedSession(said.centre_id, said.module_ids, day, start, end)
