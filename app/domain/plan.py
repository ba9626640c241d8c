"""The centre's plan: sessions with a day and hours, as their records say it before anybody has begun them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from app.domain.fields import unpack
from app.domain.workshops import SessionDraft
from sync.protocol.reference import RETIRED
from sync.protocol.vocabulary import EntryMode

DAYS_LATE = 7
"""How long a connector may still write down a session that has passed; later it is the coordinator's."""

YEARS = range(2000, 2100)
"""A day outside of them is a mistake, and near the ends of the calendar no moment before or after it can be told."""

EARLY, USUAL_LENGTH, LONGER = timedelta(minutes=15), timedelta(minutes=90), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """When and where a session is to be. Whether it was held is said by who was there."""

    centre_id: str
    module_ids: tuple[str, ...]
    day: date
    start: time  # by the clock on the wall of the centre
    end: time | None = None

    @property
    def starts_at(self) -> datetime:
        """By the clock on the wall."""
        return datetime.combine(self.day, self.start)

    @property
    def ends_at(self) -> datetime:
        """By the clock on the wall, and never before it starts: one that ends after midnight ends the day after."""
        if self.end is None:
            return self.starts_at + USUAL_LENGTH
        end = datetime.combine(self.day, self.end)
        return end if end >= self.starts_at else end + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The sessions of one centre that nobody has begun, as they stand to a moment. The soonest first."""

    late: tuple[PlannedSession, ...]  # of the last days, still without a list
    today: tuple[PlannedSession, ...]
    coming: tuple[PlannedSession, ...]
    now: PlannedSession | None  # the one that people are sitting in


def agenda(planned: Iterable[PlannedSession], centre_id: str, now: datetime) -> Agenda:
    """What the plan has for a centre around `now`."""
    here = [each for each in planned if each.centre_id == centre_id]
    today, wall = now.date(), now.replace(tzinfo=None)
    late = (each for each in here if each.day < today and may_be_taken(each.day, today))
    present = (each for each in here if each.starts_at - EARLY <= wall <= each.ends_at + LONGER)
    return Agenda(
        late=tuple(late),
        today=tuple(each for each in here if each.day == today),
        coming=tuple(each for each in here if each.day > today),
        now=next(present, None),
    )


def may_be_taken(day: date, today: date) -> bool:
    """Whether a list of that day may be taken: never of a day to come, nor long afterwards."""
    return today - timedelta(days=DAYS_LATE) <= day <= today


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
    if day.year not in YEARS or start.tzinfo or (end and end.tzinfo):  # hours of no wall
        return None
    return PlannedSession(said.centre_id, said.module_ids, day, start, end)


def as_planned(draft: SessionDraft, planned: PlannedSession, today: date) -> SessionDraft:
    """The list of a session of an earlier day: it was when the plan says, and is written down afterwards."""
    if planned.day == today or draft.started_at is None:
        return draft
    zone = draft.started_at.tzinfo
    return replace(
        draft,
        started_at=planned.starts_at.replace(tzinfo=zone),
        ended_before=planned.ends_at.replace(tzinfo=zone),
        entry_mode=EntryMode.LATER,
    )
