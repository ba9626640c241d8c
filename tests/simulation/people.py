"""What people do at a tablet: they look at its screen and write something. Draws edits; saves nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from random import Random
from uuid import UUID, uuid5

from app.domain.sessions import attendance_id, slot
from app.store import Edit, StoredRecord
from sync.protocol.records import Kind, Value
from sync.protocol.vocabulary import AttendanceStatus, Outcome
from tests.simulation.making import new_id
from tests.simulation.office import CURSE, MOST_BYTES, SHARED

STATUSES = [status.value for status in AttendanceStatus]
OUTCOMES = [outcome.value for outcome in Outcome]
ROOMS = ["A1", "A2", "B1"]
SEATS = 3
CENTRES = ("centre-1", "centre-2")


@dataclass
class Hand:
    """Somebody at a tablet, now."""

    chance: Random
    tablet: str
    by: str
    at: datetime
    records: tuple[StoredRecord, ...]
    shift: str
    words: Iterator[int]
    planned: tuple[str, ...]  # sessions that any tablet may open, each by itself

    def edit(self, record_id: str, kind: str, /, **fields: Value) -> Edit:
        return Edit(record_id, kind, self.by, self.at, fields)

    def word(self) -> str:
        """A text nobody has written before."""
        return f"{self.tablet}-{next(self.words)}"

    def one(self, is_wanted: Callable[[StoredRecord], bool]) -> StoredRecord | None:
        found = [record for record in self.records if is_wanted(record)]
        return self.chance.choice(found) if found else None


Edits = tuple[Edit, ...]


def assist(hand: Hand) -> Edits:
    """A person was helped."""
    fields: dict[str, Value] = {
        "note": hand.word(),
        "outcome": hand.chance.choice(OUTCOMES),
        "shift_id": hand.shift,
        "centre_id": hand.chance.choice(CENTRES),
        "step.form": True,
    }
    return (hand.edit(new_id(hand.chance), Kind.ASSIST, **fields),)


def correction(hand: Hand) -> Edits:
    """One's own record again, with something else in it."""
    record = hand.one(lambda one: one.kind == Kind.ASSIST and not one.deleted)
    if record is None:
        return assist(hand)
    fields: dict[str, Value] = {
        "note": hand.chance.choice((hand.word(), hand.word(), None)),
        "step.form": hand.chance.choice((True, False, 1)),
        f"step.s{hand.chance.randrange(3)}": hand.word(),
    }
    chosen = hand.chance.sample(sorted(fields), hand.chance.randrange(1, 4))
    return (hand.edit(record.id, record.kind, **{name: fields[name] for name in chosen}),)


def workshop(hand: Hand) -> Edits:
    """A session with its seats, in one save; a planned one may be opened at another tablet as well."""
    is_planned = len(hand.planned) == 1 or hand.chance.random() < 0.6
    session = hand.chance.choice(hand.planned) if is_planned else new_id(hand.chance)
    fields: dict[str, Value] = {
        "topic": hand.word(),
        "room": hand.chance.choice(ROOMS),
        "shift_id": hand.shift,
        "centre_id": hand.chance.choice(CENTRES),
    }
    seats = hand.chance.sample(range(1, SEATS + 1), hand.chance.randrange(SEATS + 1))
    return (hand.edit(session, Kind.SESSION, **fields), *(_seat(hand, session, number) for number in seats))


def roll_call(hand: Hand) -> Edits:
    """Some seats of a session, marked."""
    session = hand.one(lambda one: one.kind == Kind.SESSION and not one.deleted)
    if session is None:
        return workshop(hand)
    seats = hand.chance.sample(range(1, SEATS + 1), hand.chance.randrange(1, SEATS))
    return tuple(_seat(hand, session.id, number) for number in seats)


def rearrangement(hand: Hand) -> Edits:
    """A session changed: it may be changed at another tablet too."""
    record = hand.one(lambda one: one.kind in SHARED and not one.deleted)
    return workshop(hand) if record is None else (rearranged(hand, record),)


