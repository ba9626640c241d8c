"""An outbox without a disk. It keeps the same contract as the tablet's store: test_outbox.py holds both to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from sync.protocol.messages import SyncReply
from sync.protocol.receipts import Receipt, receipt_of
from sync.protocol.records import (
    Applied,
    Change,
    Conflicted,
    Fields,
    HandedOver,
    Overruled,
    Problem,
    Record,
    Refused,
    Result,
    Value,
)


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    review: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: what the person sees (`fields`), the centre's copy, and the change on its way."""

    id: str
    kind: str
    by: str
    at: datetime
    fields: Fields = field(default_factory=dict)
    deleted: bool = False
    rev: int = 0
    acked_rev: int = 0
    seq: int = 0
    base: int = 0  # the number on the screen when the person began what is not sealed yet
    copy: Fields = field(default_factory=dict)
    copy_deleted: bool = False
    sealed: Change | None = None
    sealed_rev: int = 0
    problem: Problem | None = None
    conflicts: tuple[Overruled, ...] = ()
    mine: bool = False
    hand_over: bool = False
    sent: tuple[Change, ...] = ()  # acknowledged, oldest first
    again: tuple[Change, ...] = ()  # of those, what a restored centre is still to be offered

    @property
    def is_waiting(self) -> bool:
        return self.rev > self.acked_rev and self.problem is None

    @property
    def needs_review(self) -> bool:
        return self.problem is not None or (self.mine and not all(map(self._is_decided, self.conflicts)))

    def _is_decided(self, conflict: Overruled) -> bool:
        if self.rev == self.acked_rev or conflict.seq > self.base:
            return False
        return self.deleted or conflict.field in _difference(self.copy, self.fields)


class MemoryOutbox:
    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self._entries: dict[str, Entry] = {}
        self._cursor = self._past = ""
        self._lock = RLock()

    def save(self, record_id: str, kind: str, fields: Fields, *, by: str, at: datetime) -> None:
        with self._lock:
            now = self._entries.pop(record_id, Entry(record_id, kind, by, at))
            self._put(_touched(replace(now, fields=_overlaid(now.fields, fields)), by=by, at=at))

    def delete(self, record_id: str, *, by: str, at: datetime) -> None:
        with self._lock:
            now = self._entries.pop(record_id)
            if now.seq or now.sealed:
                self._put(_touched(replace(now, deleted=True), by=by, at=at))

    def hand_over(self, record_id: str) -> None:
        with self._lock:
            now = self._entries.pop(record_id)
            self._put(replace(now, problem=None, hand_over=True, rev=now.rev + 1))

    def record(self, record_id: str) -> Entry | None:
        return self._entries.get(record_id)

    def records(self) -> Mapping[str, Entry]:
        return dict(self._entries)

    def counts(self) -> Counts:
        with self._lock:
            entries = self._entries.values()
            waiting = sum(entry.is_waiting for entry in entries)
            return Counts(waiting, sum(entry.needs_review for entry in entries))

    def cursor(self) -> str:
        return self._cursor

    def past(self) -> str:
        return self._past

    def untold(self) -> None:
        """Nothing is told here but records."""

    def seal(self, limit: int) -> tuple[Change, ...]:
        with self._lock:
            offered: list[Change] = []
            for entry in [entry for entry in self._entries.values() if entry.is_waiting]:
                if len(offered) == limit:
                    break
                sealed = entry if entry.sealed else self._sealed(entry)
                self._put(sealed)
                if sealed.sealed:
                    offered.append(sealed.sealed)
            return tuple(offered)

    def hear(self, reply: SyncReply) -> None:
        with self._lock:
            by_op = {entry.sealed.op: entry.id for entry in self._entries.values() if entry.sealed}
            for result in reply.results:
                if result.op not in by_op:
                    continue
                entry = self._entries[by_op[result.op]]
                self._put(_answered(entry, result))
            for record in reply.changes:
                entry = self._entries.get(record.id) or Entry(record.id, record.kind, "", reply.now)
                if record.seq > entry.seq:
                    self._put(_told(entry, record))
            self._cursor, self._past = reply.cursor, "" if reply.cursor else self._past

    def receipt(self, shift: str, *, at: datetime) -> Receipt:
        return receipt_of(shift, (_as_told(entry) for entry in self._entries.values()), at=at)

    def restart(self) -> None:
        """Offer everything that was sent once more, as it was; hear everything again."""
        with self._lock:
            self._cursor, self._past = "", self._cursor or self._past
            mine = [entry for entry in self._entries.values() if entry.mine]
            self._entries = {}
            for entry in mine:
                in_flight = (entry.sealed,) if entry.sealed and not entry.again else ()
                again = (*entry.sent, *entry.again, *in_flight)
                self._put(replace(entry, seq=0, sealed=None, sent=(), again=again, acked_rev=0, problem=None))

    def _sealed(self, entry: Entry) -> Entry:
        if entry.again:
            return replace(entry, sealed=entry.again[0])
        changed = _difference(entry.copy, entry.fields)
        if entry.seq and not changed and entry.deleted == entry.copy_deleted and entry.acked_rev:
            return replace(entry, acked_rev=entry.rev)  # changed and changed back: nothing to say
        change = Change(
            op=self._new_id(),
            id=entry.id,
            kind=entry.kind,
            base=entry.base,
            by=entry.by,
            at=entry.at,
            set={} if entry.deleted else changed,
            delete=entry.deleted,
            hand_over=entry.hand_over,
        )
        return replace(entry, sealed=change, sealed_rev=entry.rev)

    def _put(self, entry: Entry) -> None:
        self._entries[entry.id] = entry


