"""What people did and were told is saved, with what their tablet showed them at that moment: the judge's witness."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from app.store import Edit, StoredRecord
from sync.protocol.records import Fields, Overruled, Value, is_same


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as a screen showed it."""

    base: int  # up to which number of the centre's: what waits here hides what was heard since it was begun
    fields: Fields
    deleted: bool
    conflicts: tuple[Overruled, ...]
    disputed: frozenset[str]  # fields about which nobody has decided here yet

    def holds(self, name: str, value: Value) -> bool:
        """Whether the value was on the screen, as the present one or beside it."""
        return is_same(self.fields.get(name), value) or self.holds_beside(name, value)

    def holds_beside(self, name: str, value: Value) -> bool:
        return any(one.field == name and is_same(one.value, value) for one in self.conflicts)


def shown(record: StoredRecord | None) -> Shown | None:
    if record is None:
        return None
    begun = record.pending or record.sealed
    base = 0 if record.again else min(record.seq, begun.base) if begun else record.seq
    disputed = frozenset(one.field for one in record.open_conflicts)
    return Shown(base, record.fields, record.deleted, record.conflicts, disputed)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing one person did to one record."""

    number: int  # in the order in which things were saved
    tablet: str
    edit: Edit
    shown: Shown | None  # None: there was nothing to see

    @property
    def fields(self) -> Fields:
        return self.edit.fields

    def touches(self, name: str) -> bool:
        return self.edit.delete or name in self.edit.fields

    def had_seen(self, name: str, value: Value) -> bool:
        return self.shown is not None and self.shown.holds(name, value)


def _says_something(name: str, value: Value, there: Shown | None) -> bool:
    """To write a field again as it is says nothing, unless it is disputed. Of a deleted record nothing is seen."""
    if there is None:
        return value is not None
    return there.deleted or not is_same(value, there.fields.get(name)) or name in there.disputed


@dataclass(slots=True)
class Ledger:
    saves: int = 0
    said: dict[str, list[Said]] = field(default_factory=dict)  # by record
    _let_go: dict[tuple[str, str], int] = field(default_factory=dict)  # by tablet and record: what was said by then

    def add(self, tablet: str, saved: Iterable[tuple[Edit, Shown | None, Shown | None]]) -> None:
        """One save, all of it told together: each edit, what was seen when it was begun, and what was there."""
        self.saves += 1
        for edit, seen, there in saved:
            says = {name: value for name, value in edit.fields.items() if _says_something(name, value, there)}
            edit = replace(edit, fields=says)
            self.said.setdefault(edit.id, []).append(Said(self.saves, tablet, edit, seen))

    def let_go(self, tablet: str, record_id: str) -> None:
        """The tablet no longer keeps it; the centre does."""
        self._let_go[tablet, record_id] = self.saves

    def forget(self, tablet: str, record_id: str) -> None:
        """It was deleted at the tablet that wrote it, before anybody else ever heard of it. What the tablet had said
        of a record that it let go of was heard."""
        heard = self._let_go.get((tablet, record_id), 0)
        said = self.said.get(record_id, ())
        self.said[record_id] = [one for one in said if one.tablet != tablet or one.number <= heard]

    def after(self, one: Said) -> Iterator[Said]:
        return (later for later in self.said[one.edit.id] if later.number > one.number)
