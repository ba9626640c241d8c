"""Deciding what becomes of a batch. Pure: it sees what was known before and says what to write and what to answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sync.endpoint.admission import (
    LARGEST_RECORD,
    MOST_BESIDE,
    Weighed,
    content_hash,
    is_record_id,
    is_too_large,
    length_of,
)
from sync.endpoint.claims import REFERENCE_KINDS, SHARED_KINDS, may_begin, session_of
from sync.endpoint.devices import Device
from sync.errors import BatchTooLarge
from sync.merge import Held, merge
from sync.protocol.codec import Unread
from sync.protocol.records import (
    Applied,
    Change,
    Conflicted,
    Fields,
    HandedOver,
    Kind,
    Problem,
    Record,
    Refused,
    Result,
)

SET_ASIDE = ("refused", "handed_over")
"""What a change is called that was kept and not applied."""

MOST_TOLD = 4 << 20  # bytes of records in the results of one answer; a tablet hears 8 MiB
MOST_MERGED = 16 << 20  # bytes of records that the changes of one request are merged into

OP_REUSED = Problem("/problems/op-reused", "This number was used for another change.")
OTHER_KIND = Problem("/problems/other-kind", "A record of another kind has this id.", "kind")
NOT_YOURS = Problem("/problems/not-yours", "This record belongs to another tablet.", "id")
RECORD_TOO_LARGE = Problem("/problems/too-large", "With this change the record is too large.", limit=LARGEST_RECORD)
TOO_MANY_BESIDE = Problem(
    "/problems/too-large", "Too much of this record waits for a person already.", limit=MOST_BESIDE
)
HANDED_OVER = Problem("/problems/handed-over", "A person left this to the coordinator.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A record at the centre, and what is needed to know who may see it."""

    held: Held
    device: str  # that made it
    content_hash: str  # of its last change
    centre: str | None = None  # where it was made; None when nobody said so, or when two have been said
    shift: str | None = None
    fields: str | None = field(default=None, compare=False)  # its fields, canonical, where that is written already

    @property
    def is_private(self) -> bool:
        return self.held.kind not in SHARED_KINDS | REFERENCE_KINDS

    def is_seen_by(self, device: Device) -> bool:
        """The same rule as `storage.is_own` and `is_common_to`, for one record in memory."""
        if self.device == device.id or self.held.kind in REFERENCE_KINDS:
            return True
        return self.held.kind in SHARED_KINDS and device.works_at(self.centre)

    def is_written_by(self, device: Device) -> bool:
        return self.is_seen_by(device) and (self.device == device.id or self.held.kind not in REFERENCE_KINDS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first answer to a change: it stays the answer."""

    op: str
    content_hash: str
    status: str  # "applied", "conflict", "refused" or "handed_over"
    seq: int
    problem: Problem | None
    record: str
    by: str
    body: str  # the change, canonical JSON


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused or handed over change, whole, for a person."""

    op: str
    content_hash: str
    problem: Problem
    change: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the centre held before the batch, of what the batch is about."""

    outcomes: Mapping[str, Outcome]
    records: Mapping[str, Kept]

    def after(self, settled: "Settled") -> "Known":
        """What it holds for whoever comes next."""
        return Known({**self.outcomes, **settled.outcomes}, {**self.records, **settled.touched})


@dataclass(slots=True)
class Settled:
    """What to answer and what to write. Filled while the batch is gone through, then only read."""

    seq: int
    device: str  # the tablet that is answered
    results: list[Result] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by op
    refused: list[Quarantined] = field(default_factory=list)
    touched: dict[str, Kept] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # records the tablet knows from the results alone


def settle(
    offered: Iterable[Weighed],
    unread: Iterable[Unread],
    known: Known,
    *,
    device: Device,
    seq: int,
    floor: int = 0,
) -> Settled:
    """Go through a batch from `device`; `seq` is the last number given. Each change succeeds or fails alone.

    A base below `floor` is of a time the database has forgotten, and one above `seq` of none: both count as nothing
    seen.
    """
    settling = _Settling(known, device, floor, Settled(seq, device.id))
    for weighed in offered:
        settling.take(weighed)
    for one in unread:
        settling.set_aside(one)
    return settling.settled


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the centre adds to a change it applies."""

    device: str
    seq: int
    content_hash: str
    floor: int
    fields: str | None = None  # what it sets, canonical, where that is written already


def applied(kept: Kept | None, change: Change, stamp: Stamp) -> tuple[Kept, bool]:
    """The record after a change, and whether part of the change was overruled. The history of a record is this, again
    and again."""
    is_given = stamp.floor <= change.base < stamp.seq
    seen = change if is_given else replace(change, base=0)
    merged = merge(kept.held if kept else None, seen, writer=stamp.device, seq=stamp.seq)
    return _kept_as(merged.held, kept, change, stamp), bool(merged.overruled)


def _kept_as(held: Held, before: Kept | None, change: Change, stamp: Stamp) -> Kept:
    centre, shift = _word(held.fields, "centre_id"), _shift(held)
    if before is None:
        written = stamp.fields if len(held.fields) == len(change.set) else None  # else something was cleared
        return Kept(held, stamp.device, stamp.content_hash, centre, shift, written)
    # A record that moves is seen by everybody from then on: whoever saw it must hear what becomes of it.
    stays = held.deleted or centre == before.centre
    centre = before.centre if stays else None
    return replace(before, held=held, content_hash=stamp.content_hash, centre=centre, shift=shift, fields=None)


@dataclass(slots=True)
class _Settling:
    known: Known
    device: Device
    floor: int
    settled: Settled
    told_bytes: int = 0  # of records in the results so far
    merged_bytes: int = 0  # of records that were merged so far

    def take(self, weighed: Weighed) -> None:
        change, hashed, text = weighed.change, weighed.content_hash, weighed.text
        if self._answered_before(change.op, hashed, text):
            return
        kept = self._record(change.id)
        problem = HANDED_OVER if change.hand_over else weighed.problem or self._objection(change, kept)
        if problem is not None:
            self._set_aside(Quarantined(change.op, hashed, problem, text), record=change.id, by=change.by)
            return
        self._apply(weighed, kept)

    def set_aside(self, unread: Unread) -> None:
        hashed = content_hash(unread.text)
        if not self._answered_before(unread.op, hashed, unread.text):
            problem = HANDED_OVER if unread.hand_over else unread.problem
            self._set_aside(Quarantined(unread.op, hashed, problem, unread.text), record="", by="")

    def _apply(self, weighed: Weighed, kept: Kept | None) -> None:
        change, hashed, text = weighed.change, weighed.content_hash, weighed.text
        seq = self.settled.seq + 1
        if kept is not None:  # merging costs as much, whether it is told or refused
            self.merged_bytes += length_of(kept.held.as_record())
            self._bound(self.merged_bytes, MOST_MERGED)
        now_kept, is_overruled = applied(kept, change, Stamp(self.device.id, seq, hashed, self.floor, weighed.fields))
        beside = len(now_kept.held.conflicts)
        if beside > MOST_BESIDE and beside > (len(kept.held.conflicts) if kept else 0):
            quarantined = Quarantined(change.op, hashed, TOO_MANY_BESIDE, text)
            self._set_aside(quarantined, record=change.id, by=change.by)
            return
        is_new_and_short = kept is None and len(text) < LARGEST_RECORD // 2  # as long as the change that made it
        if not is_new_and_short and is_too_large(now_kept.held.as_record()):
            quarantined = Quarantined(change.op, hashed, RECORD_TOO_LARGE, text)
            self._set_aside(quarantined, record=change.id, by=change.by)
            return
        self.settled.seq = seq
        self.settled.touched[change.id] = now_kept
        status = "conflict" if is_overruled else "applied"
        outcome = Outcome(change.op, hashed, status, seq, None, change.id, change.by, text)
        self.settled.outcomes[outcome.op] = outcome
        self._answer(outcome, again=False, created=kept is None)

    def _set_aside(self, quarantined: Quarantined, *, record: str, by: str) -> None:
        op, problem = quarantined.op, quarantined.problem
        status = "handed_over" if problem is HANDED_OVER else "refused"
        self.settled.seq += 1  # so that a tablet's cursor tells when a restored centre has forgotten this answer
        seq = self.settled.seq
        outcome = Outcome(op, quarantined.content_hash, status, seq, problem, record, by, quarantined.change)
        self.settled.refused.append(quarantined)
        self.settled.outcomes[op] = outcome
        self._answer(outcome, again=False, created=False)

    def _answered_before(self, op: str, hashed: str, text: str) -> bool:
        """Whether `op` has its answer already; if so, give it again. Other content under it is no repetition."""
        first = self.known.outcomes.get(op) or self.settled.outcomes.get(op)
        if first is None:
            return False
        if first.content_hash == hashed:
            self._answer(first, again=True, created=False)
        else:
            self.settled.refused.append(Quarantined(op, hashed, OP_REUSED, text))
            self.settled.results.append(Refused(op, OP_REUSED))
        return True

    def _answer(self, outcome: Outcome, *, again: bool, created: bool) -> None:
        if outcome.status == "handed_over":
            self.settled.results.append(HandedOver(outcome.op, again))
            return
        if outcome.problem is not None:
            self.settled.results.append(Refused(outcome.op, outcome.problem, again))
            return
        self.settled.told.add(outcome.record)
        kept = self._record(outcome.record)
        shown = kept.held.as_record() if kept and not created and kept.is_seen_by(self.device) else None
        if shown is not None:
            self._make_room(shown)
        if outcome.status == "conflict" and shown is not None:
            self.settled.results.append(Conflicted(outcome.op, outcome.seq, shown, again))
        else:
            self.settled.results.append(Applied(outcome.op, outcome.seq, again, shown))

    def _make_room(self, shown: Record) -> None:
        """Each result may carry a whole record."""
        self.told_bytes += length_of(shown)
        self._bound(self.told_bytes, MOST_TOLD)

    def _bound(self, bytes_so_far: int, most: int) -> None:
        """Raises BatchTooLarge where all of it together is more than any request should cost: with fewer changes it is
        not, and of one alone it never is."""
        if bytes_so_far > most and self.settled.results:
            raise BatchTooLarge(by_centre=True)

    def _objection(self, change: Change, kept: Kept | None) -> Problem | None:
        if kept is None:
            session = self._record(session_of(change) or "")
            sees = session is None or session.is_seen_by(self.device)
            return None if may_begin(change, self.device, sees_session=sees) else NOT_YOURS
        if not kept.is_written_by(self.device):
            return NOT_YOURS
        return OTHER_KIND if kept.held.kind != change.kind else None

    def _record(self, record_id: str) -> Kept | None:
        return self.settled.touched.get(record_id) or self.known.records.get(record_id)


def _shift(held: Held) -> str | None:
    """The shift it is of. What cannot be the id of one is not looked up, nor could every database look it up."""
    shift = held.id if held.kind == Kind.SHIFT else _word(held.fields, "shift_id")
    return shift if shift and is_record_id(shift) else None


def _word(fields: Fields, name: str) -> str | None:
    word = fields.get(name)
    return word if isinstance(word, str) and word else None
