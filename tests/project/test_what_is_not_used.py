"""What no module of the centre and of the agreement may reach for: addresses of others, and words that become code."""

import ast
from collections.abc import Iterator

import pytest

from tests.project.sources import Module, imported_names, is_under, modules

# whatever asks another machine for something; the centre only answers
CLIENTS = ("aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "urllib.request", "urllib3", "xmlrpc")

# what turns content into code or objects, and readers of XML that follow what it says
READERS = ("code", "dill", "marshal", "pickle", "shelve", "xml", "yaml")
CALLS = frozenset({"compile", "eval", "exec", "__import__"})


def forbidden_imports(module: Module, names: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{module.name} imports {name}" for name in imported_names(module.tree) if is_under(name, names))


def forbidden_calls(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield f"{module.name}:{node.lineno} calls {node.func.id}"


CENTRE = [module for module in modules() if is_under(module.name, ("sync.endpoint",))]
OURS = modules()


@pytest.mark.parametrize("module", CENTRE, ids=lambda module: module.name)
def test_s_e07_the_centre_asks_no_address_for_anything(module: Module) -> None:
    assert list(forbidden_imports(module, CLIENTS)) == []


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.name)
def test_s_e14_no_content_becomes_code(module: Module) -> None:
    assert [*forbidden_imports(module, READERS), *forbidden_calls(module)] == []


@pytest.mark.parametrize(
    "source",
    ["import httpx", "from urllib.request import urlopen", "import http.client", "from requests import get"],
)
def test_s_e07_something_that_asks_is_found(source: str) -> None:
    assert len(list(forbidden_imports(Module("sync.endpoint.x", source), CLIENTS))) == 1


@pytest.mark.parametrize("source", ["import pickle", "import yaml", "from xml.etree import ElementTree"])
def test_s_e14_a_reader_that_makes_objects_is_found(source: str) -> None:
    assert len(list(forbidden_imports(Module("sync.endpoint.x", source), READERS))) == 1


@pytest.mark.parametrize("source", ["eval('1')", "exec('x = 1')", "compile('1', '', 'eval')"])
def test_s_e14_a_call_that_makes_code_is_found(source: str) -> None:
    assert len(list(forbidden_calls(Module("sync.endpoint.x", source)))) == 1
