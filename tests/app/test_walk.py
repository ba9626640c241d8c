"""A walk over every screen of the tablet: what can be tapped, read and heard there, in both themes and every language.

The screens are in `tests/app/screens.py`, one line each. A view or a route that none of them visits is named here.
"""

import ast
import asyncio
import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import flet as ft
import pytest

import app.views
from app import theme
from app.state import Preferences, Theme
from app.store import Left, close_for_centre, key_file_of, write_left
from app.theme import DARK, LIGHT, Look, Palette
from app.views import root
from app.views.cannot_start import CannotStart
from app.views.out_of_service import OutOfService
from sync.protocol.sealed_box import new_private_key, public_key_of
from tests.app import drawing
from tests.app.opened import Connector, opened
from tests.app.screens import ENDING, NOW, REVIEWING, START, WORKING, Stop, board, leave_practice, quiet
from tests.in_review import fill

ONE, OTHER, THIRD = (
    Preferences("ca", Theme.LIGHT, 100),
    Preferences("es", Theme.DARK, 200),
    Preferences("en", Theme.LIGHT, 150),
)
LOOKS = {1280: (ONE, OTHER, THIRD), 600: (OTHER,)}
"""By width in dp. What else depends on the width is measured in a browser."""

IN_PLACE = "ended-codes"
"""A code is as large as the window bears, and what stands around it does not scroll."""


@dataclass
class Walk:
    """What was seen on the way."""

    components: set[str] = field(default_factory=set)
    routes: set[str] = field(default_factory=set)
    complaints: dict[str, list[str]] = field(default_factory=dict)

    def of(self, rule: str) -> list[str]:
        return sorted(set(self.complaints.get(rule, [])))

    def note(self, rule: str, where: str, complaints: Iterator[str]) -> None:
        self.complaints.setdefault(rule, []).extend(f"{where}: {each}" for each in complaints)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    done, folder = Walk(), tmp_path_factory.mktemp("walk")
    fill(folder / "reviewing", now=NOW)
    for name, stops in (("start", START), ("working", WORKING), ("reviewing", REVIEWING), ("ending", ENDING)):
        for width in LOOKS:
            asyncio.run(_walk(done, folder / (name if name == "reviewing" else f"{name}-{width}"), stops, width))
    return done


async def _walk(walk: Walk, folder: Path, stops: Sequence[Stop], width: int) -> None:
    async with opened(folder, width=width) as app:
        for stop in stops:
            await _at_the_beginning(app, is_working=stops is not START)
            await stop.reach(app)
            walk.routes.add(stop.route)
            assert matches(stop.route, app.route), (stop, app.route)
            walk.components |= {f"{each.__module__}.{each.__name__}" for each in drawing.components(app.page)}
            await _look(walk, app, f"{stop.name} at {width}", width)
            await _go_on(app, stop)


async def _at_the_beginning(app: Connector, *, is_working: bool) -> None:
    shift = board(app).snapshot.shift
    if is_working and shift is None:
        await app.start_shift()
    elif is_working and shift and not shift.ended_at:
        await app.home()


async def _look(walk: Walk, app: Connector, where: str, width: int) -> None:
    """In each look, on the spot: nothing is left to go there again."""
    await quiet(app)
    first = board(app).snapshot.preferences
    for look in LOOKS[width]:
        palette = DARK if look.theme == Theme.DARK else LIGHT
        board(app).show(preferences=look)
        await app.wait_for(partial(_is_drawn, app, look.text_percent, palette), f"{where} drawn anew")
        there = f"{where}, {look.theme} {look.text_percent} % {look.language}"
        picture = drawing.picture(app.page)
        walk.note("faint", there, drawing.faint(picture))
        walk.note("focus", there, drawing.unfocused(picture))
        walk.note("targets", there, drawing.small_targets(picture, palette.primary.paper))
        walk.note("names", there, drawing.nameless(picture))
        walk.note("headings", there, drawing.jumps(picture))
        if not where.startswith(IN_PLACE):
            walk.note("fixed", there, drawing.fixed(picture, Look(palette, look.text_percent, width)))
        walk.note("small", there, drawing.small_texts(picture, look.text_percent))
        walk.note("words", there, drawing.odd_words(picture))
    board(app).show(preferences=first)
    await app.settle()


def _is_drawn(app: Connector, percent: int, palette: Palette) -> bool:
    """Whether the screen has the paper and the sizes of a look: each has a title, or one thing to read from afar."""
    sizes = {round(each * percent / 100) for each in (theme.SECTION, theme.TITLE, theme.DISPLAY)}
    return any(each.bgcolor == palette.text.paper for each in app.all(ft.View)) and any(
        each.size in sizes for each in app.all(ft.Text)
    )


