"""How big a module or a function may be, and what only a few modules may do. Each rule is first shown able to fail."""

import ast
from collections.abc import Iterator

import pytest

from tests.project.sources import Module, functions, is_under, modules

MODULE_LINES = 300
FUNCTION_LINES = 60
VIEW_FUNCTION_LINES = 80  # a screen's tree of controls is long without being complicated
BROAD_CATCHES = 3  # a round, the loop of rounds and the centre's edge: each logs the whole story

# module -> why it may ask for the time, a new name, chance, a pause or the environment; all others are handed them
FETCHES_THE_WORLD = {
    "app.__main__": "the command line: reads the arguments and starts the demo's centre",
    "app.settings": "reads the environment, once",
    "app.store.sealing": "a nonce that came twice would give text away: no caller is trusted with it",
    "app.shell": "hands the clock, ids and pauses to everything else in the app",
    "sync.endpoint.migrations.versions.v0005_cursor_key": "a key of chance for what is there: steps take nothing",
    "sync.endpoint.__main__": "the command line of the centre",
    "sync.endpoint.server": "hands the clock, ids and pauses to everything else in the centre",
}
WORLD = {
    "asyncio": {"sleep"},
    "date": {"today"},
    "datetime": {"now", "today", "utcnow"},
    "os": {"environ", "getenv", "putenv", "urandom"},
    "random": None,  # None: anything in it
    "secrets": None,
    "time": {"monotonic", "monotonic_ns", "perf_counter", "sleep", "time", "time_ns"},
    "uuid": {"uuid1", "uuid4", "uuid6", "uuid7"},
}


def oversize(module: Module) -> Iterator[str]:
    lines = len(module.source.splitlines())
    if lines > MODULE_LINES:
        yield f"{module.name} has {lines} lines, above {MODULE_LINES}: a noun is missing"
    limit = VIEW_FUNCTION_LINES if is_under(module.name, ("app.views",)) else FUNCTION_LINES
    for function in functions(module.tree):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > limit:
            yield f"{module.name}.{function.name} has {length} lines, above {limit}: a verb is missing"


def missing_introduction(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield f"{module.name} does not say what it is: no docstring"


def broad_catches(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
            yield f"{module.name}:{node.lineno}"


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(one) for one in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


def fetches_from_the_world(module: Module) -> Iterator[str]:
    """Mentions of the clock, ids, chance, pauses and environment, called or passed on."""
    known = _names_from_imports(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            found = _dotted(node, known)
        elif isinstance(node, ast.Name):
            found = known.get(node.id, "")
        else:
            continue
        owner, _, name = found.rpartition(".")
        if _is_world(owner.rpartition(".")[2], name):
            yield f"{module.name}:{node.lineno} uses {found}: take it as an argument"


def _is_world(owner: str, name: str) -> bool:
    return owner in WORLD and ((names := WORLD[owner]) is None or name in names)


def _names_from_imports(tree: ast.Module) -> dict[str, str]:
    """What the module calls things it imported: `{"dt": "datetime", "uuid4": "uuid.uuid4"}`."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    """The full name behind `dt.datetime.now`; nothing for what was not imported, such as `self.clock.now`."""
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, known)
        return f"{owner}.{node.attr}" if owner else ""
    return known.get(node.id, "") if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_and_its_functions_stay_small(module: Module) -> None:
    assert list(oversize(module)) == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_says_what_it_is(module: Module) -> None:
    assert list(missing_introduction(module)) == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_s_t12_a_module_is_handed_the_clock_ids_and_chance(module: Module) -> None:
    if module.name not in FETCHES_THE_WORLD:
        assert list(fetches_from_the_world(module)) == []


def test_only_three_places_catch_everything() -> None:
    places = [place for module in modules() for place in broad_catches(module)]

    assert len(places) <= BROAD_CATCHES, places


def test_a_module_with_too_many_lines_is_found() -> None:
    assert len(list(oversize(Module("app.store.journal", "x = 1\n" * 301)))) == 1
    assert list(oversize(Module("app.store.journal", "x = 1\n" * 300))) == []


def test_a_function_with_too_many_lines_is_found() -> None:
    seventy = "async def show():\n" + "    x = 1\n" * 69

    assert len(list(oversize(Module("app.store.journal", seventy)))) == 1
    assert list(oversize(Module("app.views.today", seventy))) == []


def test_a_missing_docstring_is_found() -> None:
    assert len(list(missing_introduction(Module("app.store", "import json")))) == 1
    assert list(missing_introduction(Module("app.store", '"""The disk."""'))) == []


@pytest.mark.parametrize("clause", ["except:", "except Exception:", "except (OSError, BaseException) as trouble:"])
def test_a_broad_catch_is_found(clause: str) -> None:
    module = Module("app.store", f"try:\n    pass\n{clause}\n    pass\n")

    assert list(broad_catches(module)) == ["app.store:3"]


def test_a_narrow_catch_is_left_alone() -> None:
    assert list(broad_catches(Module("app.store", "try:\n    pass\nexcept (OSError, ValueError):\n    pass\n"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\nat = datetime.now(UTC)",
        "import datetime as dt\nat = dt.datetime.now()",
        "import uuid\nname = uuid.uuid4()",
        "from uuid import uuid4 as new_id\nname = new_id()",
        "import random\nx = random.random()",
        "from random import Random\nx = Random()",
        "import asyncio\npause = asyncio.sleep",
        "from time import monotonic\nstart = monotonic()",
        "import os\nhome = os.environ['HOME']",
        "import os\nhome = os.getenv('HOME')",
    ],
)
def test_fetching_from_the_world_is_found(source: str) -> None:
    assert len(list(fetches_from_the_world(Module("app.domain.shifts", source)))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "at = reply.now",
        "at = self._clock.now()",
        "token = self.secrets.new_token()",
        "def enrol(secrets): return secrets.new_id()",
        "from datetime import datetime\nat = datetime.fromisoformat(x)",
    ],
)
def test_being_handed_the_clock_is_left_alone(source: str) -> None:
    assert list(fetches_from_the_world(Module("app.domain.shifts", source))) == []
