"""A table as one write sees it: what the write touched, over what is there. What is there stays as it is."""

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping

from app.store.values import Document, copied


class Changes(MutableMapping[str, Document]):
    """Looks like the whole table and costs what is touched: TinyDB's updaters may change anything in it.

    A document handed out is a copy, because an updater changes it in place.
    """

    def __init__(self, there: Mapping[str, Document]) -> None:
        self._there = there
        self._touched: dict[str, Document | None] = {}

    def patch(self) -> dict[str, Document | None]:
        """What differs from what is there; None for what is gone."""
        return {
            doc_id: document
            for doc_id, document in self._touched.items()
            if _differ(document, peek(self._there, doc_id))
        }

    def take(self, patch: Mapping[str, Document | None]) -> None:
        self._touched.update(patch)

    def peek(self, doc_id: str) -> Document | None:
        return self._touched[doc_id] if doc_id in self._touched else peek(self._there, doc_id)

    def __getitem__(self, doc_id: str) -> Document:
        document = self.peek(doc_id)
        if document is None:
            raise KeyError(doc_id)
        if doc_id not in self._touched:
            document = self._touched[doc_id] = copied(document)
        return document

    def __setitem__(self, doc_id: str, document: Document) -> None:
        self._touched[doc_id] = document

    def __delitem__(self, doc_id: str) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._touched[doc_id] = None

    def __contains__(self, doc_id: object) -> bool:
        return isinstance(doc_id, str) and self.peek(doc_id) is not None

    def __iter__(self) -> Iterator[str]:
        yield from (doc_id for doc_id in self._there if doc_id in self)
        yield from (doc_id for doc_id in self._touched if doc_id not in self._there and doc_id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self._touched = dict.fromkeys(self)


def peek(rows: Mapping[str, Document], doc_id: str) -> Document | None:
    """The document itself, to look at; None when there is none."""
    return rows.peek(doc_id) if isinstance(rows, Changes) else rows.get(doc_id)


def _differ(one: Document | None, other: Document | None) -> bool:
    """As written, not as Python compares: to Python `True` equals 1, and a file tells them apart."""
    return repr(one) != repr(other)


class Snapshot(Mapping[str, Document]):
    """A table for reading, while others may write: what it hands out are copies, and a row that goes is passed over."""

    def __init__(self, rows: Mapping[str, Document]) -> None:
        self._rows = rows

    def __getitem__(self, doc_id: str) -> Document:
        document = peek(self._rows, doc_id)
        if document is None:
            raise KeyError(doc_id)
        return copied(document)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._rows))

    def __len__(self) -> int:
        return len(self._rows)

    def items(self) -> ItemsView[str, Document]:
        return {doc_id: copied(document) for doc_id, document in self.rows()}.items()

    def rows(self) -> list[tuple[str, Document]]:
        """The documents themselves, to look at."""
        return [(doc_id, found) for doc_id in list(self._rows) if (found := peek(self._rows, doc_id)) is not None]
