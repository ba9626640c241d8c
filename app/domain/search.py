"""Finding a procedure while a person types: every word of the query, in any order, may be the start of a word.

The index keeps the procedures of a word as the bits of one whole number. Looking up the start of a word is then a slice
of a sorted list, and joining words is `&` and `|`: a key press costs well under a millisecond.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate, chain
from operator import or_

from app.domain.catalogue import LANGUAGES, Catalogue, Procedure
from app.domain.search_index import ANY_LANGUAGE, Part, Place, Rows, index_words
from app.domain.spelling import one_edit_away, words_of
from app.domain.synonyms import NO_SYNONYMS, Synonyms

_EVERY_PROCEDURE = -1  # all bits set
_AFTER_ANY_LETTER = "\U0010ffff"

_Span = tuple[int, int]  # from one word up to another, in the sorted list of words


@dataclass(frozen=True, slots=True)
class _Index:
    words: list[str]
    rows: Rows
    letters: str
    longest: int  # letters of the longest word


class ProcedureSearch:
    """A catalogue made ready for search, once. Build a new one when the catalogue or the synonyms change."""

    def __init__(self, catalogue: Catalogue, synonyms: Synonyms = NO_SYNONYMS) -> None:
        self._catalogue, self._synonyms = catalogue, synonyms
        self._procedures = catalogue.procedures
        self._small_words = frozenset(word for phrase in synonyms.small_words.all for word in words_of(phrase))

    def prepare(self) -> None:
        """Make ready now what the first search would wait for: with 1,800 procedures about half a second."""
        self._index  # noqa: B018  # made when it is first asked for

    @cached_property
    def _index(self) -> _Index:
        words, rows = index_words(self._catalogue, self._synonyms)
        return _Index(words, rows, "".join(sorted(set().union(*words))), max(map(len, words), default=0))

    def find(self, query: str, language: str) -> tuple[Procedure, ...]:
        """The procedures that have every word of the query, best first; () for an empty query.

        A procedure stands where its least telling word puts it: title, then synonym, then text, and within each the
        chosen language before the others. Equals keep the order of the catalogue. Only when nothing is found may the
        words that are in no procedure have one letter wrong each, or be two with the space forgotten.
        """
        words = self._telling(words_of(query))
        order = _order_of_places(language)
        levels = self._levels(words, order, self._starting) or self._levels(words, order, self._nearly_starting)
        if not levels and (apart := tuple(part for word in words for part in self._parted(word))) != words:
            levels = self._levels(self._telling(apart), order, self._starting)
        return tuple(self._procedures[n] for n in _best_first(levels))

    def _telling(self, words: tuple[str, ...]) -> tuple[str, ...]:
        once = tuple(dict.fromkeys(words))
        return tuple(word for word in once if word not in self._small_words) or once

    def _levels(
        self, words: tuple[str, ...], order: tuple[Place, ...], spans: Callable[[str], Iterable[_Span]]
    ) -> list[int]:
        """For each place in the order, the procedures that have every word there or in a better one; [] if none."""
        levels = [_EVERY_PROCEDURE] * len(order)
        for word in words:
            of_word = self._levels_of_word(tuple(spans(word)), order)
            levels = [level & found for level, found in zip(levels, of_word, strict=True)]
            if not levels[-1]:
                return []
        return levels if words else []

    def _levels_of_word(self, spans: tuple[_Span, ...], order: tuple[Place, ...]) -> Iterator[int]:
        here = (_in_any(self._index.rows[place], spans) for place in order)
        return accumulate(here, or_)

    def _starting(self, word: str) -> Iterator[_Span]:
        words = self._index.words
        start = bisect_left(words, word)
        if start < len(words) and words[start].startswith(word):
            yield start, bisect_left(words, word + _AFTER_ANY_LETTER, lo=start)

    def _nearly_starting(self, word: str) -> Iterable[_Span]:
        """As `_starting`; a word that starts nothing may be one edit away from one that does."""
        exact = tuple(self._starting(word))
        if exact or len(word) > self._index.longest + 1:
            return exact
        return (span for spelling in set(one_edit_away(word, self._index.letters)) for span in self._starting(spelling))

    def _parted(self, word: str) -> tuple[str, ...]:
        """A word that starts nothing, as the two it may be: the first one whole, as long as can be."""
        if len(word) > 2 * self._index.longest or self._starts(word):
            return (word,)
        pairs = ((word[:n], word[n:]) for n in range(len(word) - 1, 0, -1))
        return next((pair for pair in pairs if self._has(pair[0]) and self._starts(pair[1])), (word,))

    def _has(self, word: str) -> bool:
        at = bisect_left(self._index.words, word)
        return word in self._small_words or self._index.words[at : at + 1] == [word]

    def _starts(self, word: str) -> bool:
        return word in self._small_words or any(True for _ in self._starting(word))


def _order_of_places(language: str) -> tuple[Place, ...]:
    languages = (language, ANY_LANGUAGE) if language in LANGUAGES else (ANY_LANGUAGE,)
    return tuple((part, one) for part in Part for one in languages)


def _in_any(row: list[int], spans: tuple[_Span, ...]) -> int:
    return reduce(or_, chain.from_iterable(row[start:end] for start, end in spans), 0)


def _best_first(levels: list[int]) -> Iterator[int]:
    shown = 0
    for level in levels:
        yield from _bits(level & ~shown)
        shown = level


def _bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    digits = bin(number)[:1:-1]
    n = digits.find("1")
    while n >= 0:
        yield n
        n = digits.find("1", n + 1)
