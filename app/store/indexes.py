"""Which records say what in the declared fields, and which is newer: found without looking at the others.

Lives in memory only.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from app.store.documents import seen
from app.store.records import StoredRecord
from app.store.values import Document

DECLARED = ("session_id", "shift_id")  # and the kind

Key = tuple[str, object]
Age = tuple[datetime, str]  # when a record was written, and its id


class Index:
    """Made when it is first asked, so that opening does not wait for it; from then on it follows each write."""

    def __init__(self) -> None:
        self._lock = Lock()  # never held while the disk is at work
        self._ids: dict[Key, set[str]] | None = None

    def find(self, wanted: Mapping[str, object], documents: Mapping[str, Document]) -> Iterable[str]:
        """The ids of the records that say all of it, which is something, among `documents`."""
        with self._lock:
            if self._ids is None:
                self._ids = {}
                for record_id, document in list(documents.items()):
                    self._put(self._ids, record_id, document)
            return set.intersection(*(self._ids.get(key, set()) for key in wanted.items()))

    def follow(self, record_id: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """A record was written: these are its documents."""
        with self._lock:
            if self._ids is None:
                return
            for key in _keys(before) if before else ():
                self._ids.get(key, set()).discard(record_id)
            if after:
                self._put(self._ids, record_id, after)

    def _put(self, ids: dict[Key, set[str]], record_id: str, document: Mapping[str, Any]) -> None:
        for key in _keys(document):
            ids.setdefault(key, set()).add(record_id)


class Order:
    """All records by age. Made when it is first asked, and follows each write from then on."""

    def __init__(self) -> None:
        self._lock = Lock()  # never held while the disk is at work
        self._ordered: list[Age] | None = None
        self._ages: dict[str, Age] = {}

    def newest_first(self, records: Callable[[], Iterable[StoredRecord]]) -> Iterator[str]:
        """The ids of all, as they are now; `records` is asked once."""
        with self._lock:
            if self._ordered is None:
                self._ordered = sorted(map(age, records()))
                self._ages = {each[1]: each for each in self._ordered}
            ordered = self._ordered.copy()
        return (record_id for _, record_id in reversed(ordered))

    def follow(self, record_id: str, record: StoredRecord | None) -> None:
        """A record was written; None: it is gone."""
        after = None if record is None else age(record)
        with self._lock:
            if self._ordered is None or self._ages.get(record_id) == after:
                return
            if before := self._ages.pop(record_id, None):
                del self._ordered[bisect_left(self._ordered, before)]
            if after:
                self._ages[record_id] = after
                insort(self._ordered, after)


def age(record: StoredRecord) -> Age:
    """By which records are put in order."""
    return record.at, record.id


def _keys(document: Mapping[str, Any]) -> list[Key]:
    said = [(name, seen(document, name)) for name in DECLARED]
    return [("kind", document["kind"]), *((name, value) for name, value in said if isinstance(value, str))]
