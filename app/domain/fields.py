"""Between a record's typed shape and the flat fields it is stored and sent as.

A shape is a frozen dataclass whose field names are the names on the wire. `None` means "not there".
"""

import types
from collections.abc import Mapping
from dataclasses import fields as shape_fields
from dataclasses import is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from app.domain.texts import tidy
from sync.protocol.records import Fields, Value

Shape = TypeVar("Shape")


def pack(shape: object) -> Fields:
    """The fields of `shape` as they are stored: what is None is left out, as is a text in which there is nothing to
    see; times are ISO 8601 with offset."""
    assert is_dataclass(shape), f"{shape!r} has no fields"
    values = ((each.name, getattr(shape, each.name)) for each in shape_fields(shape))
    kept = ((name, value, _plain(value)) for name, value in values if value is not None)
    return {name: plain for name, value, plain in kept if plain != "" or value == ""}


def cleared(shape: type[Shape], fields: Fields) -> dict[str, Value]:
    """`fields`, with None for every field of `shape` that they do not say: what was there before goes. A field only a
    newer app knows is left alone."""
    assert is_dataclass(shape), f"{shape!r} has no fields"
    nothing: dict[str, Value] = dict.fromkeys(each.name for each in shape_fields(shape))
    return {**nothing, **fields}


def unpack(shape: type[Shape], stored: Mapping[str, Any]) -> Shape:
    """`stored` as `shape`. Names the shape does not know are left to the record they came from.

    Raises ValueError or TypeError when a stored value cannot be what the shape says, KeyError never: what is not
    stored takes the shape's default.
    """
    hints = get_type_hints(shape)
    known = {name: _typed(hints[name], stored[name]) for name in hints if stored.get(name) is not None}
    return shape(**known)


def _plain(value: Any) -> Value:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        return tuple(str(_plain(each)) for each in value)
    if isinstance(value, str):
        return tidy(value)
    assert value is None or isinstance(value, int | bool), f"{value!r} cannot be a field"
    return value


def _typed(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_typed(get_args(hint)[0], each) for each in _checked((list, tuple), value))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if issubclass(hint, StrEnum):
        return _word(hint, _checked((str,), value))
    return _checked((hint,), value)


def _word(words: type[StrEnum], value: str) -> StrEnum | str:
    """The word, or the text as it stands when a newer app taught it to the others: it is kept and shown as it is."""
    return words(value) if value in set(words) else value


def _checked(wanted: tuple[type, ...], value: Any) -> Any:
    """`value` if it is exactly one of these: to Python, `True` is a whole number too."""
    if type(value) not in wanted:
        raise TypeError(f"it is {type(value).__name__}, not {wanted[0].__name__}")
    return value
