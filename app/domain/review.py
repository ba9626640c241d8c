"""What a person is asked about a record that two wrote, or that the centre refused. Pure; the words are the views'."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sync.protocol.records import DELETION, Author, Fields, Kind, Overruled, Problem, Value, is_same, no_fields

BOOKKEEPING = frozenset(
    {"catalogue_version", "created_at", "device_id", "revisions", "schema_version", "session_id", "shift_id", "slot"}
    | {"updated_at", "voided_at"}
)
"""Fields that no person wrote: what stands in them stays."""


class Remedy(StrEnum):
    """How a person can have the centre take a refused record after all."""

    FORM = "form"  # write it again, in the form it was made with
    AGAIN = "again"  # offer it again as it is
    NONE = "none"  # nothing a person can do here


_REMEDIES = {
    "/problems/bad-field": Remedy.AGAIN,
    "/problems/bad-id": Remedy.NONE,
    "/problems/centre-fault": Remedy.AGAIN,
    "/problems/not-yours": Remedy.AGAIN,
    "/problems/op-reused": Remedy.AGAIN,
    "/problems/other-kind": Remedy.NONE,
    "/problems/unreadable": Remedy.AGAIN,
}
"""Of problems that are not in what a person wrote. A newer app, or the coordinator, may have mended what was amiss."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and as far as known who wrote it and whether it was on this tablet."""

    value: Value
    author: Author | None = None
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Dispute:
    """One field that was written differently; what stands comes first. No two are the same."""

    field: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A record that waits for a person: what it is about, and what is asked. Refused first, then deleted or not, then
    field by field."""

    id: str
    kind: str
    seq: int  # the centre's number of what is shown
    subject: tuple[str, ...]  # procedure id, or module ids of the session
    result: str = ""  # an outcome, or the status of a session or seat
    slot: str = ""  # of a seat
    session_id: str = ""  # of a session or one of its seats
    centre_id: str = ""
    at: datetime | None = None  # when the case or the session began
    stands: Fields = field(default_factory=no_fields)
    asked: tuple[Dispute, ...] = ()
    wish: Said | None = None  # a deletion that was kept beside
    late: tuple[Dispute, ...] = ()  # what was still written to what is deleted
    gone: Said | None = None  # that it is deleted
    is_deleted: bool = False
    can_decide: bool = True  # False: what was written here before has to be sent first
    problem: Problem | None = None
    remedy: Remedy | None = None  # of the problem


def concerns_a_person(conflict: Overruled, fields: Fields) -> bool:
    """Whether somebody has to be asked about it, given what stands. What no person wrote, and what came to be the same
    after all, is kept beside for whoever looks for it, and asks nobody."""
    differs = not is_same(conflict.value, fields.get(conflict.field))
    return conflict.field == DELETION or (_is_asked(conflict) and differs)


def disputes(fields: Fields, conflicts: Iterable[Overruled], here: Author) -> tuple[Dispute, ...]:
    """The fields a person has to decide, in the order they were disputed. `here` is the last change of this tablet."""
    beside = [each for each in conflicts if _is_asked(each)]
    found = (_dispute(name, fields.get(name), beside, here) for name in dict.fromkeys(each.field for each in beside))
    return tuple(dispute for dispute in found if len(dispute.said) > 1)


def wish(conflicts: Iterable[Overruled], here: Author) -> Said | None:
    """The deletion that was kept beside, if there is one."""
    return next((_said(each, here) for each in conflicts if each.field == DELETION), None)


def late(conflicts: Iterable[Overruled], here: Author) -> tuple[Dispute, ...]:
    """What was still written to a record that is deleted."""
    return tuple(Dispute(each.field, (_said(each, here),)) for each in conflicts if _is_asked(each))


def gone(conflicts: Iterable[Overruled], here: Author) -> Said | None:
    """Who deleted what was still written to, as far as the centre says."""
    by = next((each.stands for each in conflicts if each.stands), None)
    return Said(True, by, is_here=by == here) if by else None


def undisputed(fields: Fields, conflicts: Iterable[Overruled], asked: Iterable[Dispute]) -> Fields:
    """What settles the conflicts that nobody has to be asked about: those fields, as they stand."""
    theirs = {dispute.field for dispute in asked} | {DELETION}
    return {each.field: fields.get(each.field) for each in conflicts if each.field not in theirs}


def said_again(fields: Fields, asked: Iterable[Dispute]) -> Fields:
    """What keeps a record that somebody wanted deleted: one of its fields as it stands, if possible one that is not in
    dispute, for to say it would decide it."""
    theirs = {dispute.field for dispute in asked}
    name = min(fields, key=lambda each: (each in theirs, each in BOOKKEEPING, each), default=None)
    return {} if name is None else {name: fields[name]}


def remedy(kind: str, problem: Problem) -> Remedy:
    """The form, when what was written in it may be what the centre would not take."""
    has_form = kind in (Kind.ASSIST, Kind.SESSION, Kind.ATTENDANCE, Kind.TRAINING_REQUEST)
    return _REMEDIES.get(problem.type, Remedy.FORM if has_form else Remedy.AGAIN)


def _is_asked(conflict: Overruled) -> bool:
    return conflict.field != DELETION and conflict.field not in BOOKKEEPING


def _dispute(name: str, stands: Value, beside: list[Overruled], here: Author) -> Dispute:
    conflicts = [each for each in beside if each.field == name]
    author = next((each.stands for each in conflicts if each.stands), None)
    said = [Said(stands, author, is_here=author == here)]
    for each in conflicts:
        if not any(is_same(each.value, known.value) for known in said):
            said.append(_said(each, here))
    return Dispute(name, tuple(said))


def _said(conflict: Overruled, here: Author) -> Said:
    author = Author(conflict.by, conflict.at)
    return Said(conflict.value, author, is_here=author == here)
