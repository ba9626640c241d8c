"""Other words for the same thing, written by people in `synonyms.json`.

A group is a set of words and phrases in any language: where one of them stands in a procedure's title, the procedure
is found by all of them. Small words ("de", "the") are not looked for when a query has others.
"""

from dataclasses import dataclass

from app.domain.catalogue import LANGUAGES
from app.domain.reference import Place, read_reference


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words and phrases by language, as a person wrote them."""

    ca: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def in_(self, language: str) -> tuple[str, ...]:
        return {"ca": self.ca, "es": self.es, "en": self.en}.get(language, ())

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.ca, *self.es, *self.en)


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Everything `synonyms.json` says."""

    groups: tuple[Phrases, ...] = ()
    small_words: Phrases = Phrases()


NO_SYNONYMS = Synonyms()


def parse_synonyms(text: str, *, where: str) -> Synonyms:
    """The synonyms this text holds. Raises `BrokenReference` at the first thing that cannot be trusted."""
    root = read_reference(text, where)
    small_words = root.optional("small_words")
    return Synonyms(
        groups=tuple(_group(place) for place in root.field("groups").entries()),
        small_words=Phrases() if small_words is None else _phrases(small_words),
    )


def _group(place: Place) -> Phrases:
    group = _phrases(place)
    if len(group.all) < 2:
        raise place.broken("has fewer than two words, so nothing to stand for one another")
    return group


def _phrases(place: Place) -> Phrases:
    for name in place.names():
        if name not in LANGUAGES:
            raise place.broken(f'has words under "{name}", which is not one of: {", ".join(LANGUAGES)}')
    return Phrases(**{language: _list(place, language) for language in LANGUAGES})


def _list(place: Place, language: str) -> tuple[str, ...]:
    found = place.optional(language)
    return () if found is None else tuple(entry.text() for entry in found.entries())
