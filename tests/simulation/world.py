"""One history: tablets, people, a centre and a network, all drawn from one seed. `judge` says what came of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from types import MappingProxyType

from app.store import Edit
from sync.client.phase import Cause, Resting, Stopped
from tests.simulation import faults, people
from tests.simulation.disk import Killed
from tests.simulation.ledger import Ledger, Shown, shown
from tests.simulation.office import Office
from tests.simulation.people import START, Edits, Hand
from tests.simulation.tablet import Around, Tablet
from tests.simulation.watch import Watch
from tests.simulation.wire import Wire

SKEW_DAYS = 5
STEPS = (40, 70)
CROWDED = 0.2  # of all histories: all are at work on one session
UNLUCKY = 0.2  # of all histories: the centre is restored again and again
MOST_PASSES = 12  # of all tablets, until nothing moves any more
NOTHING: Mapping[str, Shown | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Backup:
    content: bytes
    seq: int
    numbers: Mapping[str, int]  # of the records in it


@dataclass
class Town:
    """Everything there is, and what happened to it."""

    seed: int
    place: Path  # for the tablets' files
    is_traced: bool = False
    size: int | None = None  # how many tablets; None: drawn
    is_deadly: bool = True  # tablets are killed by chance
    trace: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.now = START
        self.office = Office(Random(self.chance.random()), lambda: self.now)
        self.wire = Wire(self.office, self.chance, self._meanwhile, self.tell)
        self.ledger = Ledger()
        self.in_between = False
        self.watch = Watch(self.office, self.tell, self.is_traced)
        self.backups: list[Backup] = []
        self._words = people.words()
        mood = self.chance.random()
        self._planned = people.planned_sessions(self.seed, 1 if mood < CROWDED else 2)
        self._happens = HOW_OFTEN if mood < 1 - UNLUCKY else IN_BAD_TIMES
        self.in_flight: set[str] = set()
        self.tablets = [self._tablet(number) for number in range(1, (self.size or self.chance.randrange(2, 7)) + 1)]

    # what may happen

    def live(self) -> None:
        for _ in range(self.chance.randrange(*STEPS)):
            self.step()

    def step(self) -> None:
        (happens,) = self.chance.choices(list(self._happens), weights=list(self._happens.values()))
        happens(self)
        self.now += timedelta(seconds=self.chance.randrange(1, 4000))

    def save(self, tablet: Tablet, doing: str, edits: Edits, seen: Mapping[str, Shown | None] = NOTHING) -> None:
        """`seen`: what was on the screen when it was begun, when that was not just now."""
        if not edits:
            return
        there = {edit.id: tablet.see(edit.id) for edit in edits}
        seen = seen or there
        before = {edit.id: tablet.rev(edit.id) for edit in edits}
        self.tell(f"{tablet.name}: {doing} {_words(edits)}")
        if self.is_deadly and self.chance.randrange(1000) < faults.KILLED_AT_A_SAVE:
            tablet.mortal.doom(self.chance.randrange(3), self.chance.random())
        try:
            tablet.save(*edits)
            tablet.mortal.spare()
            is_saved = True
        except Killed:
            self.killed(tablet, "saving")
            is_saved = any(tablet.rev(edit.id) != before[edit.id] for edit in edits)
        if is_saved:
            self.ledger.add(tablet.name, [(edit, seen[edit.id], there[edit.id]) for edit in edits])
            for edit in edits:
                if edit.delete and tablet.see(edit.id) is None:
                    self.ledger.forget(tablet.name, edit.id)

    def round(self, tablet: Tablet, *, is_shift_over: bool = False) -> None:
        if tablet.name in self.in_flight:
            return
        self.in_flight.add(tablet.name)
        is_deadly = self.is_deadly and not self.wire.is_calm
        if is_deadly and self.chance.randrange(1000) < faults.KILLED_IN_A_ROUND:
            tablet.mortal.doom(self.chance.randrange(8), self.chance.random())
        try:
            self.tell(f"{tablet.name}: round")
            tablet.round(tablet.shift if is_shift_over else None)
            tablet.mortal.spare()
            self.tell(f"{tablet.name}: {tablet.phase}")
        except Killed:
            if tablet.mortal.is_dead:  # else it was killed and started again during the flight
                self.killed(tablet, "in a round")
        finally:
            self.in_flight.discard(tablet.name)

    def killed(self, tablet: Tablet, when: str) -> None:
        self.counts["kills"] += 1
        self.tell(f"{tablet.name}: killed {when}, and started again")
        tablet.die()
        tablet.open()

    def others_exchange(self) -> None:
        """While the centre is in the middle of something."""
        self.in_between = True
        try:
            self.round(self.chance.choice(self.tablets))
        finally:
            self.in_between = False

    def enrol(self, tablet: Tablet) -> None:
        tablet.token = self.office.enrol(tablet.name)
        self.tell(f"{tablet.name}: enrolled")

    def settle_down(self) -> bool:
        """Faults stop and everybody syncs, as at the end of a shift; whether that comes to an end."""
        self.wire.is_calm = True
        self.tell("--- calm")
        for number in range(MOST_PASSES):
            before = self._moved()
            for tablet in self.tablets:
                if tablet.phase == Stopped(Cause.DEVICE_UNKNOWN) or not tablet.token:
                    self.enrol(tablet)
                if number < 2 or self._has_news(tablet):
                    self.round(tablet, is_shift_over=number == 1)
            if before == self._moved() and number and all(isinstance(one.phase, Resting) for one in self.tablets):
                return True
        return False

    def close(self) -> None:
        for tablet in self.tablets:
            tablet.close()

    def tell(self, words: str) -> None:
        if self.is_traced:
            self.trace.append(f"{self.now:%d %H:%M:%S} {words}")

    def _has_news(self, tablet: Tablet) -> bool:
        """Whether anything happened since this tablet came to rest."""
        is_at_rest = isinstance(tablet.phase, Resting) and not tablet.counts().waiting
        return not is_at_rest or tablet.answered != (self.office.seq(), self.office.restored)

    def _moved(self) -> object:
        """Changes whenever anything was exchanged."""
        return self.office.seq(), [tablet.store.cursor() for tablet in self.tablets]

    # how it happens

    def _tablet(self, number: int) -> Tablet:
        skew = timedelta(seconds=self.chance.randrange(-SKEW_DAYS * 86400, SKEW_DAYS * 86400 + 1))
        around = Around(self.chance, lambda: self.now + skew, self.wire.send, self.wire.ask_receipt, self.watch)
        name = f"T{number}"
        tablet = Tablet(name, self.place / name, around, connectors=self.chance.randrange(1, 4))
        self.enrol(tablet)
        return tablet

    def _meanwhile(self, tablet: Tablet) -> None:
        """While a request of this tablet is under way: somebody writes at it, or something happens elsewhere."""
        for _ in range(self.chance.randrange(1, 3)):
            if self.chance.random() < 0.5:
                self.somebody(tablet)
            else:
                self.step()

    def somebody(self, tablet: Tablet) -> None:
        """Somebody at this tablet does something."""
        doing, edits = people.something(self.hand(tablet))
        self.save(tablet, doing, edits)

    def hand(self, tablet: Tablet) -> Hand:
        by, at = self.chance.choice(tablet.connectors), tablet.around.clock()
        return Hand(self.chance, tablet.name, by, at, tablet.records(), tablet.shift, self._words, self._planned)


def _somebody(town: Town) -> None:
    town.somebody(town.chance.choice(town.tablets))


def _begin(town: Town) -> None:
    """Somebody opens a record, and will save it later, having seen nothing that came meanwhile."""
    tablet = town.chance.choice(town.tablets)
    records = tablet.records()
    if records:
        record = town.chance.choice(records)
        tablet.begun[record.id] = shown(record)


def _finish(town: Town) -> None:
    begun = [tablet for tablet in town.tablets if tablet.begun]
    if begun:
        tablet = town.chance.choice(begun)
        record_id, seen = tablet.begun.popitem()
        if seen is not None and (record := tablet.store.record(record_id)) is not None:
            edit = replace(people.rearranged(town.hand(tablet), record), seen=seen.base)
            town.save(tablet, "finishes", (edit,), {record_id: seen})


def _round(town: Town) -> None:
    town.round(town.chance.choice(town.tablets), is_shift_over=town.chance.random() < 0.15)


def _late(town: Town) -> None:
    town.wire.deliver_late()


def _kill(town: Town) -> None:
    town.killed(town.chance.choice(town.tablets), "at rest")


def _close(town: Town) -> None:
    """The app is closed as it should be, and opened again; in between its file may be renewed."""
    tablet = town.chance.choice(town.tablets)
    if tablet.name not in town.in_flight:
        tablet.compact()
        tablet.close()
        tablet.open()


def take_backup(town: Town) -> None:
    """The database is copied; most times the copy is known to be whole before long, and older ones are thrown away."""
    numbers = {row.id: row.seq for row in town.office.records().values()}
    backup = Backup(town.office.backup(), town.office.seq(), numbers)
    is_finished = town.chance.random() < 0.6
    town.tell(f"backup of {backup.seq}{', finished' if is_finished else ''}")
    town.counts["backups"] += 1
    town.backups.append(backup)
    if is_finished:
        town.office.centre.finish_backup(backup.seq, town.now)
        town.backups = [backup]


def _restore(town: Town) -> None:
    restore(town, is_announced=town.chance.random() < 0.6)


def restore(town: Town, *, is_announced: bool) -> None:
    if town.backups:
        town.tell(f"the centre is restored{'' if is_announced else ', and nobody says so'}")
        town.counts["restores" if is_announced else "restores_untold"] += 1
        town.office.restore(town.chance.choice(town.backups).content, is_announced=is_announced)


def _forget(town: Town) -> None:
    """A tablet lets go of what is old and safe. A week is an hour here; what is safe is the same."""
    tablet = town.chance.choice(town.tablets)
    held = {record.id: record.seq for record in tablet.records()}
    gone = tablet.forget(town.now - timedelta(hours=1))
    tablet.forgotten |= gone
    town.counts["forgotten"] += len(gone)
    town.tell(f"{tablet.name}: lets go of {len(gone)}")
    for record_id in gone:
        town.ledger.let_go(tablet.name, record_id)
        if not any(backup.numbers.get(record_id, 0) >= held[record_id] for backup in town.backups):
            town.watch.finds(f"{tablet.name} let go of {record_id[:4]}, which is in no backup")


def _revoke(town: Town) -> None:
    tablet = town.chance.choice(town.tablets)
    town.tell(f"{tablet.name}: revoked")
    town.counts["revoked"] += 1
    town.office.centre.revoke(tablet.name)


def _assign(town: Town) -> None:
    """A tablet is told about other centres than before."""
    tablet = town.chance.choice(town.tablets)
    centres = frozenset(town.chance.sample(people.CENTRES, town.chance.randrange(2)))
    town.tell(f"{tablet.name}: is told about {sorted(centres) or 'everything'}")
    town.counts["views"] += 1
    town.office.centre.assign(tablet.name, centres)


def _enrol(town: Town) -> None:
    unknown = [tablet for tablet in town.tablets if tablet.phase == Stopped(Cause.DEVICE_UNKNOWN)]
    if unknown:
        town.enrol(town.chance.choice(unknown))


# of 1,000 steps
HOW_OFTEN: dict[Callable[[Town], None], int] = {
    _somebody: 420,
    _begin: 35,
    _finish: 35,
    _round: 370,
    _late: 30,
    _kill: 15,
    _close: 5,
    take_backup: 25,
    _restore: 15,
    _assign: 10,
    _forget: 15,
    _revoke: 5,
    _enrol: 20,
}
IN_BAD_TIMES = {**HOW_OFTEN, take_backup: 50, _restore: 60}


def _words(edits: tuple[Edit, ...]) -> str:
    return "; ".join(f"{edit.kind} {edit.id[:4]} {'deleted' if edit.delete else dict(edit.fields)}" for edit in edits)
