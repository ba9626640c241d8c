"""A folder for the store, and the store in it: in clear and sealed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import Store
from app.store.lines import CHECKSUM, Codec
from tests.store.making import SEALED, open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "acompanya"


@pytest.fixture(params=[CHECKSUM, SEALED], ids=["plain", "sealed"])
def codec(request: pytest.FixtureRequest) -> Codec:
    chosen: Codec = request.param
    return chosen


@pytest.fixture
def store(folder: Path, codec: Codec) -> Iterator[Store]:
    store = open_store(folder, codec=codec)
    yield store
    store.close()
