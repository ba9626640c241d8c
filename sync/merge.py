"""The merge rule, complete and pure: what becomes of a change that meets what the centre holds.

The first to arrive stands. A value that meets another value its author had not seen is kept beside it, in
`conflicts`, for a person to settle; nobody's clock decides anything. docs/protocol.md section 4 is this file in words.

Deletion is a field like another, under the name `DELETION`: it has a mark, and can be overruled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sync.protocol.records import (
    DELETION,
    Author,
    Change,
    Fields,
    Overruled,
    Record,
    Value,
    is_same,
    no_fields,
    without_cleared,
)

SEVERAL_HANDS = ""  # the writer of a field that more than one tablet set to the same value


@dataclass(frozen=True, slots=True)
class Mark:
    """Who wrote a field last, and the number that write was given."""

    seq: int
    writer: str  # a device, or SEVERAL_HANDS
    by: str = ""  # the person there; "" in what was kept before this was noted
    at: str = ""  # the moment as it is written, by the clock of their tablet: only shown


Marks = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Held:
    """A record as the centre holds it: what everybody sees, and per field what is needed to merge the next change."""

    id: str
    kind: str
    seq: int
    fields: Fields = field(default_factory=no_fields)  # a cleared field is absent
    marks: Marks = field(default_factory=dict)  # a field nobody ever wrote has none; DELETION always has one
    deleted: bool = False
    conflicts: tuple[Overruled, ...] = ()

    def as_record(self) -> Record:
        return Record(self.id, self.kind, self.seq, self.fields, self.deleted, self.conflicts)


@dataclass(frozen=True, slots=True)
class Merged:
    """The record after a change, and whether part of the change was overruled and kept beside."""

    held: Held
    overruled: tuple[Overruled, ...] = ()


def merge(held: Held | None, change: Change, *, writer: str, seq: int) -> Merged:
    """Apply `change` by the device `writer`, numbered `seq`. The same change again changes nothing more."""
    mark = Mark(seq, writer, change.by, change.at.isoformat())
    if held is None:
        return Merged(_created(change, mark))
    if held.deleted:
        merged = _onto_tombstone(held, change, mark)
    elif change.delete:
        merged = _deletion(held, change, mark)
    else:
        merged = _edit(held, change, mark)
    return replace(merged, held=_signed(merged.held))


def _created(change: Change, mark: Mark) -> Held:
    if change.delete:
        return Held(change.id, change.kind, mark.seq, marks={DELETION: mark}, deleted=True)
    marks = {DELETION: mark, **dict.fromkeys(change.set, mark)}
    return Held(change.id, change.kind, mark.seq, without_cleared(change.set), marks)


def _edit(held: Held, change: Change, mark: Mark) -> Merged:
    fields, marks = dict(held.fields), dict(held.marks)
    overruled, accepted = [], []
    for name, value in sorted(change.set.items()):  # the same beside in the same order, however it was written
        theirs = _is_theirs(held, name, change, mark.writer)
        agrees = is_same(held.fields.get(name), value)
        if theirs and not agrees:
            overruled.append(_beside(name, value, change, mark.seq))
            continue
        fields[name] = value
        marks[name] = replace(mark, writer=SEVERAL_HANDS) if theirs else mark
        accepted.append(name)
    settled = _unsettled(held.conflicts, accepted, seen=change.base)
    merged = replace(held, seq=mark.seq, fields=without_cleared(fields), marks=marks, conflicts=settled)
    return _keeping(merged, overruled)


def _deletion(held: Held, change: Change, mark: Mark) -> Merged:
    """A deletion goes through only when all it destroys had been seen. Else it is kept beside, like an edit."""
    unseen_edit = any(_is_theirs(held, name, change, mark.writer) for name in held.marks)
    unseen_conflict = any(conflict.seq > change.base and conflict.op != change.op for conflict in held.conflicts)
    if unseen_edit or unseen_conflict:
        edited = _edit(held, change, mark)
        return _keeping(edited.held, [*edited.overruled, _beside(DELETION, True, change, mark.seq)])
    return Merged(Held(held.id, held.kind, mark.seq, marks={DELETION: mark}, deleted=True))


def _onto_tombstone(held: Held, change: Change, mark: Mark) -> Merged:
    """What is deleted stays deleted. A second deletion agrees with it; what is still written is kept beside."""
    if change.delete:
        theirs = _is_theirs(held, DELETION, change, mark.writer)
        agreed = replace(mark, writer=SEVERAL_HANDS) if theirs else mark
        open_still = tuple(conflict for conflict in held.conflicts if conflict.seq > change.base)
        return Merged(replace(held, seq=mark.seq, marks={**held.marks, DELETION: agreed}, conflicts=open_still))
    late = [_beside(name, value, change, mark.seq) for name, value in sorted(change.set.items())]
    return _keeping(replace(held, seq=mark.seq), late)


def _is_theirs(held: Held, name: str, change: Change, writer: str) -> bool:
    """Whether the present value was written by somebody else, after what the author of `change` had seen."""
    mark = held.marks.get(name)
    return mark is not None and mark.seq > change.base and mark.writer != writer


def _unsettled(conflicts: tuple[Overruled, ...], accepted: Iterable[str], *, seen: int) -> tuple[Overruled, ...]:
    """Without the conflicts a person has now decided: one who saw them wrote the field again.

    An overruled deletion is settled by any such write: its author saw the wish to delete, and went on.
    """
    names = set(accepted)
    if names:
        names.add(DELETION)
    return tuple(conflict for conflict in conflicts if conflict.field not in names or conflict.seq > seen)


def _keeping(held: Held, overruled: Iterable[Overruled]) -> Merged:
    """`held` with what was overruled beside it, once: a change that is offered again adds nothing."""
    known = {(conflict.op, conflict.field) for conflict in held.conflicts}
    beside = tuple(overruled)
    new = tuple(one for one in beside if (one.op, one.field) not in known)
    return Merged(replace(held, conflicts=held.conflicts + new), beside)


def _signed(held: Held) -> Held:
    """With each conflict, who wrote what stands now: a person has to see both sides."""
    if not held.conflicts:
        return held
    marks = {each.field: held.marks.get(DELETION if held.deleted else each.field) for each in held.conflicts}
    signed = (replace(each, stands=_author(marks[each.field])) for each in held.conflicts)
    return replace(held, conflicts=tuple(signed))


def _author(mark: Mark | None) -> Author | None:
    return Author(mark.by, datetime.fromisoformat(mark.at)) if mark and mark.by else None


def _beside(name: str, value: Value, change: Change, seq: int) -> Overruled:
    return Overruled(name, value, change.by, change.at, change.op, seq)
