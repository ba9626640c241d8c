"""A record's life, as pure functions from what is kept to what will be kept.

    edited        a person writes                    pending grows
    withdrawn     a person forgets what was refused  pending goes
    handed_over   a person leaves it to others       pending says so, and is offered once more
    offered       it is about to be sent             pending becomes sealed, under a new op
    answered      the centre took or refused it      sealed becomes part of copy, or pending again with a problem
    told          the centre sends its copy          copy is replaced, what was done here stays over it
    reoffered     the centre was restored            all that was sent is to be offered again
    may_be_forgotten   it is old and in a backup

A record waits (`rev > acked_rev`) exactly as long as it has something pending, sealed or to be offered again; what was
handed over stays pending to be read, and does not wait.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from app.domain.plan import planned_session
from app.domain.requests import is_open
from app.store.records import Deed, Edit, HandOver, Pending, StoredRecord, Withdrawal
from sync.protocol.codec import dump_change, load_change
from sync.protocol.records import (
    DELETION,
    NO_FIELDS,
    Change,
    Fields,
    HandedOver,
    Kind,
    Problem,
    Record,
    Refused,
    Result,
    is_same,
    without_cleared,
)

# Answers after which the centre may have the change all the same: under its op before, or just before it failed.
IN_DOUBT = frozenset({"/problems/op-reused", "/problems/centre-fault"})


def edited(record: StoredRecord | None, edit: Edit) -> StoredRecord | None:
    """The record after an edit; the very same one when the edit changes nothing, None when nothing is left to keep.

    Writing a field again as it is says something only where a conflict is open: it settles it. So does deleting again
    what is deleted. Editing a record whose deletion was not offered yet takes the deletion back; editing a refused one
    offers it again.
    """
    if record is None:
        first = StoredRecord(edit.id, edit.kind, NO_FIELDS, False, edit.by, edit.at)
        return None if edit.delete else _seen(_touched(first, edit, Pending(0, without_cleared(edit.fields))))
    if edit.delete and record.is_known_here_only:
        return None
    before = _begun(record.pending or Pending(_base(record)), edit)
    before = replace(before, hand_over=False)
    news = _news_in(edit, record)
    pending = replace(before, set={**before.set, **news}, delete=edit.delete)
    is_change = pending.delete != before.delete or _adds(news, before)
    is_change = is_change and not (edit.delete and record.deleted and not record.open_conflicts)
    return _seen(_touched(record, edit, pending)) if is_change or record.problem else record


def done(record: StoredRecord | None, deed: Deed) -> StoredRecord | None:
    """The record after whatever a person did about it."""
    match deed:
        case Edit():
            return edited(record, deed)
        case Withdrawal():
            return withdrawn(record, deed)
        case HandOver():
            return handed_over(record)


def withdrawn(record: StoredRecord | None, withdrawal: Withdrawal) -> StoredRecord | None:
    """The record without what the centre refused of it: None when it has nothing else. Where the centre may have it all
    the same, it is deleted."""
    if record is None or record.problem is None:
        return record
    if record.seq == 0:
        return edited(record, Edit(record.id, record.kind, withdrawal.by, withdrawal.at, delete=True))
    return _seen(replace(record, pending=None, problem=None, acked_rev=record.rev))


def handed_over(record: StoredRecord | None) -> StoredRecord | None:
    """The refused record with all of it to be offered once more, for the coordinator. Who wrote it stays its author."""
    if record is None or record.problem is None or record.pending is None:
        return record
    return replace(record, pending=replace(record.pending, hand_over=True), problem=None, rev=record.rev + 1)


def offered(record: StoredRecord, op: str) -> StoredRecord:
    """The record with what is next sealed into a change: from now on that change stays as it is.

    What was sent before and may be lost comes first, as it was. Then what is pending, under a new name.
    """
    if record.sealed:
        return record
    if record.again:
        return replace(record, sealed=load_change(record.again[0]))
    if record.pending is None:
        return record
    pending = record.pending
    said = (pending.set, pending.delete, pending.hand_over)
    change = Change(op, record.id, record.kind, pending.base, record.by, record.at, *said)
    return replace(record, sealed=change, sealed_rev=record.rev, pending=None)


def answered(record: StoredRecord, result: Result, now: datetime) -> StoredRecord:
    """The record after the centre's answer. One about any other op than the sealed one is not about this record.

    What was edited meanwhile stays pending. A refusal waits for a person, unless a person has edited it meanwhile.
    """
    change = record.sealed
    if change is None or change.op != result.op:
        return record
    if isinstance(result, Refused):
        return _refused(record, change, result.problem)
    sent, again = (*record.sent, dump_change(change)), record.again[1:]
    acked_rev = 0 if again else record.sealed_rev
    acknowledged = replace(record, sealed=None, acked_rev=acked_rev, sent_at=now, sent=sent, again=again)
    if isinstance(result, HandedOver):
        left = record.pending if record.again else _whole(record, change, hand_over=record.pending is None)
        return _seen(replace(acknowledged, pending=left))
    if result.again and result.record is None:  # it may not see it any more
        return _seen(acknowledged)
    return _with_copy(acknowledged, result.record or _created(record, change, result.seq))


def told(record: StoredRecord | None, news: Record, now: datetime) -> StoredRecord:
    """The record after hearing the centre's copy of it. Hearing it twice, or an older one later, changes nothing."""
    first_heard = StoredRecord(news.id, news.kind, NO_FIELDS, False, "", now)
    return _with_copy(record or first_heard, news)


