"""The rule that misspells: how a hurried or unschooled hand writes the words of a title.

It knows keyboards and sounds, and nothing of the search. `python -m tests.search.misspellings` writes the list anew
from the catalogue the app ships; the same seed gives the same list, and a test holds the two together.
"""

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.domain.catalogue import LANGUAGES, Catalogue, parse_catalogue

LIST = Path(__file__).with_name("misspellings.csv")
SEED = 1714
COUNT = 200
LEAST = 5  # letters of a word that is misspelt; in "de" or "cita" nobody slips for long
WORDS = (1, 2, 3)  # how many words of a title a person types

KEYS = ("qwertyuiop", "asdfghjklç", "zxcvbnm")
HEARD = (  # written one for the other because they sound alike, in Catalan or in Spanish
    ("a", "e"), ("e", "a"), ("o", "u"), ("u", "o"), ("b", "v"), ("v", "b"), ("ss", "s"), ("ç", "s"), ("s", "ss"),
    ("c", "s"), ("s", "c"), ("z", "s"), ("g", "j"), ("j", "g"), ("ix", "x"), ("x", "ch"), ("qu", "k"), ("c", "k"),
    ("ll", "y"), ("y", "ll"), ("i", "y"), ("ny", "ñ"), ("ñ", "ny"), ("h", ""), ("gu", "g"), ("tg", "j"), ("rr", "r"),
)  # fmt: skip

Slip = Callable[[str, random.Random], str | None]


@dataclass(frozen=True, slots=True)
class Misspelling:
    """What was typed, what was meant, and which procedure that is."""

    typed: str
    meant: str
    procedure_id: str
    language: str
    slip: str


def missing(word: str, chance: random.Random) -> str | None:
    """A letter was not struck."""
    n = chance.randrange(len(word))
    return word[:n] + word[n + 1 :]


def doubled(word: str, chance: random.Random) -> str | None:
    """A letter was struck twice."""
    n = chance.randrange(len(word))
    return word[:n] + word[n] + word[n:]


def swapped(word: str, chance: random.Random) -> str | None:
    """Two letters came in the wrong order."""
    n = chance.randrange(len(word) - 1)
    return word[:n] + word[n + 1] + word[n] + word[n + 2 :]


def neighbour(word: str, chance: random.Random) -> str | None:
    """The finger met the key beside."""
    n = chance.randrange(len(word))
    row = next((row for row in KEYS if word[n] in row), None)
    if row is None:
        return None
    at = row.index(word[n])
    key = chance.choice([row[each] for each in (at - 1, at + 1) if 0 <= each < len(row)])
    return word[:n] + key + word[n + 1 :]


def heard(word: str, chance: random.Random) -> str | None:
    """Written as it sounds."""
    places = [(n, one, other) for one, other in HEARD for n in range(len(word)) if word.startswith(one, n)]
    if not places:
        return None
    n, one, other = chance.choice(places)
    return word[:n] + other + word[n + len(one) :]


SLIPS: tuple[Slip, ...] = (missing, doubled, swapped, neighbour, heard)


def joined(words: list[str]) -> str:
    """The space was not struck."""
    return " ".join(words[:-2] + ["".join(words[-2:])])


def misspelt(catalogue: Catalogue, *, seed: int, count: int) -> Iterator[Misspelling]:
    """`count` different ones: a procedure, a language, a few words of its title, and one slip in them."""
    chance = random.Random(seed)
    made: set[tuple[str, str]] = set()
    while len(made) < count:
        one = _one(catalogue, chance)
        if one and one.typed != one.meant and (one.typed, one.procedure_id) not in made:
            made.add((one.typed, one.procedure_id))
            yield one


def _one(catalogue: Catalogue, chance: random.Random) -> Misspelling | None:
    procedure, language = chance.choice(catalogue.procedures), chance.choice(LANGUAGES)
    title = procedure.title.in_(language).casefold().replace("'", " ").replace("(", " ").replace(")", " ").split()
    start = chance.randrange(len(title))
    words = title[start : start + chance.choice(WORDS)]
    long = [n for n, word in enumerate(words) if len(word) >= LEAST]
    if not long:
        return None
    meant = " ".join(words)
    slip = chance.choice([*SLIPS, joined])
    if slip is joined:
        typed, name = joined(words), "joined"
    else:
        n = chance.choice(long)
        typed = " ".join([*words[:n], slip(words[n], chance) or words[n], *words[n + 1 :]])
        name = slip.__name__
    return Misspelling(typed, meant, procedure.id, language, name)


def as_text(misspellings: Iterator[Misspelling]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["typed", "meant", "procedure", "language", "slip"])
    for each in misspellings:
        writer.writerow([each.typed, each.meant, each.procedure_id, each.language, each.slip])
    return out.getvalue()


def read_list() -> tuple[Misspelling, ...]:
    with LIST.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return tuple(Misspelling(*row) for row in rows)


def made_anew() -> str:
    folder = Path(__file__).parents[2] / "app" / "data"
    catalogue = parse_catalogue((folder / "catalogue.json").read_text(encoding="utf-8"), where="catalogue.json")
    return as_text(misspelt(catalogue, seed=SEED, count=COUNT))


if __name__ == "__main__":
    LIST.write_text(made_anew(), encoding="utf-8")
