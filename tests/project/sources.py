"""The project's own modules, read as syntax trees: what the rules in this folder look at. Nothing is imported."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("app", "sync")


@dataclass(frozen=True)
class Module:
    """One file under a name as Python imports it: `app.store`, `app.store.journal`."""

    name: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)


def modules() -> list[Module]:
    """Every module of the tablet and of the two ends of sync."""
    return [module for package in OURS for module in _modules_in(ROOT / package)]


def _modules_in(folder: Path) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield Module(".".join(part for part in parts if part != "__init__"), path.read_text(encoding="utf-8"))


def is_under(name: str, parents: Iterable[str]) -> bool:
    """Whether `name` is one of `parents` or lies inside one."""
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


def imported_names(tree: ast.AST) -> Iterator[str]:
    """Every absolute name an import mentions: `from a.b import c` gives `a.b.c`. A relative one starts with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            where = "." * node.level + (node.module or "")
            yield from (f"{where}.{alias.name}" for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
