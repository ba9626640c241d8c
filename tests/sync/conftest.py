import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sync.endpoint.server import open_centre
from tests import postgresql
from tests.sync.desks import Desk, MemoryDesk, StoreDesk
from tests.sync.making import Clock, countable_chance
from tests.sync.places import Place, SharedDatabase, SqliteFile
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def kept_in() -> str:
    """Where the tablets keep what they write; a test module may ask for "store", or for both."""
    return "memory"


@pytest.fixture(scope="session")
def shared_database(postgresql_server: postgresql.Server) -> SharedDatabase:
    return SharedDatabase(postgresql_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place for a new centre: every test that asks for one, or for an office, runs on both databases."""
    if request.param == "sqlite":
        yield SqliteFile(tmp_path / "centre.db")
        return
    shared: SharedDatabase = request.getfixturevalue("shared_database")
    with closing(shared.emptied()) as database:
        yield database


@pytest.fixture
def office(tmp_path: Path, place: Place, kept_in: str) -> Iterator[Office]:
    desks: list[Desk] = []

    def make_desk(series: int) -> Desk:
        desks.append(MemoryDesk(series) if kept_in == "memory" else StoreDesk(tmp_path / f"tablet-{series}", series))
        return desks[-1]

    clock = Clock()
    with closing(open_centre(place.url, clock=clock, chance=countable_chance())) as centre:
        yield Office(centre, clock, place, make_desk)
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
