"""Which records say what in the declared fields: found without looking at the others. Lives in memory only."""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from app.store.documents import seen
from app.store.values import Document

DECLARED = ("session_id", "shift_id")  # and the kind

Key = tuple[str, object]


class Index:
    """Made when it is first asked, so that opening does not wait for it; from then on it follows each write."""

    def __init__(self) -> None:
        self._lock = Lock()  # never held while the disk is at work
        self._ids: dict[Key, set[str]] | None = None

    def find(self, wanted: Mapping[str, object], documents: Mapping[str, Document]) -> Iterable[str]:
        """The ids of the records that say all of it, among `documents`."""
        if not wanted:
            return list(documents)
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


def _keys(document: Mapping[str, Any]) -> list[Key]:
    said = [(name, seen(document, name)) for name in DECLARED]
    return [("kind", document["kind"]), *((name, value) for name, value in said if isinstance(value, str))]
