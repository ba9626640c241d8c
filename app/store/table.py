"""TinyDB's table, for a journal: a write costs what it changes, ids are text, what is read may be kept and changed.

It overrides two private hooks, `_read_table` and `_update_table`: hence the upper bound on tinydb's version.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.table import Document as StoredDocument
from tinydb.table import Table

from app.store.changes import Changes, Snapshot, peek
from app.store.journal import JournalStorage
from app.store.values import Document, copied, plain_rows


class JournalTable(Table):
    """One table of a `JournalStorage`. Has no query cache: it is not made for threads, and memory is fast enough."""

    document_id_class = str  # type: ignore[assignment]  # tinydb declares int and documents any
    _storage: JournalStorage
    _next_id: int | None  # type: ignore[assignment]

    def put(self, documents: Mapping[str, Mapping[str, object] | None]) -> None:
        """Replace whole documents or add them; None removes one. (TinyDB's `upsert` keeps the names that are gone.)"""
        with self._storage.together():
            changes = Changes(self._storage.rows(self.name))
            changes.take(plain_rows(self.name, documents))
            if patch := changes.patch():
                self._storage.commit({self.name: patch})

    def row(self, doc_id: str) -> Document | None:
        """One document, or None. (TinyDB's `get` does the same; its types know only numbers as ids.)"""
        found = peek(self._storage.rows(self.name), doc_id)
        return None if found is None else copied(found)

    def get(self, cond: Any = None, doc_id: Any = None, doc_ids: Any = None) -> Any:
        if doc_id is None:
            return super().get(cond, doc_id, doc_ids)
        found = self.row(str(doc_id))
        return None if found is None else self.document_class(found, doc_id)

    def search(self, cond: QueryLike) -> list[StoredDocument]:
        found = [(doc_id, document) for doc_id, document in self._read_table().rows() if cond(document)]
        return [self.document_class(copied(document), doc_id) for doc_id, document in found]  # type: ignore[arg-type]

    def update(self, fields: Any, cond: QueryLike | None = None, doc_ids: Iterable[Any] | None = None) -> list[Any]:
        with self._storage.together():
            chosen = doc_ids if cond is None or doc_ids is not None else self._matching(cond)
            return super().update(fields, doc_ids=chosen)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[Any] | None = None) -> list[Any]:
        with self._storage.together():
            chosen = doc_ids if cond is None or doc_ids is not None else self._matching(cond)
            return super().remove(doc_ids=chosen)

    def upsert(self, document: Mapping[str, object], cond: QueryLike | None = None) -> list[Any]:
        with self._storage.together():  # or another thread could insert between the update and the insert
            return super().upsert(document, cond)

    def _matching(self, cond: QueryLike) -> list[Any]:
        return [doc_id for doc_id, document in self._read_table().rows() if cond(document)]

    def _get_next_id(self) -> str:
        """An id for a document that came without: the first number above those given that is free."""
        rows = self._read_table()
        number = self._next_id or len(rows) + 1
        while str(number) in rows:
            number += 1
        self._next_id = number + 1
        return str(number)

    def _read_table(self) -> Snapshot:  # type: ignore[override]
        return Snapshot(self._storage.rows(self.name))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.together():
            changes = Changes(self._storage.rows(self.name))
            updater(changes)
            self._storage.commit({self.name: changes.patch()})


class Database(TinyDB):
    """A TinyDB of such tables. Made with `storage=` something that gives a `JournalStorage`."""

    table_class = JournalTable

    def table(self, name: str, **kwargs: Any) -> JournalTable:
        return cast(JournalTable, super().table(name, **kwargs))
