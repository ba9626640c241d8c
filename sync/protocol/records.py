"""Records and changes as they travel: what a tablet offers and what the centre keeps.

Values are flat (`Fields`): what would be nested is written with dots, `step.form`. Nothing here is ever
edited in place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

Value = str | int | bool | None | tuple[str, ...]
Fields = Mapping[str, Value]

NO_FIELDS: Fields = MappingProxyType({})

DELETION = ""  # the field under which a deletion is marked, and kept beside when it is overruled


def no_fields() -> Fields:
    """For dataclass defaults: Python 3.11 takes a read-only mapping for a mutable one."""
    return NO_FIELDS


def is_same(one: Value, other: Value) -> bool:
    """Equal, and of one type: to Python `True` equals 1."""
    return one == other and type(one) is type(other)


def without_cleared(fields: Fields) -> Fields:
    """What is there once None has cleared its fields."""
    return MappingProxyType({name: value for name, value in fields.items() if value is not None})


class Kind(StrEnum):
    """What a record is about. An end keeps kinds it does not know, it never drops them."""

    ASSIST = "assist"
    SESSION = "session"
    ATTENDANCE = "attendance"
    SHIFT = "shift"
    TRAINING_REQUEST = "training_request"
    # Reference data: from the centre to every tablet, never the other way.
    PROCEDURE = "procedure"
    MODULE = "module"
    CENTRE = "centre"
    PERSON = "person"
    POLICY = "policy"
    EDITION = "edition"  # of a whole file of these: its version, and the order of its entries


@dataclass(frozen=True, slots=True)
class Change:
    """What one person did to one record, offered by a tablet until the centre answers it."""

    op: str  # UUID of this change: offered again with the same op, it is applied once
    id: str  # UUID of the record
    kind: str
    base: int  # the centre's number of the copy the person was looking at; 0 = never heard from the centre
    by: str  # connector id, e.g. "C1"
    at: datetime  # aware, by the tablet's clock: shown to people, never used for order
    set: Fields = field(default_factory=no_fields)  # only the fields that changed; None clears one
    delete: bool = False
    hand_over: bool = False  # refused before, and left to the coordinator: to be kept whole, not to be applied


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote something, and when by the clock of their tablet: shown to people, never used for order."""

    by: str  # connector id
    at: datetime


@dataclass(frozen=True, slots=True)
class Overruled:
    """A value that met an unseen other value and was kept beside it for a person to see."""

    field: str  # DELETION when that is what was overruled
    value: Value
    by: str
    at: datetime
    op: str
    seq: int
    stands: Author | None = None  # of what stands in the field now, or of the deletion; None when not known


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the centre keeps it."""

    id: str
    kind: str
    seq: int  # the centre's number: grows with every change, orders everything
    fields: Fields = field(default_factory=no_fields)
    deleted: bool = False
    conflicts: tuple[Overruled, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was not accepted (RFC 9457), without echoing the value it is about."""

    type: str  # "/problems/too-large"
    title: str  # English, for logs; screens translate `type`
    field: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The centre has this change on disk."""

    op: str
    seq: int
    again: bool = False  # it had it before: the first answer was lost
    record: Record | None = None  # absent when the change created the record


@dataclass(frozen=True, slots=True)
class Conflicted:
    """The centre has this change on disk, and part of it met someone else's: see `record.conflicts`."""

    op: str
    seq: int
    record: Record
    again: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The centre read this change and will not take it. It keeps a copy; so does the tablet."""

    op: str
    problem: Problem
    again: bool = False


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The centre keeps this change for the coordinator, unread. The tablet has no more to do about it."""

    op: str
    again: bool = False


Result = Applied | Conflicted | Refused | HandedOver
