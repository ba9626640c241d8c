"""Everything noted on a tablet, the newest first, and the part of it that a person asks for.

To follow a change costs what changed; to show a page costs what is passed over until it is full.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from app.domain.spelling import words_of

_words_of = lru_cache(maxsize=4096)(words_of)  # at each key press the same few hundred texts

PAGE = 15
"""Rows shown at once: two screens of a tablet. Each row costs milliseconds to draw, at every tap on one."""


class Shown(StrEnum):
    """Which records a person wants to see."""

    ALL = "all"
    WAITING = "waiting"
    REVIEW = "review"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks of the list: words, a filter, and from which row on."""

    query: str = ""
    shown: Shown = Shown.ALL
    start: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """What the words of a row come from. Thousands of records have a few hundred of these."""

    kind: str
    subject: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One record, as the list finds it."""

    noted: datetime
    id: str
    topic: Topic = field(compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what was asked for."""

    entries: tuple[Entry, ...]
    found: int  # in all


class Archive:
    """The entries in their order."""

    def __init__(self) -> None:
        self._ordered: list[Entry] = []
        self._by_id: dict[str, Entry] = {}
        self.topics: Counter[Topic] = Counter()

    def put(self, id: str, entry: Entry | None) -> None:
        """The record with this id is now so; None: it is not to be listed."""
        before = self._by_id.pop(id, None)
        if before:
            del self._ordered[bisect_left(self._ordered, before)]
            self.topics[before.topic] -= 1
        if entry:
            self._by_id[id] = entry
            insort(self._ordered, entry)
            self.topics[entry.topic] += 1

    def page(self, start: int, *, since: datetime | None, ids: Set[str] | None, topics: Set[Topic] | None) -> Page:
        """The rows from `start` on, of those noted since, with one of these ids, about one of these topics."""
        if since is None and ids is None and topics is None:
            newest: Iterator[Entry] = islice(reversed(self._ordered), start, start + PAGE)
            return Page(tuple(newest), len(self._ordered))
        chosen = [each for each in self._among(since, ids) if topics is None or each.topic in topics]
        return Page(tuple(chosen[start : start + PAGE]), len(chosen))

    def _among(self, since: datetime | None, ids: Set[str] | None) -> Iterator[Entry]:
        if ids is not None:
            known = sorted((self._by_id[id] for id in ids if id in self._by_id), reverse=True)
            yield from (each for each in known if since is None or each.noted >= since)
            return
        for each in reversed(self._ordered):
            if since is not None and each.noted < since:
                return
            yield each


def since(shown: Shown, now: datetime) -> datetime | None:
    """The beginning of today, or of the Monday of this week; None where the filter is not about time."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    match shown:
        case Shown.TODAY:
            return midnight
        case Shown.WEEK:
            return midnight - timedelta(days=now.weekday())
    return None


def about(
    query: str, topics: Iterable[Topic], *, words: Callable[[Topic], str], procedures: Callable[[], Set[str]]
) -> Set[Topic] | None:
    """The topics that a query is about: each of its words, in any order, begins one of theirs. Where there is none,
    those whose procedure the search for procedures finds. None for a query without words: it asks for nothing."""
    asked = words_of(query)
    if not asked:
        return None
    named = {each for each in topics if _says(_words_of(words(each)), asked)}
    if named:
        return named
    found = procedures()
    return {each for each in topics if not found.isdisjoint(each.subject)}


def _says(words: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in asked)
