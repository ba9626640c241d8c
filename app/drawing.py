"""How Flet is made to draw sooner: it looks only at what is set, and draws first what holds the rest.

Both stand on Flet's inner seams, for the one version that pyproject.toml asks for; the tests hold that what goes to the
page stays the same (docs/decisions/0014-flet-draws-sooner.md).
"""

import dataclasses
from collections.abc import Iterable, Iterator
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

import flet as ft
from flet.controls.object_patch import DiffBuilder

WALKS = ("_configure_dataclass", "_removed_controls")
"""Of the comparison of two pictures: they look for controls in every field of every control, about fifty in each, most
of them not set. It was half of what a tap cost."""


def look_only_at_what_is_set() -> None:
    """From now on those walks go the same way past fields in which there can be no control."""
    quicker = SimpleNamespace(is_dataclass=_is_dataclass, fields=_fields_to_walk)
    for name in WALKS:
        walk = getattr(DiffBuilder, name)
        known = {**walk.__globals__, "dataclasses": quicker}
        setattr(DiffBuilder, name, FunctionType(walk.__code__, known, name, walk.__defaults__, walk.__closure__))


def draw_outermost_first(page: ft.Page) -> None:
    """What is to be drawn again is drawn from the outside in. A screen that goes with its frame is then gone before its
    turn comes, where in any order it was often drawn once more for nobody."""
    page.session._Session__pending_updates = _OutermostFirst()  # type: ignore[attr-defined]


class _OutermostFirst(set[ft.BaseControl]):
    def __iter__(self) -> Iterator[ft.BaseControl]:
        return iter(sorted(super().__iter__(), key=_depth))


def _depth(control: ft.BaseControl) -> int:
    deep, parent = 0, control.parent
    while parent is not None:
        deep, parent = deep + 1, parent.parent
    return deep


def _is_dataclass(item: object) -> bool:
    kind: Any = type(item)
    return _is_of_fields(kind)


@cache
def _is_of_fields(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind)


@cache
def _may_hold(kind: Any) -> bool:
    return _is_of_fields(kind) or issubclass(kind, list | dict)


def _fields_to_walk(item: Any) -> Iterable[dataclasses.Field[Any]]:
    """Those that may hold a control. What Flet tracks stands in `_values` where it differs from its default."""
    kind: Any = type(item)
    named, always = _fields_of(kind)
    values = getattr(item, "_values", None)
    if values is None:
        return named.values()
    unset = [named[name] for name in always if name not in values]
    return [*unset, *(named[name] for name, value in values.items() if name in named and _holds(value))]


def _holds(value: object) -> bool:
    kind: Any = type(value)
    return _may_hold(kind)


@cache
def _fields_of(kind: Any) -> tuple[dict[str, dataclasses.Field[Any]], tuple[str, ...]]:
    """The fields of a kind by name, and of those the ones that may hold a control though nobody set them."""
    named = {each.name: each for each in dataclasses.fields(kind)}
    untracked = getattr(kind, "_structural_fields", named)
    defaults = getattr(kind, "_prop_defaults", {})
    return named, tuple(
        name for name in named if name in untracked or name not in defaults or _holds(defaults.get(name))
    )
