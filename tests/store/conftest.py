"""A folder for the store, and the store in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import Store
from tests.store.making import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "acompanya"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    store = open_store(folder)
    yield store
    store.close()
