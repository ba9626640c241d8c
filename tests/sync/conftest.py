from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.endpoint.server import open_centre
from tests.sync.making import Clock, countable_chance
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = Clock()
    path = tmp_path / "centre.db"
    centre = open_centre(f"sqlite:///{path}", clock=clock, chance=countable_chance())
    yield Office(centre, clock, path)
    centre.close()


@pytest.fixture
def tablet(office: Office) -> Tablet:
    return office.enrolled("Tablet 1", 0xA)


@pytest.fixture
def other(office: Office) -> Tablet:
    return office.enrolled("Tablet 2", 0xB)
