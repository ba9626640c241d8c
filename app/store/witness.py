"""What happened at this tablet: rows of one table, numbered, each bound to the one before by its hash.

It writes nothing itself: what it is told goes into the next line that is written anyway, so it costs no save a sync.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain.happenings import Event
from app.store.values import Document
from sync.protocol.trail import FIRST, MOST_ENTRIES, Entry, Trail, entry_to_json, hash_of, is_word

HASH = "hash"

Rows = Mapping[str, Mapping[str, object] | None]
Kept = Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class Times:
    """One moment by the two clocks of a tablet."""

    at: datetime  # aware; anybody may set it
    clock: int  # seconds since the app was started, of a clock that nobody can set


@dataclass(frozen=True, slots=True)
class Following:
    """Entries that are about to be written."""

    rows: Rows
    owed: int  # how many of them were told before
    number: int
    hash: str


class Witness:
    """Of one store. Keeps nothing until somebody has said what time it is: of practice it never does."""

    def __init__(self, kept: Callable[[], Kept]) -> None:
        self._kept = kept
        self._times: Callable[[], Times] | None = None
        self._drift: int | None = None
        self._owed: deque[Entry] = deque()
        rows = kept()
        self._number = max(map(int, rows), default=0)
        self._hash = str(rows[str(self._number)][HASH]) if rows else FIRST

    def begin(self, times: Callable[[], Times]) -> None:
        """From now on what happens is kept, with these times."""
        self._times = times

    def tell(self, event: Event) -> None:
        """It happened now. It is on the disk with whatever is written next; a kill before that ends it."""
        self._owed.extend(self._timed((event,)))

    def heard(self, now: datetime) -> None:
        """The centre has just said what time it is."""
        if self._times is not None:
            self._drift = round((self._times().at - now).total_seconds())

    def following(self, events: Iterable[Event]) -> Following:
        """What was told and not written yet, and then these, as rows."""
        owed = tuple(self._owed)
        rows: dict[str, Mapping[str, object]] = {}
        number, hashed = self._number, self._hash
        for timed in (*owed, *self._timed(events)):
            number += 1
            entry = replace(timed, number=number)
            hashed = hash_of(hashed, entry)
            rows[str(number)] = {**entry_to_json(entry), HASH: hashed}
        return Following(rows, len(owed), number, hashed)

    def wrote(self, written: Following) -> None:
        """These are on the disk."""
        for _ in range(written.owed):
            self._owed.popleft()
        self._number, self._hash = written.number, written.hash

    def up_to(self, number: int) -> int:
        """The same number, or that of the last entry: of what there is not nothing can have been heard."""
        return min(number, self._number)

    def untold(self, told: int) -> Trail | None:
        """The oldest entries that the centre has not, as many as one request takes, where it has those up to `told`."""
        rows = self._kept()
        begun = told if told <= self._number else 0
        found: list[Entry] = []
        for number in sorted(each for each in map(int, rows) if each > begun):
            is_bound = number == 1 or str(number - 1) in rows
            if len(found) == MOST_ENTRIES or (found and not is_bound):
                break
            if is_bound:  # of one without the one before only the hash is of use
                found.append(entry_of(number, rows[str(number)]))
        if not found:
            return None
        before = rows.get(str(found[0].number - 1))
        hashed = str(rows[str(found[-1].number)][HASH])
        return Trail(FIRST if before is None else str(before[HASH]), hashed, tuple(found))

    def let_go(self, before: datetime, told: int) -> Rows:
        """Without what the centre has and is older than that, but for the last of it: the next is bound to it."""
        rows = self._kept()
        there = sorted(int(each) for each in rows if int(each) <= told)
        old = [each for each in there if datetime.fromisoformat(str(rows[str(each)]["at"])) <= before]
        return {str(each): None for each in old[:-1]}

    def _timed(self, events: Iterable[Event]) -> Iterator[Entry]:
        """With the moment. What is no word of a program is left out: a centre may call this tablet anything."""
        if self._times is None:
            return
        for each in events:
            now = self._times()
            at = now.at.replace(microsecond=0)
            by, object, result = (word if is_word(word) else "" for word in (each.by, each.object, each.result))
            yield Entry(0, at, now.clock, each.what.value, self._drift, by, object, result)


def entry_of(number: int, row: Mapping[str, Any]) -> Entry:
    """Trusts the row, as `documents.record_of` does."""
    at, found = datetime.fromisoformat(row["at"]), row.get
    said = (found("drift"), found("by", ""), found("object", ""), found("result", ""))
    return Entry(number, at, row["clock"], row["event"], *said)


def entries_of(rows: Kept) -> list[tuple[Entry, str]]:
    """With the hash that is kept of each, in their order. Raises what a row raises that is none."""
    return [(entry_of(number, rows[str(number)]), str(rows[str(number)][HASH])) for number in sorted(map(int, rows))]
