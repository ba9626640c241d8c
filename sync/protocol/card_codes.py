"""The code on a card that a citizen keeps: two visits with one code were of one person, and nobody can say of whom.

Seven letters of chance and one that checks them, of Crockford's alphabet. Nothing lists them: a code is known by its
card alone. A code has two letters and a digit at least, and is never one to three letters with digits alone after them:
so no DNI and no NIE is one, no number of the identity cards and passports of other countries that are written so, and
no word. Why so: docs/decisions/0019-cards-that-count-people.md.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from sync.protocol.crockford import ALPHABET, code_letters

FIELD = "card_code"
"""The field of a record that holds one."""

LETTERS = 8
FORM = f"[{ALPHABET}]{{{LETTERS}}}"  # as it is kept: no dash, capitals
MOST_AT_ONCE = 10_000  # cards of one print

_LONGEST_LOOKED_AT = 100  # characters: what was pasted by mistake must not hold up the screen
_CODE = re.compile(FORM)
_AS_ON_DOCUMENTS = re.compile(r"[A-Z]{1,3}[0-9]+")
_FEWEST_A_TO_Z, _FEWEST_DIGITS = 2, 1
_FOLDED = 0b100101  # x^5 + x^2 + 1: no power of x below the 31st is 1


class Mistake(StrEnum):
    """Why what was typed is no code."""

    SHORT = "short"
    LONG = "long"
    LETTER = "letter"  # one that no card has: U, or a sign
    CHECK = "check"  # the letters do not go together: one of them was misread


def read(typed: str) -> str | Mistake | None:
    """The code however it was written, in its one form; why it is none; None where nothing was typed."""
    letters = code_letters(typed[:_LONGEST_LOOKED_AT])
    if not letters:
        return None
    if any(each not in ALPHABET for each in letters):
        return Mistake.LETTER
    if len(letters) != LETTERS:
        return Mistake.SHORT if len(letters) < LETTERS else Mistake.LONG
    return letters if is_code(letters) else Mistake.CHECK


def lacking(typed: str) -> int:
    """How many letters of a code are still to be typed."""
    return max(LETTERS - len(code_letters(typed[:_LONGEST_LOOKED_AT])), 0)


def is_code(text: object) -> bool:
    """Whether it is one, in the form in which records hold it."""
    return isinstance(text, str) and _CODE.fullmatch(text) is not None and _is_mixed(text) and _left(text) == 0


def kept(text: str | None) -> str | None:
    """What a record may hold of it: the code, or nothing."""
    return text if is_code(text) else None


def fresh(count: int, below: Callable[[int], int]) -> Iterator[str]:
    """So many new codes, no two alike; `below` gives a number of chance below another. Which cards there are already is
    nowhere written: of two prints of a thousand, one pair in thirty thousand has a code in common."""
    made: set[str] = set()
    while len(made) < count:
        chosen = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(LETTERS - 1))
        code = chosen + _check(chosen)
        if _is_mixed(code) and code not in made:
            made.add(code)
            yield code


def _is_mixed(letters: str) -> bool:
    if _AS_ON_DOCUMENTS.fullmatch(letters):
        return False
    digits = sum(map(str.isdigit, letters))
    return digits >= _FEWEST_DIGITS and len(letters) - digits >= _FEWEST_A_TO_Z


def _check(letters: str) -> str:
    return ALPHABET[_doubled(_left(letters))]


def _left(letters: str) -> int:
    """What is left of them, as a polynomial over the field of 32 elements: 0 of a whole code. One letter that is
    another, or two that changed places, always leave something. It begins with 1, so that zeros alone are no code."""
    left = 1
    for letter in letters:
        left = _doubled(left) ^ ALPHABET.index(letter)
    return left


def _doubled(number: int) -> int:
    return number << 1 ^ (_FOLDED if number & 0b10000 else 0)