async def _go_on(app: Connector, stop: Stop) -> None:
    """Forget what was only shown, so that the next stop begins with what the disk knows."""
    if stop.name == "practice-ended":
        await leave_practice(app)
    recorder = app.tablet.practice.shown.recorder
    recorder.withdraw_undo()
    recorder.board.show(**{"trouble": None, "planned": (), "locks_soon": False, **recorder.pictured()})
    await app.settle()


def matches(pattern: str, route: str) -> bool:
    """Whether the tablet is where the stop says; the end of a shift and its start stand on any route."""
    wanted, there = pattern.strip("/").split("/"), route.strip("/").split("/")
    return pattern == "/" or (
        len(wanted) == len(there) and all(a == b or a[0] == ":" for a, b in zip(wanted, there, strict=True))
    )


def test_every_route_is_visited(walk):
    assert known_routes() - walk.routes == set()
    assert walk.routes - known_routes() == set()


def test_every_view_is_visited(walk):
    by_themselves = {f"{view.__module__}.{view.__name__}" for view in (CannotStart, OutOfService)}  # looked at below

    assert known_views() - walk.components - by_themselves == set()


@pytest.mark.anyio
async def test_what_is_shown_when_nothing_can_start_can_be_read(tmp_path):
    """A view without a shift, words of its own language or a store."""
    (tmp_path / "file").write_text("no folder")
    async with opened(tmp_path / "file") as app:
        assert_readable(app, CannotStart.__name__)


@pytest.mark.anyio
async def test_what_is_shown_of_a_tablet_whose_key_is_lost_can_be_read(tmp_path):
    async with opened(tmp_path / "tablet") as app:
        await app.start_shift()
    key_file_of(tmp_path / "tablet").unlink()
    close_for_centre(tmp_path / "tablet", bytes(32), public_key_of(new_private_key()))
    async with opened(tmp_path / "tablet") as app:
        await app.click("Desa'n una còpia per a la coordinació")
        await app.wait_text("No s'ha desat cap còpia.")
        assert_readable(app, CannotStart.__name__)


@pytest.mark.anyio
async def test_what_is_shown_of_a_tablet_out_of_service_can_be_read(tmp_path):
    write_left(tmp_path, Left("http://127.0.0.1:9", "t"))
    async with opened(tmp_path) as app:
        assert_readable(app, OutOfService.__name__)


def assert_readable(app, view):
    picture = drawing.picture(app.page)

    assert view in {each.__name__ for each in drawing.components(app.page)}
    assert list(drawing.small_texts(picture, 100)) == []
    assert list(drawing.faint(picture)) == []
    assert list(drawing.odd_words(picture)) == []


RULES = {
    "faint": "text 7:1 and the rest 3:1 on what it stands on, in both themes",
    "focus": "a frame of 3:1 around what has the focus of the keyboard",
    "targets": "48 dp to tap, 56 for what is most important",
    "names": "a name for a screen reader",
    "headings": "headings in order",
    "fixed": "a heading that scrolls with the rest where the text is large",
    "small": "14 sp, and grown as chosen",
    "words": "words in every language, without pictures among the letters",
}


@pytest.mark.parametrize("rule", RULES, ids=RULES.values())
def test_every_screen_has(walk, rule):
    assert walk.of(rule) == []


def known_routes() -> set[str]:
    """As `root.py` writes them, nested ones joined."""
    assert root.__file__
    tree = ast.parse(Path(root.__file__).read_text(encoding="utf-8"))
    (routes,) = [
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign) and getattr(each.targets[0], "id", "") == "routes"
    ]
    assert isinstance(routes, ast.List)
    return {path for each in routes.elts for path in _paths(each, "")}


def _paths(route: ast.expr, under: str) -> Iterator[str]:
    assert isinstance(route, ast.Call)
    given = {each.arg: each.value for each in route.keywords}
    written = given.get("path", ast.Constant(""))
    path = eval(ast.unparse(written), vars(root))  # noqa: S307  # our own source
    whole = f"{under}/{path}".rstrip("/") or "/"
    children = given.get("children")
    if isinstance(children, ast.List):
        for each in children.elts:
            yield from _paths(each, whole)
    else:
        yield whole


def known_views() -> set[str]:
    """Every component of `app/views`."""
    modules = [importlib.import_module(each.name) for each in pkgutil.walk_packages(app.views.__path__, "app.views.")]
    return {
        f"{module.__name__}.{name}"
        for module in modules
        for name, each in vars(module).items()
        if getattr(each, "__is_component__", False) and each.__module__ == module.__name__
    }
