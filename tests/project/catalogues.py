"""What can be wrong with the app's words: a function from catalogues, or code, to a list of complaints."""

import ast
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.project.sources import ROOT, Module, functions

LANGUAGES = ("ca", "es", "en")
FOLDER = ROOT / "app" / "locales"
REFERENCE = "ca"  # the language the others are compared with

Catalogues = Mapping[str, Catalog]


def catalogue_path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "acompanya.po"


def read_catalogue(text: bytes, language: str) -> Catalog:
    return read_po(io.BytesIO(text), locale=language, abort_invalid=True)


def is_compiled_from(compiled: bytes, catalogue: Catalog) -> bool:
    """Whether `make locales` would write these words again; the header may bear another date."""
    fresh = io.BytesIO()
    write_mo(fresh, catalogue)
    return _words(compiled) == _words(fresh.getvalue())


def _words(compiled: bytes) -> tuple[object, ...]:
    catalogue = read_mo(io.BytesIO(compiled))
    return catalogue.num_plurals, catalogue.plural_expr, {id: each.string for id, each in messages(catalogue).items()}


def messages(catalogue: Catalog) -> dict[str, Message]:
    """The messages by id, without the header."""
    return {_id(message): message for message in catalogue if message.id}


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def differing_ids(catalogues: Catalogues) -> Iterator[str]:
    wanted = set(messages(catalogues[REFERENCE])) if catalogues else set()
    for language, catalogue in catalogues.items():
        have = set(messages(catalogue))
        yield from (f"{language} lacks {id}" for id in sorted(wanted - have))
        yield from (f"{language} has {id}, which {REFERENCE} lacks" for id in sorted(have - wanted))


def empty_words(catalogues: Catalogues) -> Iterator[str]:
    """Ids with no words, or without words for each plural form of the language; fuzzy ones are never compiled."""
    for language, catalogue in catalogues.items():
        for id, message in messages(catalogue).items():
            forms = _forms(message)
            if message.pluralizable and len(forms) != catalogue.num_plurals:
                yield f"{language} {id}: {len(forms)} plural forms of {catalogue.num_plurals}"
            if not all(form.strip() for form in forms):
                yield f"{language} {id}: no words"
            if message.fuzzy:
                yield f"{language} {id}: fuzzy"


def differing_placeholders(catalogues: Catalogues) -> Iterator[str]:
    """Ids whose words ask for other values than in the reference. One plural form may leave out the number."""
    reference = messages(catalogues[REFERENCE]) if catalogues else {}
    for language, catalogue in catalogues.items():
        for id, message in messages(catalogue).items():
            wanted, have = _placeholders(reference.get(id, message)), _placeholders(message)
            if wanted != have:
                yield f"{language} {id}: {sorted(have)} instead of {sorted(wanted)}"


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _placeholders(message: Message) -> set[str]:
    return {name for form in _forms(message) for _, name, _, _ in Formatter().parse(form) if name is not None}


class Uses:
    """The ids the code asks for: `text("a.b")`, `count("a.b", n)`, `label("a", value)`, `text(f"a.{value}")`.

    A module's own function that happens to be called `text` asks for no id.
    """

    def __init__(self, modules: Iterable[Module]) -> None:
        self.texts: set[str] = set()
        self.counts: set[str] = set()
        self.prefixes: set[str] = set()  # "outcome.": some id that begins so, which one is known only when it runs
        self.mentions: set[str] = set()  # every string in the code: an id may wait in a table of the module
        for module in modules:
            own = {function.name for function in functions(module.tree)}
            for node in ast.walk(module.tree):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own):
                    self._note(node)

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Constant(value=str(words)):
                self.mentions.add(words)
            case ast.Call(func=ast.Attribute(attr="text") | ast.Name(id="text"), args=[first, *_]):
                self._note_id(first, self.texts)
            case ast.Call(func=ast.Attribute(attr="count") | ast.Name(id="count"), args=[first, _, *_]):
                self._note_id(first, self.counts)
            case ast.Call(
                func=ast.Attribute(attr="label") | ast.Name(id="label"), args=[ast.Constant(value=str(group)), _, *_]
            ):
                self.prefixes.add(f"{group}.")

    def _note_id(self, first: ast.expr, ids: set[str]) -> None:
        match first:
            case ast.Constant(value=str(id)):
                ids.add(id)
            case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), *_]):
                self.prefixes.add(prefix)
            case ast.IfExp(body=one, orelse=other):
                self._note_id(one, ids)
                self._note_id(other, ids)


def missing_ids(catalogue: Catalog, uses: Uses) -> Iterator[str]:
    """Ids the code asks for that have no words, or only words of the other kind."""
    known = messages(catalogue)
    for id in sorted(uses.texts | uses.counts):
        if id not in known:
            yield f"{id} has no words"
        elif known[id].pluralizable != (id in uses.counts):
            yield f"{id} is {'counted in the words' if known[id].pluralizable else 'counted in the code'} only"
    for prefix in sorted(uses.prefixes):
        if not any(id.startswith(prefix) for id in known):
            yield f"{prefix}… has no words"


def unused_ids(catalogue: Catalog, uses: Uses, choices: set[str]) -> Iterator[str]:
    used = uses.texts | uses.counts | uses.mentions | choices
    for id in sorted(messages(catalogue)):
        if id not in used and not id.startswith(tuple(uses.prefixes)):
            yield f"{id} is never asked for"


def choice_ids(vocabulary: Mapping[str, object]) -> set[str]:
    """The ids of the labels of every choice: `outcome.completed`, `blocked_reason.no_slots`."""
    enums = [one for one in vocabulary.values() if isinstance(one, type) and issubclass(one, StrEnum)]
    return {f"{_snake(enum.__name__)}.{choice.value}" for enum in enums if enum is not StrEnum for choice in enum}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