def _as_told(entry: Entry) -> Record:
    return Record(entry.id, entry.kind, entry.seq, entry.copy, entry.copy_deleted, entry.conflicts)


def _touched(entry: Entry, *, by: str, at: datetime) -> Entry:
    """Edited once more. What was not sealed yet goes on from where it began; after a seal, a new change begins."""
    begins = entry.rev == max(entry.acked_rev, entry.sealed_rev)
    base = entry.base if entry.sealed or not begins else entry.seq
    return replace(entry, base=base, by=by, at=at, rev=entry.rev + 1, problem=None, mine=True, hand_over=False)


def _answered(entry: Entry, result: Result) -> Entry:
    match result:
        case Refused():
            return _refused(entry, result)
        case HandedOver():
            return replace(entry, sealed=None, acked_rev=entry.sealed_rev)
    return _acknowledged(entry, result)


def _acknowledged(entry: Entry, result: Applied | Conflicted) -> Entry:
    assert entry.sealed is not None
    again = entry.again[1:]
    acked = replace(
        entry,
        acked_rev=0 if again else entry.sealed_rev,
        sealed=None,
        sent=(*entry.sent, entry.sealed),
        again=again,
        copy=_overlaid(entry.copy, entry.sealed.set),
        copy_deleted=entry.sealed.delete,
        seq=result.seq,
    )
    if result.record is None:
        return acked
    return _told(acked, result.record)


def _refused(entry: Entry, result: Refused) -> Entry:
    corrected_meanwhile = entry.rev > entry.sealed_rev
    return replace(entry, sealed=None, problem=None if corrected_meanwhile else result.problem)


def _told(entry: Entry, record: Record) -> Entry:
    """The centre's newer copy, with what is not yet acknowledged laid over it."""
    told = replace(entry, seq=record.seq, copy=record.fields, copy_deleted=record.deleted, conflicts=record.conflicts)
    if entry.rev == entry.acked_rev:
        return replace(told, fields=record.fields, deleted=record.deleted)
    pending = _difference(entry.copy, entry.fields)
    return replace(told, fields=_overlaid(record.fields, pending), deleted=entry.deleted or record.deleted)


def _difference(old: Fields, new: Fields) -> dict[str, Value]:
    cleared: dict[str, Value] = {name: None for name in old if name not in new}
    return cleared | {name: value for name, value in new.items() if name not in old or old[name] != value}


def _overlaid(fields: Fields, changes: Fields) -> Fields:
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}
