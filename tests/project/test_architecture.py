"""The architecture as two tables: who may import whom, and which library lives where.

Change them deliberately: they are what docs/architecture.md draws. Each rule is a function from a module to what is
wrong with it, and each is first shown able to fail.
"""

import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.project.sources import OURS, Module, functions, imported_names, is_under, modules

# module or package -> what of ours it may import (itself is always allowed)
MAY_IMPORT: dict[str, set[str]] = {
    "app.main": {"app.opening", "app.settings"},
    "app.__main__": {"app.opening", "app.shell", "app.settings", "app.desk"},
    "app.desk": set(),
    "app.opening": {
        "app.device",
        "app.drawing",
        "app.pages",
        "app.shell",
        "app.store",
        "app.secure_storage",
        "app.views",
        "app.domain",
        "app.i18n",
        "app.theme",
    }
    | {"app.settings"},
    "app.pages": {"app"},
    "app.rescue": {"app.services.pairing", "app.shell", "app.store", "sync.client.carrying"},
    "app.shell": {"app", "sync.client"},
    "app.views": {
        "app.services",
        "app.state",
        "app.domain",
        "app.device",
        "app.i18n",
        "app.theme",
        "sync.protocol",
        "sync.client.phase",
    },
    "app.services": {"app.state", "app.store", "app.domain", "sync.client", "sync.protocol"},
    "app.state": {"app.domain", "sync.protocol", "sync.client.phase"},
    "app.store": {"app.domain", "sync.protocol"},
    "app.domain": {"sync.protocol"},
    "app.device": set(),
    "app.drawing": set(),
    "app.navigation": set(),
    "app.i18n": set(),
    "app.theme": set(),
    "app.settings": set(),
    "app.secure_storage": {"app.store"},
    "sync.client": {"sync.merge", "sync.protocol", "sync.errors"},
    "sync.endpoint": {"sync.merge", "sync.protocol", "sync.errors"},
    "sync.merge": {"sync.protocol"},
    "sync.protocol": {"sync.errors"},
    "sync.errors": set(),
}

# third-party library -> the only places that may import it; a library not listed is not used at all
LIVES_IN: dict[str, set[str]] = {
    "alembic": {"sync.endpoint"},
    "argon2": {"app.services.verifiers"},
    "flet": {
        "app.__main__",
        "app.desk",
        "app.device",
        "app.drawing",
        "app.main",
        "app.navigation",
        "app.opening",
        "app.pages",
        "app.state",
        "app.theme",
        "app.views",
    },
    "flet_secure_storage": {"app.secure_storage"},
    "flet_web": {"app.desk"},
    "tinydb": {"app.store"},
    "cryptography": {"app.store.sealing", "sync.protocol.device_keys", "sync.protocol.sealed_box"},
    "httpx": {"sync.client.transport"},
    "fastapi": {"sync.endpoint"},
    "segno": {"app.views.parts.code", "sync.endpoint.commands.tablets"},
    "prometheus_client": {"sync.endpoint"},
    "psycopg": {"sync.endpoint"},
    "sqlalchemy": {"sync.endpoint"},
    "starlette": {"sync.endpoint"},
    "uvicorn": {"sync.endpoint"},
}

# the folders' own `__init__.py`: a docstring and nothing else
BARE = {"app", "sync"}


def imports_out_of_place(module: Module) -> Iterator[str]:
    """Imports of ours against the arrows, and libraries outside the place they live in."""
    layers = [layer for layer in MAY_IMPORT if is_under(module.name, (layer,))]
    if not layers and module.name not in BARE:
        yield f"{module.name} belongs to no layer"
    allowed = {target for layer in layers for target in MAY_IMPORT[layer] | {layer}}
    for name in imported_names(module.tree):
        top = name.partition(".")[0]
        if top == "":
            yield f"{module.name} imports {name}: use the absolute name"
        elif top in OURS:
            if not is_under(name, allowed):
                yield f"{module.name} may not import {name}"
        elif top not in sys.stdlib_module_names and not is_under(module.name, LIVES_IN.get(top, set())):
            yield f"{module.name} may not import {top}"


def hidden_imports(module: Module) -> Iterator[str]:
    """Imports of ours inside a function: an arrow nobody sees, or a cycle nobody admits."""
    for function in functions(module.tree):
        for name in imported_names(function):
            if is_under(name, OURS):
                yield f"{module.name}.{function.name} imports {name} inside the function"


def import_cycle(given: Iterable[Module]) -> list[str]:
    """The names along one import cycle, or nothing."""
    by_name = {module.name: module for module in given}
    arrows = {
        name: {target for imported in imported_names(module.tree) if (target := _owner(imported, by_name)) != name}
        for name, module in by_name.items()
    }
    try:
        TopologicalSorter({name: targets - {None} for name, targets in arrows.items()}).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def _owner(imported: str, by_name: dict[str, Module]) -> str | None:
    """The module an imported name lies in: the longest prefix that is one of ours."""
    while imported and imported not in by_name:
        imported = imported.rpartition(".")[0]
    return imported or None


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_imports_only_what_its_layer_may(module: Module) -> None:
    assert list(imports_out_of_place(module)) == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_shows_all_its_imports_of_ours_at_the_top(module: Module) -> None:
    assert list(hidden_imports(module)) == []


def test_no_module_imports_itself_through_others() -> None:
    assert import_cycle(modules()) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("app.domain.search", "from app.store import Store"),
        ("app.views.today", "import app.store.journal"),
        ("app.services.syncing", "import app"),
        ("app.domain.search", "from sync.client.phase import Resting"),
        ("app.__main__", "from sync.endpoint.server import serve"),
        ("sync.client.engine", "from sync.endpoint import server"),
        ("sync.endpoint.server", "from app.settings import Settings"),
        ("sync.errors", "from sync.protocol.records import Problem"),
        ("app.services.assisting", "import flet as ft"),
        ("app.shell", "import flet_web.fastapi"),
        ("app.services.assisting", "from tinydb import TinyDB"),
        ("sync.client.engine", "import httpx"),
        ("sync.client.transport", "from fastapi import Request"),
        ("app.domain.search", "import numpy"),
        ("app.store.journal", "from . import records"),
        ("app.helpers", "import json"),
    ],
)
def test_an_import_out_of_place_is_found(name: str, source: str) -> None:
    assert len(list(imports_out_of_place(Module(name, source)))) == 1


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("app.store.journal", "import json\nfrom tinydb import TinyDB\nfrom app.store.records import StoredRecord"),
        ("app.shell", "from app.state import Board\nfrom sync.client.engine import Engine"),
        ("sync.client.transport", "import httpx\nfrom sync.errors import LinkDown"),
    ],
)
def test_an_import_in_place_is_left_alone(name: str, source: str) -> None:
    assert list(imports_out_of_place(Module(name, source))) == []


def test_an_import_inside_a_function_is_found() -> None:
    module = Module("app.shell", "def start():\n    from app.store import Store\n    import json\n")

    assert list(hidden_imports(module)) == ["app.shell.start imports app.store.Store inside the function"]


def test_a_cycle_is_found() -> None:
    a = Module("app.store.a", "from app.store.b import B")
    b = Module("app.store.b", "from app.store import c")
    c = Module("app.store.c", "import app.store.a")

    assert set(import_cycle([a, b, c])) == {"app.store.a", "app.store.b", "app.store.c"}
    assert import_cycle([a, b]) == []
