"""Deciding what becomes of a batch. Pure: it sees what was known before and says what to write and what to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sync.endpoint.admission import problem_with
from sync.merge import Held, merge
from sync.protocol.codec import Unread, dump_change
from sync.protocol.records import Applied, Change, Conflicted, Kind, Problem, Refused, Result

# What every tablet of an organisation works on together. All other kinds are seen by the tablet that made them.
SHARED_KINDS = frozenset({Kind.SESSION.value, Kind.ATTENDANCE.value})

OP_REUSED = Problem("/problems/op-reused", "This number was used for another change.")
OTHER_KIND = Problem("/problems/other-kind", "A record of another kind has this id.", "kind")
NOT_YOURS = Problem("/problems/not-yours", "This record belongs to another tablet.", "id")


@dataclass(frozen=True, slots=True)
class Kept:
    """A record at the centre and the device that made it."""

    held: Held
    device: str

    def is_seen_by(self, device: str) -> bool:
        return self.device == device or self.held.kind in SHARED_KINDS


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first answer to a change: it stays the answer."""

    op: str
    content_hash: str
    status: str  # "applied", "conflict" or "refused"
    seq: int
    problem: Problem | None
    record: str
    by: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused change, whole, for a person."""

    op: str
    content_hash: str
    problem: Problem
    change: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the centre held before the batch, of what the batch is about."""

    outcomes: Mapping[str, Outcome]
    records: Mapping[str, Kept]


@dataclass(slots=True)
class Settled:
    """What to answer and what to write. Filled while the batch is gone through, then only read."""

    seq: int
    results: list[Result] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # by op
    refused: list[Quarantined] = field(default_factory=list)
    touched: dict[str, Kept] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # records the tablet knows from the results alone


def content_hash(text: str) -> str:
    return sha256(text.encode("ascii")).hexdigest()


def settle(changes: tuple[Change, ...], unread: tuple[Unread, ...], known: Known, *, device: str, seq: int) -> Settled:
    """Go through a batch from `device`; `seq` is the last number given. Each change succeeds or fails alone."""
    settling = _Settling(known, device, Settled(seq))
    for change in changes:
        settling.take(change)
    for one in unread:
        settling.set_aside(one)
    return settling.settled


@dataclass(slots=True)
class _Settling:
    known: Known
    device: str
    settled: Settled

    def take(self, change: Change) -> None:
        text = dump_change(change)
        hashed = content_hash(text)
        if self._answered_before(change.op, hashed, text):
            return
        kept = self._record(change.id)
        problem = problem_with(change) or self._objection(change, kept)
        if problem is not None:
            self._refuse(Quarantined(change.op, hashed, problem, text), record=change.id, by=change.by)
            return
        self._apply(change, kept, hashed)

    def set_aside(self, unread: Unread) -> None:
        hashed = content_hash(unread.text)
        if not self._answered_before(unread.op, hashed, unread.text):
            self._refuse(Quarantined(unread.op, hashed, unread.problem, unread.text), record="", by="")

    def _apply(self, change: Change, kept: Kept | None, hashed: str) -> None:
        seq = self.settled.seq + 1
        merged = merge(kept.held if kept else None, change, writer=self.device, seq=seq)
        self.settled.seq = seq
        self.settled.touched[change.id] = Kept(merged.held, kept.device if kept else self.device)
        status = "conflict" if merged.overruled else "applied"
        outcome = Outcome(change.op, hashed, status, seq, None, change.id, change.by)
        self.settled.outcomes[outcome.op] = outcome
        self._answer(outcome, again=False, created=kept is None)

    def _refuse(self, quarantined: Quarantined, *, record: str, by: str) -> None:
        op, hashed, problem = quarantined.op, quarantined.content_hash, quarantined.problem
        self.settled.refused.append(quarantined)
        self.settled.outcomes[op] = Outcome(op, hashed, "refused", 0, problem, record, by)
        self.settled.results.append(Refused(op, problem))

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
        if outcome.problem is not None:
            self.settled.results.append(Refused(outcome.op, outcome.problem, again))
            return
        self.settled.told.add(outcome.record)
        kept = self._record(outcome.record)
        shown = kept.held.as_record() if kept and kept.is_seen_by(self.device) and not created else None
        if outcome.status == "conflict" and shown is not None:
            self.settled.results.append(Conflicted(outcome.op, outcome.seq, shown, again))
        else:
            self.settled.results.append(Applied(outcome.op, outcome.seq, again, shown))

    def _objection(self, change: Change, kept: Kept | None) -> Problem | None:
        if kept is None:
            return None
        if not kept.is_seen_by(self.device):
            return NOT_YOURS
        return OTHER_KIND if kept.held.kind != change.kind else None

    def _record(self, record_id: str) -> Kept | None:
        return self.settled.touched.get(record_id) or self.known.records.get(record_id)
