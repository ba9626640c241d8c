"""What journeys start with: a browser for the whole run, and processes and pages that end with the test.

    def test_…(start_centre, start_app, open_ui):
        centre = start_centre()
        app = start_app(centre_url=centre.url)
        ui = open_ui(app, ready="Avui")

When a test fails, the report ends with what the screens and the processes said, and .shots/failed has the pictures.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserTrouble

from tests.journeys.driver import LANDSCAPE, PORTRAIT, FletUI, chromium_browser
from tests.journeys.processes import ROOT, App, Centre, ServerProcess

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys last: they are the slowest, and no test can use asyncio after the browser has started."""
    here = Path(__file__).parent
    items.sort(key=lambda item: here in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with chromium_browser() as browser:
        yield browser


@pytest.fixture
def processes(request: pytest.FixtureRequest) -> Iterator[list[ServerProcess]]:
    """Every process of this test, ended with it: at once, since nobody needs its goodbye (it may take ten seconds)."""
    started: list[ServerProcess] = []
    yield started
    for process in reversed(started):
        process.kill()
        if request.node.stash.get(FAILED, False):
            print(f"--- {process.log.name}\n{process.output()[-5000:]}")


@pytest.fixture
def start_app(tmp_path: Path, processes: list[ServerProcess]) -> Callable[..., App]:
    """`start_app(name="tablet", centre_url=None, arguments=(), renderer="auto")`: one folder and port for each name."""

    def start(name: str = "tablet", **how: Any) -> App:
        app = App(tmp_path / name, **how)
        processes.append(app)
        return app.start()

    return start


@pytest.fixture
def start_centre(tmp_path: Path, processes: list[ServerProcess]) -> Callable[..., Centre]:
    """`start_centre(name="centre", arguments=())`: one database and port for each name."""

    def start(name: str = "centre", **how: Any) -> Centre:
        centre = Centre(tmp_path / name, **how)
        processes.append(centre)
        return centre.start()

    return start


@pytest.fixture(params=[LANDSCAPE, PORTRAIT], ids=["landscape", "portrait"])
def viewport(request: pytest.FixtureRequest) -> Any:
    """For a journey that must hold in both orientations: pass it to `open_ui`."""
    return request.param


@pytest.fixture
def open_ui(
    request: pytest.FixtureRequest, chromium: Browser, processes: list[ServerProcess]
) -> Iterator[Callable[..., FletUI]]:
    """`open_ui(app, route="/", ready="Avui", viewport=PORTRAIT, locale="ca-ES", dark=False)`: a page of its own."""
    opened: list[FletUI] = []
    with ExitStack() as closing:

        def open_page(app: ServerProcess, route: str = "/", *, ready: str | None = None, **how: Any) -> FletUI:
            ui = FletUI(chromium, app.url, **how)
            closing.callback(ui.close)
            opened.append(ui)
            return ui.open(route, ready=ready)

        yield open_page
        if request.node.stash.get(FAILED, False):
            for number, ui in enumerate(opened, start=1):
                _show(ui, f"{request.node.name}-{number}")


def _show(ui: FletUI, name: str) -> None:
    """Print and picture a screen of a failed test. The page may be the very thing that failed."""
    try:
        path = ui.shot(ROOT / ".shots" / "failed" / f"{name.replace('/', '-')}.png")
        print(f"--- screen {path}\n{ui.dump()}\n--- errors in the page: {ui.errors}")
    except BrowserTrouble as trouble:
        print(f"--- screen {name} cannot be shown: {trouble}")
