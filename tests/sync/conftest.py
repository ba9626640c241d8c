import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.endpoint.server import open_centre
from tests.sync.desks import Desk, MemoryDesk, StoreDesk
from tests.sync.making import Clock, countable_chance
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def kept_in() -> str:
    """Where the tablets keep what they write; a test module may ask for "store", or for both."""
    return "memory"


@pytest.fixture
def office(tmp_path: Path, kept_in: str) -> Iterator[Office]:
    desks: list[Desk] = []

    def make_desk(series: int) -> Desk:
        desks.append(MemoryDesk(series) if kept_in == "memory" else StoreDesk(tmp_path / f"tablet-{series}", series))
        return desks[-1]

    clock = Clock()
    path = tmp_path / "centre.db"
    with closing(open_centre(f"sqlite:///{path}", clock=clock, chance=countable_chance())) as centre:
        yield Office(centre, clock, path, make_desk)
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[StoreDesk]:
    """A tablet's real store. Its changes have other numbers than those of the next test's."""
    desk = StoreDesk(tmp_path / "desk", series=zlib.crc32(tmp_path.name.encode()) & 0xFFFF)
    yield desk
    desk.close()


@pytest.fixture
def tablet(office: Office) -> Tablet:
    return office.enrolled("Tablet 1", 0xA)


@pytest.fixture
def other(office: Office) -> Tablet:
    return office.enrolled("Tablet 2", 0xB)
