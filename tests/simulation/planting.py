"""Putting something of ours in the place of something of the product's, for a while."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Place = tuple[Any, str, Any]  # a module or class, the name in it, and what is to stand there
Places = tuple[Place, ...]


@contextmanager
def planted(*places: Place) -> Iterator[None]:
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    try:
        _plant(places)
        yield
    finally:
        _plant(before)


def _plant(places: Iterable[Place]) -> None:
    for owner, name, what in places:
        setattr(owner, name, what)
