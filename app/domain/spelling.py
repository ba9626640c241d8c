"""One spelling for words that people write in many: what search compares. Never shown."""

import re
import unicodedata
from collections.abc import Iterator

# Written as codes where two signs look alike.
_APOSTROPHE_LETTERS = str.maketrans(dict.fromkeys("\u02b9\u02bb\u02bc\u02bd\u02c8", " "))  # letters, to Unicode
_GEMINATE = re.compile("(?<=l)[.\\-\u00b7\u2022\u2027\u2219\u22c5\u30fb\u2010\u2011](?=l)")  # how keyboards write l·l
# Accents, once they stand apart from their letters.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_AT_IN_A_NAME = re.compile(r"(?<=\w)@(?=\w)")  # Cl@ve, Import@ss
_NOT_A_WORD = re.compile(r"[\W_]+")
_SHORTEST_WITH_A_TYPO = 4  # below that, one edit turns any word into any other


def normalise(text: str) -> str:
    """Lower-case words without accents, one space between them. Normalising again changes nothing.

    `col·lectiu`, `col.lectiu`, `col-lectiu` and `COLLECTIU` come out the same. Every kind of apostrophe parts words.
    """
    letters = _without_accents(_without_accents(text).casefold())
    letters = _AT_IN_A_NAME.sub("a", _GEMINATE.sub("", letters))
    return _NOT_A_WORD.sub(" ", letters.translate(_APOSTROPHE_LETTERS)).strip()


def words_of(text: str) -> tuple[str, ...]:
    return tuple(normalise(text).split())


def one_edit_away(word: str, letters: str) -> Iterator[str]:
    """Every spelling that one letter missing, extra, wrong or swapped with the next makes of a normalised word."""
    if len(word) < _SHORTEST_WITH_A_TYPO:
        return
    for n in range(len(word) + 1):
        before, after = word[:n], word[n:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _without_accents(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
