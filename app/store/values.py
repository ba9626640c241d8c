"""What may be stored: JSON that reads back exactly as it was written. Anything else is refused where it is given."""

from collections.abc import Mapping
from math import isfinite

from app.store.errors import NotStorable
from sync.protocol.json_reading import LARGEST_NUMBER

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Document = dict[str, Json]

_NESTED = (dict, list)
_DEEPEST = 50  # levels of nesting; past this it is a loop or a mistake


def plain(value: object, depth: int = _DEEPEST) -> Json:
    """A fresh copy of `value` in JSON's own types (a tuple becomes a list). Raises NotStorable with the path."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int | float):
        return _plain_number(value)
    if depth == 0:
        raise NotStorable("it is nested too deeply")
    if isinstance(value, Mapping):
        return _plain_mapping(value, depth - 1)
    if isinstance(value, list | tuple):
        return [_plain_member(str(place), member, depth - 1) for place, member in enumerate(value)]
    raise NotStorable(f"JSON has no {type(value).__name__}")


def plain_document(value: object) -> Document:
    """`plain` for a whole document."""
    if not isinstance(value, Mapping):
        raise NotStorable(f"a document is a mapping, not {type(value).__name__}")
    return _plain_mapping(value, _DEEPEST)


def plain_text(value: str) -> str:
    """The text as a bare `str`, also when it was an enum's. Half a surrogate pair has no bytes, so it is refused."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise NotStorable("the text holds half a character (a lone surrogate)") from None
    return value if type(value) is str else str.__str__(value)


def plain_rows(table: str, rows: Mapping[str, object]) -> dict[str, Document | None]:
    """`plain_document` for documents by id, None for none; the path begins with the table."""
    plain_ones: dict[str, Document | None] = {}
    for doc_id, document in rows.items():
        if not isinstance(doc_id, str):
            raise NotStorable(f"an id is text, not {type(doc_id).__name__}", table)
        try:
            plain_ones[plain_text(doc_id)] = None if document is None else plain_document(document)
        except NotStorable as trouble:
            raise trouble.under(doc_id).under(table) from None
    return plain_ones


def copied(document: Document) -> Document:
    """A copy of a stored document that shares nothing with it."""
    copy = document.copy()
    for name, value in document.items():
        if isinstance(value, _NESTED):
            copy[name] = _copy(value)
    return copy


def _copy(value: Json) -> Json:
    if isinstance(value, dict):
        return copied(value)
    return [_copy(member) for member in value] if isinstance(value, list) else value


def _plain_number(value: int | float) -> Json:
    if not isfinite(value):
        raise NotStorable("the number is not finite")
    if not isinstance(value, int):
        return float(value)
    if abs(value) > LARGEST_NUMBER:
        raise NotStorable("the number is too large")
    return int(value)


def _plain_mapping(value: Mapping[object, object], depth: int) -> Document:
    return {_plain_key(key): _plain_member(str(key), member, depth) for key, member in value.items()}


def _plain_key(key: object) -> str:
    if not isinstance(key, str):
        raise NotStorable(f"a name is text, not {type(key).__name__}", repr(key))
    return plain_text(key)


def _plain_member(name: str, value: object, depth: int) -> Json:
    try:
        return plain(value, depth)
    except NotStorable as trouble:
        raise trouble.under(name) from None