def reoffered(record: StoredRecord) -> StoredRecord:
    """The record when the centre was restored from a backup, and may have lost or aged it.

    Every change that was sent is offered again as it was, in its order and under its op. A centre that has it answers
    `again` and changes nothing; one that lost it merges it as it did the first time: the centre jumps its numbers after
    a restore, so an old base never counts as having seen something new. A refused change is tried once more: the
    restored centre may not have kept it.

    Until the centre tells its copy, the last one is shown. A record only heard of is kept for reading, as unheard:
    `Store.hear` drops it when it does not come back.
    """
    if not record.mine:
        return replace(record, seq=0)
    in_flight = record.sealed if not record.again else None
    again = (*record.sent, *record.again, *((dump_change(in_flight),) if in_flight else ()))
    copy, copy_deleted = overlaid(record.copy, record.copy_deleted, (in_flight,))
    offering = replace(record, seq=0, copy=copy, copy_deleted=copy_deleted, sealed=None, sent=(), again=again)
    if again or record.pending:  # above sealed_rev: to acknowledge what was sealed is not to acknowledge this
        offering = replace(offering, acked_rev=0, rev=record.rev + 1 if record.problem else record.rev)
    return _seen(replace(offering, problem=None))


def may_be_forgotten(record: StoredRecord, *, before: datetime, safe: int) -> bool:
    """Whether the tablet may let go of a record: acknowledged before that moment of the centre's clock, inside a
    finished backup, and nothing left to say or to decide about it.

    Of what was only heard of, sessions and lists go; what the app works with stays: the catalogue, a session of the
    plan as long as it may still be begun, and a group's request until it is known what became of it.
    """
    last = record.sent_at if record.mine else record.at
    is_settled = not (record.is_waiting or record.needs_review or record.pending or record.again)
    is_work = record.mine or record.kind in (Kind.SESSION, Kind.ATTENDANCE)
    planned = planned_session(record.fields)
    is_over = planned is None or planned.day < before.date()
    is_over = is_over and not (record.kind == Kind.TRAINING_REQUEST and is_open(record.fields))
    return is_settled and is_work and is_over and last is not None and last <= before and 0 < record.seq <= safe


def overlaid(copy: Fields, copy_deleted: bool, layers: Iterable[Change | Pending | None]) -> tuple[Fields, bool]:
    """What a person sees, and whether it is deleted: the centre's copy under what it has not acknowledged."""
    there = [layer for layer in layers if layer is not None]
    said = [fields for fields in (copy, *(layer.set for layer in there)) if fields]
    seen = said[0] if len(said) == 1 else {name: value for fields in said for name, value in fields.items()}
    return _read_only(seen), copy_deleted or any(layer.delete for layer in there)


def unacknowledged(
    seq: int, sealed: Change | None, again: tuple[str, ...], pending: Pending | None
) -> tuple[Change | Pending | None, ...]:
    """What lies over the centre's copy. What is offered again is in the last copy already, until a new one comes."""
    if again:
        return (*map(load_change, again if seq else ()), pending)
    return (sealed, pending)