def rearranged(hand: Hand, record: StoredRecord) -> Edit:
    fields: dict[str, Value] = {
        "topic": hand.word(),
        "room": hand.chance.choice((*ROOMS, None)),
        "incidents": (hand.word(), hand.word()),
    }
    chosen = hand.chance.sample(sorted(fields), hand.chance.randrange(1, 3))
    return hand.edit(record.id, record.kind, **{name: fields[name] for name in chosen})


def deletion(hand: Hand) -> Edits:
    record = hand.one(lambda one: not one.deleted)
    return () if record is None else (Edit(record.id, record.kind, hand.by, hand.at, delete=True),)


def afterthought(hand: Hand) -> Edits:
    """Something written to a record that is shown as deleted: somebody had it open."""
    record = hand.one(lambda one: one.deleted)
    return () if record is None else (hand.edit(record.id, record.kind, note=hand.word()),)


def settlement(hand: Hand) -> Edits:
    """A dispute on the screen, decided: for one of the values, or for another."""
    record = hand.one(lambda one: bool(one.conflicts) and not one.deleted)
    if record is None:
        return ()
    dispute = hand.chance.choice(record.conflicts)
    if dispute.field == "":
        return hand.chance.choice((deletion_of(hand, record), (hand.edit(record.id, record.kind, note=hand.word()),)))
    values = (dispute.value, record.fields.get(dispute.field), hand.word())
    return (hand.edit(record.id, record.kind, **{dispute.field: hand.chance.choice(values)}),)


def deletion_of(hand: Hand, record: StoredRecord) -> Edits:
    return (Edit(record.id, record.kind, hand.by, hand.at, delete=True),)


def poison(hand: Hand) -> Edits:
    """Something the centre refuses, or that is too large for it, or at which it fails."""
    texts = ("not \0 a text", f"{hand.word()} {'x' * MOST_BYTES}", f"{hand.word()} {CURSE}")
    note = hand.chance.choice(texts)
    record = hand.one(lambda one: not one.deleted)
    if record is None or hand.chance.random() < 0.5:
        return (hand.edit(new_id(hand.chance), Kind.ASSIST, note=note, shift_id=hand.shift),)
    return (hand.edit(record.id, record.kind, note=note),)


def mending(hand: Hand) -> Edits:
    """A refused record, put right."""
    record = hand.one(lambda one: one.problem is not None)
    return () if record is None else (hand.edit(record.id, record.kind, note=hand.word()),)


HOW_OFTEN: dict[Callable[[Hand], Edits], int] = {
    assist: 14,
    correction: 14,
    workshop: 12,
    roll_call: 14,
    rearrangement: 22,
    deletion: 8,
    afterthought: 2,
    settlement: 12,
    poison: 2,
    mending: 4,
}


# Everybody is at work on the same few records.
IN_A_CROWD: dict[Callable[[Hand], Edits], int] = {
    workshop: 15,
    roll_call: 25,
    rearrangement: 35,
    deletion: 6,
    afterthought: 3,
    settlement: 16,
}


def something(hand: Hand) -> tuple[str, Edits]:
    """What somebody does, in a word, and as edits; perhaps nothing."""
    doings = IN_A_CROWD if len(hand.planned) == 1 else HOW_OFTEN
    (doing,) = hand.chance.choices(list(doings), weights=list(doings.values()))
    return doing.__name__, doing(hand)


def planned_sessions(seed: int, number: int) -> tuple[str, ...]:
    """Ids that every tablet makes by itself from what was planned."""
    return tuple(str(uuid5(UUID(int=seed), f"{each}")) for each in range(number))


def words() -> Iterator[int]:
    return count(1)


def _seat(hand: Hand, session: str, number: int) -> Edit:
    name = slot(number)
    fields: dict[str, Value] = {"status": hand.chance.choice(STATUSES), "session_id": session, "slot": name}
    return hand.edit(attendance_id(session, name), Kind.ATTENDANCE, **fields)


START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
