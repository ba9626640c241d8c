"""Tablets that are closed when the test ends, and a loop for tests that are coroutines."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.catalogue import Catalogue
from app.domain.library import Library
from sync.endpoint.server import open_centre
from tests.app.connected import Connected
from tests.app.tablets import DEVICE, LABOUR, MakeTablet, Tablet, Time, counted_ids, library
from tests.sync.making import countable_chance
from tests.sync.places import SqliteFile
from tests.sync.tablets import Office


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make_tablet(tmp_path: Path, time: Time) -> Iterator[MakeTablet]:
    made: list[Tablet] = []

    def make() -> Tablet:
        device = f"{DEVICE[:-1]}{len(made) + 1}"
        made.append(Tablet(tmp_path / f"tablet-{len(made)}", time, counted_ids(len(made)), device=device))
        return made[-1]

    yield make
    for tablet in made:
        tablet.close()


@pytest.fixture
def tablet(make_tablet: MakeTablet) -> Tablet:
    return make_tablet()


@pytest.fixture
def newer() -> Library:
    """The reference data of a later app, in which one procedure is retired."""
    shipped = library()
    kept = tuple(each for each in shipped.catalogue.procedures if each.id != LABOUR)
    return replace(shipped, catalogue=Catalogue("starter-2", shipped.catalogue.modules, kept))


@pytest.fixture
def office(tmp_path: Path, time: Time) -> Iterator[Office]:
    place = SqliteFile(tmp_path / "centre.db")
    with closing(open_centre(place.url, clock=time, chance=countable_chance())) as centre:
        yield Office(centre, time, place, make_desk=lambda series: pytest.fail("these tablets have no desk"))


@pytest.fixture
def connect(office: Office, make_tablet: MakeTablet) -> Callable[[], Connected]:
    names = iter(("Tablet 1", "Tablet 2"))
    return lambda: Connected(make_tablet(), office.wire, office.centre.issue_code(next(names)))