def _touched(record: StoredRecord, edit: Edit, pending: Pending) -> StoredRecord:
    revised = replace(record, by=edit.by, at=edit.at, rev=record.rev + 1, mine=True)
    return replace(revised, pending=pending, problem=None)


def _created(record: StoredRecord, change: Change, seq: int) -> Record:
    """What the centre now holds when it says no more than "applied": just what was offered."""
    return Record(record.id, record.kind, seq, change.set, change.delete)


def _refused(record: StoredRecord, change: Change, answer: Problem) -> StoredRecord:
    problem = None if record.pending else answer
    acked_rev = 0 if record.again else record.acked_rev
    kept = replace(_unoffered(record, answer), sealed=None, again=(), acked_rev=acked_rev)
    return _seen(replace(kept, pending=_whole(record, change), problem=problem))


def _whole(record: StoredRecord, change: Change, *, hand_over: bool = False) -> Pending:
    """What the centre did not take of a change, with what was written here since. A deletion that was not taken is
    taken back by what was written after it, as one that was never offered."""
    newer = (*map(load_change, record.again[1:]), *((record.pending,) if record.pending else ()))
    layers: tuple[Change | Pending, ...] = (change, *newer)
    said = {name: value for layer in layers for name, value in layer.set.items()}
    return Pending(change.base, said, layers[-1].delete, hand_over)


def _unoffered(record: StoredRecord, answer: Problem) -> StoredRecord:
    """Of what the centre refused from the first it has nothing, unless this is just what is in doubt: nobody has to be
    told when it is deleted. What was shown as its copy after a restart was not."""
    is_unknown = record.seq == 0 and record.sent_at is None and answer.type not in IN_DOUBT
    return replace(record, sealed_rev=0, copy=NO_FIELDS, copy_deleted=False) if is_unknown else record


def _with_copy(record: StoredRecord, news: Record) -> StoredRecord:
    if news.seq >= record.seq:
        fields = NO_FIELDS if news.deleted else without_cleared(news.fields)
        record = replace(record, seq=news.seq, copy=fields, copy_deleted=news.deleted, conflicts=news.conflicts)
    return _seen(record)


def _seen(record: StoredRecord) -> StoredRecord:
    layers = unacknowledged(record.seq, record.sealed, record.again, record.pending)
    fields, deleted = overlaid(record.copy, record.copy_deleted, layers)
    return replace(record, fields=fields, deleted=deleted)


def shown_seq(record: StoredRecord) -> int:
    """The centre's last number of which the screen shows everything: what waits here hides what was heard since."""
    return min(_base(record), record.pending.base) if record.pending else _base(record)


def _base(record: StoredRecord) -> int:
    """What the person had seen of the centre's. What is being offered hides what was heard since from the screen."""
    offering = load_change(record.again[0]) if record.again else record.sealed
    return offering.base if offering else record.seq


def _begun(pending: Pending, edit: Edit) -> Pending:
    """What was heard after the person began is not on their screen: the base stays below it."""
    return pending if edit.seen is None else replace(pending, base=min(pending.base, edit.seen))


def _adds(news: Fields, pending: Pending) -> bool:
    """Whether they say more than what is pending already."""
    said = pending.set
    return any(name not in said or not is_same(value, said[name]) for name, value in news.items())


def _news_in(edit: Edit, record: StoredRecord) -> Fields:
    """What the edit says that the record does not. Where nothing is new and a deletion is kept beside, all of it: who
    writes such a record again wants it to stay. Of a deleted record nothing was seen, so all of it is new."""
    if record.deleted:
        return edit.fields
    disputed = {conflict.field for conflict in record.open_conflicts}
    news = {
        name: value
        for name, value in edit.fields.items()
        if name in disputed or not is_same(value, record.fields.get(name))
    }
    return edit.fields if DELETION in disputed and not news else news


def _read_only(fields: Fields) -> Fields:
    if isinstance(fields, MappingProxyType) and None not in fields.values():
        return fields  # most of what is kept is seen as it is: one mapping for both halves what a record takes
    return MappingProxyType(without_cleared(fields))
