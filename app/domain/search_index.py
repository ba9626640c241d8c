"""The words of a catalogue, sorted, and beside each the procedures that have it: what `search` looks in.

A row keeps procedures as the bits of one whole number, bit n for the n-th procedure of the catalogue.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache, reduce
from itertools import product
from operator import or_

from app.domain.catalogue import LANGUAGES, Catalogue, Label, Module, Procedure
from app.domain.spelling import words_of
from app.domain.synonyms import Phrases, Synonyms

ANY_LANGUAGE = "any"


class Part(IntEnum):
    """Where in a procedure a word stands, the most telling first."""

    TITLE = 0
    SYNONYM = 1
    TEXT = 2  # its steps, its site, its module


Place = tuple[Part, str]  # with the language, or ANY_LANGUAGE
Rows = Mapping[Place, list[int]]  # one number for each of the sorted words


def index_words(catalogue: Catalogue, synonyms: Synonyms) -> tuple[list[str], Rows]:
    """Every word once, sorted, and the rows that belong to them."""
    procedures: dict[Place, dict[str, list[int]]] = {}
    reader = _Reader(catalogue.modules, synonyms)
    for n, procedure in enumerate(catalogue.procedures):
        for place, words in reader.words(procedure):
            by_word = procedures.setdefault(place, {})
            for word in words:
                by_word.setdefault(word, []).append(n)
    sorted_words = sorted(set().union(*procedures.values()))
    rows = {place: _row(procedures.get(place, {}), sorted_words) for place in product(Part, LANGUAGES)}
    return sorted_words, rows | {(part, ANY_LANGUAGE): _joined(rows, part) for part in Part}


class _Reader:
    """Takes the words out of procedures. Remembers labels it has seen: many steps are the same in many procedures."""

    def __init__(self, modules: tuple[Module, ...], synonyms: Synonyms) -> None:
        self._words_of = lru_cache(maxsize=None)(words_of)
        self._modules = {module.id: module.title for module in modules}
        self._groups: dict[tuple[str, ...], list[Phrases]] = {}
        for group in synonyms.groups:
            for phrase in group.all:
                self._groups.setdefault(self._words_of(phrase), []).append(group)
        self._longest_phrase = max(map(len, self._groups), default=0)

    def words(self, procedure: Procedure) -> Iterator[tuple[Place, set[str]]]:
        groups = self._groups_named_in(procedure.title)
        for language in LANGUAGES:
            # What a list shows is what is looked for: a title missing in this language is shown in another.
            yield (Part.TITLE, language), self._all_words([procedure.title.in_(language)])
            yield (Part.SYNONYM, language), self._all_words(each for group in groups for each in group.in_(language))
            yield (Part.TEXT, language), self._all_words(self._text(procedure, language))

    def _text(self, procedure: Procedure, language: str) -> Iterator[str]:
        yield procedure.site.name
        yield self._modules.get(procedure.module, Label("")).in_(language)
        yield from (step.label.in_(language) for step in procedure.steps)

    def _groups_named_in(self, title: Label) -> list[Phrases]:
        phrases = {run for one in LANGUAGES for run in _runs(self._words_of(title.only(one)), self._longest_phrase)}
        return [group for phrase in phrases for group in self._groups.get(phrase, ())]

    def _all_words(self, texts: Iterable[str]) -> set[str]:
        return {word for text in texts for word in self._words_of(text)}


def _runs(words: tuple[str, ...], longest: int) -> Iterator[tuple[str, ...]]:
    """Every one to `longest` words that follow one another."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield words[start:end]


def _row(procedures: Mapping[str, Sequence[int]], words: list[str]) -> list[int]:
    return [_number(procedures.get(word, ())) for word in words]


def _number(bits: Sequence[int]) -> int:
    """The whole number that has these bits set."""
    digits = bytearray(max(bits, default=-1) // 8 + 1)
    for bit in bits:
        digits[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(digits, "little")


def _joined(rows: Rows, part: Part) -> list[int]:
    return [reduce(or_, each) for each in zip(*(rows[part, language] for language in LANGUAGES), strict=True)]
