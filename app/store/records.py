"""What the store keeps and what it is asked to write. Values only; `transitions` says how one becomes the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.happenings import Event
from app.domain.review import concerns_a_person
from sync.protocol.records import DELETION, Change, Fields, Overruled, Problem, Record, no_fields


@dataclass(frozen=True, slots=True)
class Pending:
    """What was done here since the last offer. It grows until it is sealed into a change."""

    base: int  # the centre's number of the copy on the screen when this began
    set: Fields = field(default_factory=no_fields)  # None clears a field
    delete: bool = False
    hand_over: bool = False  # it was refused, and a person leaves it to the coordinator; kept here when that is done


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record of the tablet: the centre's copy, what was done here since, and what a person sees of the two."""

    id: str
    kind: str
    fields: Fields  # what a person sees: `copy`, over it what `sealed` and then `pending` set
    deleted: bool  # likewise; a deleted record is kept, as the centre keeps it
    by: str  # connector of the last change made here; "" when there was none
    at: datetime  # of the last change made here, else when it was heard; aware
    rev: int = 0  # +1 with every change made here
    acked_rev: int = 0  # the rev the centre has acknowledged
    seq: int = 0  # the centre's number of `copy`; 0 = never heard of it
    copy: Fields = field(default_factory=no_fields)
    sealed: Change | None = None  # being offered, again and again with the same op until it is answered
    sealed_rev: int = 0  # the rev that was sealed last; 0 = never offered
    sent_at: datetime | None = None  # the centre's time at its last acknowledgement
    problem: Problem | None = None  # refused: not offered until it is edited
    conflicts: tuple[Overruled, ...] = ()
    mine: bool = False  # written on this tablet
    pending: Pending | None = None
    copy_deleted: bool = False
    sent: tuple[str, ...] = ()  # acknowledged changes, canonical, oldest first: a restored centre may have lost them
    again: tuple[str, ...] = ()  # of those, what is still to be offered again; the first is what is sealed

    @property
    def as_told(self) -> Record:
        """The record as the centre has it, as far as this tablet knows."""
        return Record(self.id, self.kind, self.seq, self.copy, self.copy_deleted, self.conflicts)

    @property
    def is_waiting(self) -> bool:
        return self.rev > self.acked_rev and self.problem is None

    @property
    def is_known_here_only(self) -> bool:
        """Nobody else ever heard of it. While everything is heard again a number tells nothing, and the copy does."""
        return self.seq == 0 and self.sealed_rev == 0 and not self.copy and not self.copy_deleted

    @property
    def is_handed_over(self) -> bool:
        """The centre keeps for the coordinator what it had refused; here it can still be read, and written anew."""
        return self.pending is not None and self.pending.hand_over and self.rev == self.acked_rev

    @property
    def needs_review(self) -> bool:
        """A conflict is for those who wrote the record: every tablet hears of it, and the others cannot settle it."""
        is_disputed = any(concerns_a_person(each, self.copy) for each in self.open_conflicts)
        return self.problem is not None or (self.mine and is_disputed)

    @property
    def open_conflicts(self) -> tuple[Overruled, ...]:
        """Those that nobody has decided here yet."""
        if not self.conflicts:  # nearly every record: asked of all of them whenever one is saved
            return ()
        said = [layer for layer in (self.sealed, self.pending) if layer is not None]
        return tuple(each for each in self.conflicts if not any(self._decides(layer, each) for layer in said))

    @property
    def can_decide(self) -> bool:
        """Whether what is written now decides the conflicts. Not while something from before them waits to be sent: it
        goes under one base with what is written now."""
        begun = self.pending or self.sealed
        return begun is None or all(each.seq <= begun.base for each in self.open_conflicts)

    def _decides(self, layer: "Pending | Change", conflict: Overruled) -> bool:
        """As the centre's merge will judge it: who wrote the field, or deleted, after seeing the conflict."""
        if conflict.seq > layer.base or layer.hand_over:
            return False
        if layer.delete or self.copy_deleted:
            return layer.delete
        return conflict.field in layer.set or (conflict.field == DELETION and bool(layer.set))


@dataclass(frozen=True, slots=True)
class Edit:
    """One record made, corrected or deleted. `fields` go over the present ones; None clears one."""

    id: str
    kind: str
    by: str
    at: datetime  # aware
    fields: Fields = field(default_factory=no_fields)
    delete: bool = False
    seen: int | None = None  # the centre's last number on the screen when it was begun; None: begun just now


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What the centre refused of a record is to be forgotten: it goes, or is again what the centre holds."""

    id: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOver:
    """What the centre refused of a record is left to the coordinator."""

    id: str


Deed = Edit | Withdrawal | HandOver


@dataclass(frozen=True, slots=True)
class Reversal:
    """One record put back as it was before a deed, to the letter, if that is all that happened to it since."""

    was: StoredRecord
    deed: Deed
    otherwise: Edit | None = None  # what to do where more happened, such as that it was sent; None: nothing


@dataclass(frozen=True, slots=True)
class Write:
    """Everything one tap changes: it is saved whole or not at all."""

    edits: tuple[Deed, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    drafts: Mapping[str, Mapping[str, object] | None] = field(default_factory=dict)  # a JSON document; None drops it
    notes: Mapping[str, object] = field(default_factory=dict)  # a JSON value; None drops it
    events: tuple[Event, ...] = ()  # what happened with it that no record tells


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records wait for the centre, and how many wait for a person."""

    waiting: int
    review: int
