"""A workshop session and its seats as records: what is stored and sent, and the ids two tablets agree on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sync.protocol.derived_ids import attendance_id as attendance_id
from sync.protocol.derived_ids import held_for as held_for
from sync.protocol.reference import planned_id, planned_key
from sync.protocol.vocabulary import (
    AttendanceStatus,
    CancelReason,
    EntryMode,
    GroupType,
    Incident,
    Level,
    PaperSheet,
    SessionKind,
    SessionStatus,
)


@dataclass(frozen=True, slots=True)
class Attendance:
    """One seat of a session, as stored and sent."""

    session_id: str = ""
    slot: str = ""
    centre_id: str = ""  # the session's, so that the centre can tell whose seat it is without looking further
    shift_id: str = ""
    status: AttendanceStatus = AttendanceStatus.REGISTERED
    walk_in: bool = False
    schema_version: int = 1


AGE_COUNTS = ("age_under_16", "age_16_24", "age_25_44", "age_45_64", "age_65_74", "age_75_plus")
GENDER_COUNTS = ("gender_woman", "gender_man", "gender_non_binary")


@dataclass(frozen=True, slots=True)
class Closing:
    """What is said of a session besides who came. Counts are 0 to 200."""

    topics_done: tuple[str, ...] = ()
    first_time_count: int | None = None
    level: Level | None = None
    group_type: GroupType | None = None
    incidents: tuple[Incident, ...] = ()
    satisfaction_good: int | None = None
    satisfaction_so_so: int | None = None
    satisfaction_bad: int | None = None
    capacity: int | None = None
    paper_sheet: PaperSheet | None = None
    signatures_count: int | None = None  # on the paper sheet
    room: str | None = None  # this and what follows only where the coordinator has switched them on
    age_under_16: int | None = None
    age_16_24: int | None = None
    age_25_44: int | None = None
    age_45_64: int | None = None
    age_65_74: int | None = None
    age_75_plus: int | None = None
    gender_woman: int | None = None
    gender_man: int | None = None
    gender_non_binary: int | None = None
    note: str | None = None
    entry_mode: EntryMode | None = None  # LATER: written down on another day
    request_id: str | None = None  # of the group that asked for it, where one did


@dataclass(frozen=True, slots=True)
class Session(Closing):
    """The record of a session, as stored and sent."""

    kind: SessionKind = SessionKind.PLAN
    module_ids: tuple[str, ...] = ()
    centre_id: str = ""
    shift_id: str = ""
    device_id: str = ""
    connector_ids: tuple[str, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    status: SessionStatus = SessionStatus.PLANNED
    cancel_reason: CancelReason | None = None
    registered_count: int | None = None
    headcount: int | None = None
    catalogue_version: str = ""
    schema_version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which session: its kind, its modules, its centre, and for a session on request the kind of group."""

    kind: SessionKind
    module_ids: tuple[str, ...]
    centre_id: str
    group_type: GroupType | None = None
    request_id: str | None = None
    seats: int | None = None  # where it is known how many are to come

    @property
    def lacks(self) -> str | None:
        """The field that is still to be said, or None when the list can be opened."""
        if self.kind == SessionKind.ON_REQUEST:
            return "group_type" if self.group_type is None else None
        return None if self.module_ids else "module_ids"


def session_id(choice: Choice, *, day: date, new_id: str) -> str:
    """A planned session has one id per module, centre and day, on every tablet, and one for a request one per day; any
    other takes `new_id`."""
    if choice.request_id:
        return held_for(choice.request_id, day)
    if choice.kind != SessionKind.PLAN:
        return new_id
    return planned_id(planned_key(choice.centre_id, choice.module_ids, day))


def slot(number: int) -> str:
    """The name on the seat card: P01 is number 1."""
    return f"P{number:02d}"


def walk_in_slot(taken: Iterable[str], device_id: str) -> str:
    """The next seat of somebody who was not enrolled. It carries a part of the tablet's id, the one that is chance: two
    tablets that each add a person mean two people."""
    mine = f"@{device_id[-8:]}"
    numbers = [int(each.removeprefix("+").removesuffix(mine)) for each in taken if each.endswith(mine)]
    return f"+{max(numbers, default=0) + 1}{mine}"


def slot_words(slot: str) -> str:
    """A seat as it is shown: without the tablet in it."""
    return slot.partition("@")[0]
